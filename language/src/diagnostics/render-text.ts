// A diagnostic → text for a terminal: the message, the places with their source lines, carets and labels, then note and
// help. Colours are functions of the caller's, so that this stays pure; without them the text is plain.

import { lineColumn, lineStarts, type SourceFile, type Span } from '../source/source-file.ts';
import type { Diagnostic, Severity } from './diagnostic.ts';

/** How parts are coloured; each function wraps its text. */
export interface Colors {
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly information: (text: string) => string;
  /** Line numbers, arrows, bars. */
  readonly frame: (text: string) => string;
  /** The message. */
  readonly strong: (text: string) => string;
}

const plain = (text: string): string => text;

/** No colour at all. */
export const noColors: Colors = { error: plain, warning: plain, information: plain, frame: plain, strong: plain };

interface Mark {
  readonly span: Span;
  readonly text: string;
  readonly primary: boolean;
}

/** The whole text of one diagnostic, without a final line end. */
export function renderDiagnostic(diagnostic: Diagnostic, colors: Colors = noColors): string {
  const paint = colors[diagnostic.severity];
  const marks: Mark[] = [
    { span: diagnostic.span, text: diagnostic.label ?? '', primary: true },
    ...diagnostic.labels.map((label) => ({ span: label.span, text: label.text, primary: false })),
  ];
  const numbers = marks.map((mark) => lineColumn(mark.span.file, mark.span.start).line);
  const gutter = String(Math.max(...numbers)).length;
  const lines = [
    `${paint(`${diagnostic.severity}[${diagnostic.code}]`)}${colors.strong(`: ${diagnostic.message}`)}`,
    ...renderPlaces(marks, gutter, colors, diagnostic.severity),
  ];
  const pad = ' '.repeat(gutter);
  const remarks: [string, string | undefined][] = [
    ['note', diagnostic.note],
    ['help', diagnostic.help],
  ];
  for (const [title, text] of remarks) {
    if (text === undefined) continue;
    const [first = '', ...rest] = text.split('\n');
    lines.push(`${pad} ${colors.frame('=')} ${colors.strong(`${title}:`)} ${first}`);
    for (const line of rest) lines.push(`${pad}         ${line}`);
  }
  return lines.join('\n');
}

/** One line for logs and editors that read `file:line:column`. */
export function renderShort(diagnostic: Diagnostic): string {
  const { line, column } = lineColumn(diagnostic.span.file, diagnostic.span.start);
  return `${diagnostic.span.file.path}:${line}:${column}: ${diagnostic.severity}[${diagnostic.code}]: ${diagnostic.message}`;
}

function renderPlaces(marks: readonly Mark[], gutter: number, colors: Colors, severity: Severity): string[] {
  const pad = ' '.repeat(gutter);
  const files: SourceFile[] = [];
  for (const mark of marks) if (!files.includes(mark.span.file)) files.push(mark.span.file);
  const lines: string[] = [];
  for (const file of files) {
    const own = marks.filter((mark) => mark.span.file === file);
    const first = own[0];
    if (first === undefined) continue;
    const place = lineColumn(file, first.span.start);
    const arrow = colors.frame(first.primary ? '-->' : ':::');
    lines.push(`${pad}${arrow} ${file.path}:${place.line}:${place.column}`, `${pad} ${colors.frame('|')}`);
    lines.push(...renderLines(file, own, gutter, colors, severity));
  }
  return lines;
}

function renderLines(
  file: SourceFile,
  marks: readonly Mark[],
  gutter: number,
  colors: Colors,
  severity: Severity,
): string[] {
  const byLine = new Map<number, Mark[]>();
  for (const mark of [...marks].sort((a, b) => a.span.start - b.span.start)) {
    const { line } = lineColumn(file, mark.span.start);
    byLine.set(line, [...(byLine.get(line) ?? []), mark]);
  }
  const lines: string[] = [];
  let previous = 0;
  for (const [line, onLine] of byLine) {
    if (previous > 0 && line > previous + 2) lines.push(colors.frame('…'));
    else if (previous > 0 && line === previous + 2) lines.push(sourceLine(file, line - 1, gutter, colors));
    lines.push(sourceLine(file, line, gutter, colors));
    for (const mark of onLine) {
      const from = lineColumn(file, mark.span.start).column - 1;
      const text = textOfLine(file, line);
      const length = Math.min(mark.span.end - mark.span.start, Math.max(text.length - from, 0));
      const before = ' '.repeat(widthOf(text.slice(0, from)));
      const under = (mark.primary ? '^' : '-').repeat(Math.max(widthOf(text.slice(from, from + length)), 1));
      const paint = mark.primary ? colors[severity] : colors.frame;
      const caption = mark.text === '' ? under : `${under} ${mark.text}`;
      lines.push(`${' '.repeat(gutter)} ${colors.frame('|')} ${before}${paint(caption)}`);
    }
    previous = line;
  }
  return lines;
}

function sourceLine(file: SourceFile, line: number, gutter: number, colors: Colors): string {
  const text = textOfLine(file, line).replaceAll('\t', '  ');
  return `${colors.frame(`${String(line).padStart(gutter)} |`)} ${text}`.trimEnd();
}

function textOfLine(file: SourceFile, line: number): string {
  const starts = lineStarts(file);
  const text = file.text.slice(starts[line - 1] ?? 0, starts[line] ?? file.text.length);
  // Control characters would move the terminal's cursor; they are shown as a placeholder.
  return text.replace(/[\r\n]+$/, '').replace(/[^\P{Cc}\t]|[\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

/** Columns that `text` takes in a terminal: a tab two, wide characters two, combining ones none. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    if (character === '\t') width += 2;
    else if (/[\p{Mn}\p{Me}\p{Cf}]/u.test(character)) width += 0;
    else width += wide.test(character) ? 2 : 1;
  }
  return width;
}

/** East Asian wide blocks and emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
