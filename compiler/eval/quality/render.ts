// Sections to a page of docs/, and to the lines that the terminal shows.

import { type Figure, isMet, type Section, valueOf, wilson } from './section.ts';

/** The page, below its title. */
export function renderPage(title: string, sections: readonly Section[]): string {
  return `# ${title}

Made by \`npm run eval -- FOLDER\`, where FOLDER has the sets that each section names; they are no part of this repository.
Everything runs through compiled modules. Intervals are 95 % (Wilson). A figure with a mark has a bar: ✓ reached, ✗ missed.

${sections.map(renderSection).join('\n')}`;
}

function renderSection({ title, protocol, figures, details = [], tables = [] }: Section): string {
  const parts = [
    `## ${title}`,
    protocol.trim(),
    figureTable(figures),
    ...details.flatMap((detail) => [`### ${detail.title}`, figureTable(detail.figures)]),
    ...tables.flatMap((table) => [`### ${table.title}`, markdownTable(table.head, table.rows)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function figureTable(figures: readonly Figure[]): string {
  return markdownTable(
    ['measure', 'cases', 'figure', 'interval', 'wanted', ''],
    figures.map((figure) => [
      figure.what,
      countOf(figure),
      shown(figure),
      intervalOf(figure),
      wantedOf(figure),
      mark(figure),
    ]),
  );
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => [...(row[column] ?? '')].length)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '') + ' '.repeat(width - [...(row[column] ?? '')].length)).join(' | ')} |`;
  return [line(cells[0] ?? []), line(widths.map((width) => '-'.repeat(width))), ...cells.slice(1).map(line)].join('\n');
}

/** The figures that have a bar, one a line. */
export function renderLines(sections: readonly Section[]): string {
  const lines = sections.flatMap(({ title, figures }) => [
    title,
    ...figures.map((figure) =>
      `  ${mark(figure) || ' '} ${figure.what}: ${shown(figure)} of ${countOf(figure)} ${wantedOf(figure)}`.trimEnd(),
    ),
  ]);
  return `${lines.join('\n')}\n`;
}

function percent(value: number): string {
  return `${(100 * value).toFixed(value > 0 && value < 0.01 ? 2 : 1)} %`;
}

function shown(figure: Figure): string {
  const value = valueOf(figure);
  if (value === undefined) return '–';
  return figure.value.kind === 'f1' ? value.toFixed(3) : percent(value);
}

function countOf({ value }: Figure): string {
  return value.kind === 'share'
    ? `${value.hits} / ${value.total}`
    : `${value.right} right, ${value.wrong} wrong, ${value.missed} missed`;
}

function intervalOf({ value }: Figure): string {
  if (value.kind !== 'share' || value.total === 0) return '';
  return wilson(value.hits, value.total).map(percent).join(' – ');
}

function wantedOf({ value, wanted }: Figure): string {
  if (wanted === undefined) return '';
  const format = (bar: number): string => (value.kind === 'f1' ? String(bar) : `${+(100 * bar).toFixed(2)} %`);
  return 'atLeast' in wanted ? `≥ ${format(wanted.atLeast)}` : `≤ ${format(wanted.atMost)}`;
}

function mark(figure: Figure): string {
  const met = isMet(figure);
  return met === undefined ? '' : met ? '✓' : '✗';
}
