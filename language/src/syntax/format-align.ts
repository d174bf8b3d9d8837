// Lines → text, with columns. Two habits: in a body, neighbouring clauses and settings of one line, or of one line and a
// pair of braces, have their values in one column (one with braces takes part only when another follows it; `score`
// never does); neighbouring `set` declarations of one line have `=` in one column. A blank line, a comment or a longer
// item ends a run.

import { isClosing, isOpening } from './token-kinds.ts';
import type { Cell, Line } from './format-lines.ts';
import * as t from './tokens.ts';

/** The file's text. */
export function alignLines(lines: readonly Line[]): string {
  const padding = new Map<Cell, number>();
  for (const run of runsOf(lines, canAlignValue)) alignRun(run, valueCell, padding);
  for (const run of runsOf(lines, isOneLineSet)) alignRun(run, equalCell, padding);
  let text = '';
  for (const line of lines) {
    if (line.blankBefore) text += '\n';
    text += ' '.repeat(line.indent);
    for (const cell of line.cells) text += `${' '.repeat((cell.space ? 1 : 0) + (padding.get(cell) ?? 0))}${cell.text}`;
    text += '\n';
  }
  return text;
}

type Test = (line: Line, next: Line | undefined) => boolean;

function* runsOf(lines: readonly Line[], test: Test): Generator<readonly Line[]> {
  let run: Line[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    if (line === undefined) continue;
    const previous = run.at(-1);
    if (previous !== undefined && (line.blankBefore || line.indent !== previous.indent)) {
      yield run;
      run = [];
    }
    const close = closingLine(lines, i);
    if (test(line, lines[close + 1])) run.push(line);
    else {
      yield run;
      run = [];
      continue;
    }
    i = close;
  }
  yield run;
}

/** The line on which the braces close that line `i` leaves open; `i` itself when it leaves none open. */
function closingLine(lines: readonly Line[], i: number): number {
  const line = lines[i];
  if (line?.cells.at(-1)?.token?.tokenType !== t.LeftBrace) return i;
  let j = i + 1;
  while (j < lines.length && (lines[j]?.indent ?? 0) > line.indent) j++;
  const last = lines[j];
  return last !== undefined && last.cells.length === 1 && startsWithClosing(last) ? j : i;
}

function alignRun(run: readonly Line[], cellOf: (line: Line) => Cell | undefined, padding: Map<Cell, number>): void {
  let last = run.length;
  while (last > 0 && endsInBraces(run[last - 1])) last--;
  if (last < 2) return;
  const columns = run.slice(0, last).map((line) => ({ cell: cellOf(line), width: widthBefore(line, cellOf(line)) }));
  const widest = Math.max(...columns.map((column) => column.width));
  for (const { cell, width } of columns) if (cell !== undefined) padding.set(cell, widest - width);
}

function widthBefore(line: Line, end: Cell | undefined): number {
  let width = 0;
  for (const cell of line.cells) {
    if (cell === end) return width;
    width += (cell.space ? 1 : 0) + [...cell.text].length;
  }
  return width;
}

function endsInBraces(line: Line | undefined): boolean {
  const type = line?.cells.at(-1)?.token?.tokenType;
  return type === t.RightBrace || type === t.LeftBrace;
}

/** A clause or setting that stands whole on this line and has a value after its first word. */
function canAlignValue(line: Line, next: Line | undefined): boolean {
  const { group } = line;
  if (!line.starts || group === undefined || !group.broken || !isWholeItem(line, next)) return false;
  if (group.kind !== 'clauses' && group.kind !== 'braces') return false;
  const [head, value] = line.cells;
  if (head?.token === undefined || value?.token === undefined || unaligned.has(head.token.tokenType)) return false;
  if (value.token.tokenType === t.LeftBrace || !value.space) return group.kind === 'clauses' && value.space;
  return value.token.tokenType.CATEGORIES?.includes(t.BinaryOperator) !== true || value.token.tokenType === t.Minus;
}

/** `score`, and the rules of a pack, which have no value but a body. */
const unaligned: ReadonlySet<unknown> = new Set([t.ruleKeywords.get('score'), ...t.ruleVerbs.values()]);

function valueCell(line: Line): Cell | undefined {
  return line.cells[1];
}

/** One item alone on its line, but for braces that it may leave open at the end; `next` does not go on with it. */
function isWholeItem(line: Line, next: Line | undefined): boolean {
  if (next !== undefined && !next.starts && !next.comment && !startsWithClosing(next)) return false;
  let depth = 0;
  for (const [i, { token }] of line.cells.entries()) {
    if (token === undefined) return false;
    if (depth === 0 && i > 0 && clauseKeywords.has(token.tokenType)) return false;
    if (isOpening(token.tokenType)) depth++;
    else if (isClosing(token.tokenType)) depth--;
  }
  return depth === 0 || (depth === 1 && line.cells.at(-1)?.token?.tokenType === t.LeftBrace);
}

const clauseKeywords: ReadonlySet<unknown> = new Set([...t.ruleKeywords.values(), ...t.testKeywords.values()]);

function startsWithClosing(line: Line): boolean {
  const type = line.cells[0]?.token?.tokenType;
  return type !== undefined && isClosing(type);
}

function isOneLineSet(line: Line, next: Line | undefined): boolean {
  if (line.group?.kind !== 'declaration' || line.group.keyword !== 'set' || !line.starts) return false;
  return isWholeItem(line, next) && equalCell(line) !== undefined;
}

function equalCell(line: Line): Cell | undefined {
  return line.cells.find((cell) => cell.token?.tokenType === t.Equal);
}
