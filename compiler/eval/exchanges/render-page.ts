// What was measured → the tables of docs/exchanges.md; what stands above the mark is written by hand.

/** One question about one exchange. */
export interface Row {
  readonly set: string;
  readonly api: string;
  readonly what: string;
  readonly isMiss: boolean;
}

/** Behind this line the page is made anew. */
const mark = '<!-- what follows is written by `npm run eval` -->';

const questions =
  'request response stream cuts unchanged redacted sdk module passed provider schema told arguments results descriptions'.split(
    ' ',
  );

/** The page with its tables: for each set and API, of each question how many were answered alike. */
export function renderPage(before: string, rows: readonly Row[]): string {
  const [above = ''] = before.split(mark);
  const sets = [...new Set(rows.map(({ set }) => set))].toSorted();
  return `${above}${mark}\n${sets
    .map((set) =>
      tableOf(
        set,
        rows.filter((row) => row.set === set),
      ),
    )
    .join('')}`;
}

function tableOf(set: string, rows: readonly Row[]): string {
  const asked = questions.filter((question) => rows.some(({ what }) => what === question));
  const apis = [...new Set(rows.map(({ api }) => api))].toSorted();
  const cells = apis.map((api) => [
    `\`${api}\``,
    ...asked.map((question) => {
      const own = rows.filter((row) => row.api === api && row.what === question);
      return own.length === 0 ? '' : `${own.filter(({ isMiss }) => !isMiss).length} of ${own.length}`;
    }),
  ]);
  const table = [['of', ...asked], ...cells];
  const widths = table[0]?.map((_, column) => Math.max(3, ...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |\n`;
  return `\n## \`${set}\`\n\n${line(table[0] ?? [])}${rule}${table.slice(1).map(line).join('')}`;
}
