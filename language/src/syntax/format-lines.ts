// Tokens and comments → lines with their indentation. Decides where lines break (mostly where the author broke them)
// and which lines start something new or go on with what stands above. Columns are aligned afterwards.

import type { SourceFile } from '../source/source-file.ts';
import { endsExpression, isClosing, isOpening } from './token-kinds.ts';
import type { Group, Groups } from './format-groups.ts';
import { hasSpace, type MarkRoles } from './format-spacing.ts';
import * as t from './tokens.ts';
import { type Comment, type Token, tokenEnd } from './tokens.ts';

/** One line of output. */
export interface Line {
  readonly indent: number;
  /** Tokens with the space ahead of each (none ahead of the first); a comment is a cell too. */
  readonly cells: readonly Cell[];
  readonly blankBefore: boolean;
  /** A comment alone. */
  readonly comment: boolean;
  /** Starts a clause, setting, field, declaration… rather than going on with one. */
  readonly starts: boolean;
  /** The group that the first token stands in. */
  readonly group: Group | undefined;
}

export interface Cell {
  readonly text: string;
  readonly space: boolean;
  /** Undefined for comments. */
  readonly token: Token | undefined;
}

export interface LayoutInput {
  readonly file: SourceFile;
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
  readonly groups: Groups;
  readonly roles: MarkRoles;
}

const headerOwners: ReadonlySet<string> = new Set([
  'surface',
  'event',
  'inventory',
  'threats',
  'crosswalk',
  'provider',
  'discover',
  'detect',
  'defend',
  'exempt',
  'pack',
  'apply',
  'test',
  'deploy',
]);

/** Lays out a whole file. */
export function layOut(input: LayoutInput): readonly Line[] {
  const { file, tokens, comments, groups, roles } = input;
  const lines: Line[] = [];
  const levels: Level[] = [topLevel()];
  let cells: Cell[] = [];
  let head: Omit<Line, 'cells'> | undefined;
  let comment = 0;
  let end = 0;
  let mustBreak = true;

  const flush = (): void => {
    if (head !== undefined && cells.length > 0) lines.push({ ...head, cells });
    cells = [];
    head = undefined;
  };
  const begin = (indent: number, blankBefore: boolean, rest: Pick<Line, 'comment' | 'starts' | 'group'>): void => {
    flush();
    head = { indent, blankBefore: blankBefore && lines.length > 0, ...rest };
  };

  for (let i = 0; i <= tokens.length; i++) {
    const token = tokens[i];
    const previous = tokens[i - 1];
    const group = groups.of[i];
    const level = levels.at(-1) ?? topLevel();
    const opened = previous !== undefined && isOpening(previous.tokenType);
    const upTo = token?.startOffset ?? Infinity;
    let blank = false;
    for (let next = comments[comment]; next !== undefined && next.start < upTo; next = comments[++comment]) {
      const text = file.text.slice(next.start, next.end).trimEnd();
      const gap = newlines(file.text, end, next.start);
      if (gap === 0 && cells.length > 0) cells.push({ text, space: true, token: undefined });
      else {
        const continued = token !== undefined && group?.kind === 'declaration' && !groups.firsts.has(i);
        const first = opened && lines.length > 0 && cells.length > 0;
        begin(level.inside + (continued && levels.length === 1 ? 2 : 0), gap > 1 && !first, {
          comment: true,
          starts: false,
          group,
        });
        cells.push({ text, space: false, token: undefined });
      }
      end = next.end;
      mustBreak = true;
    }
    if (token === undefined) break;
    const gap = newlines(file.text, end, token.startOffset);
    blank = gap > 1;
    const closing = isClosing(token.tokenType);
    if (mustBreak || breaksBefore(input, i, gap)) {
      const starts = !closing && startsItem(input, i);
      const openedHere = opened && cells.at(-1)?.token === previous;
      const indent = closing ? level.line : indentOf(level, token, starts);
      begin(indent, blank && !closing && !openedHere && !(opened && lines.at(-1)?.comment !== true), {
        comment: false,
        starts,
        group,
      });
    }
    const space = cells.length > 0 && previous !== undefined && hasSpace(previous, token, tokens[i - 2], roles);
    cells.push({ text: token.tokenType === t.NotIn ? 'not in' : token.image, space, token });
    if (closing && levels.length > 1) levels.pop();
    if (isOpening(token.tokenType)) {
      const line = contentOf(head?.indent ?? 0, cells[0]?.token);
      levels.push({ inside: line + 2, line, itemStarted: false, content: undefined });
    }
    end = tokenEnd(token);
    mustBreak = false;
  }
  flush();
  return lines;
}

/** An open bracket, while lines are laid out. */
interface Level {
  /** Indentation of what it holds, and of the line on which it opened. */
  readonly inside: number;
  readonly line: number;
  /** A line inside has started an item; until then the item stands on the opening line. */
  itemStarted: boolean;
  /** Where the operand starts on the latest line that goes on with the item. */
  content: number | undefined;
}

function topLevel(): Level {
  return { inside: 0, line: 0, itemStarted: true, content: undefined };
}

/** The indentation of a line that starts with `token`. What goes on is one level in; `.name` is one in from its operand. */
function indentOf(level: Level, token: Token, starts: boolean): number {
  if (starts) {
    level.itemStarted = true;
    level.content = undefined;
    return level.inside;
  }
  const indent = level.inside + (level.itemStarted ? 2 : 0);
  if (token.tokenType === t.Dot || token.tokenType === t.QuestionDot) {
    return level.content === undefined ? indent : level.content + 2;
  }
  level.content = contentOf(indent, token);
  return indent;
}

/** Where the operand stands on a line that starts with `token`: after the operator, if it is one. */
function contentOf(indent: number, token: Token | undefined): number {
  if (token === undefined) return indent;
  const type = token.tokenType;
  const operator = type === t.Question || type === t.Colon || type.CATEGORIES?.includes(t.BinaryOperator) === true;
  return operator ? indent + 2 : indent;
}

function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) if (text.charCodeAt(i) === 10) count++;
  return count;
}

/** Whether token `i` starts a line although no comment forces it. */
function breaksBefore(input: LayoutInput, i: number, gap: number): boolean {
  const { tokens, groups } = input;
  const token = tokens[i];
  const previous = tokens[i - 1];
  const group = groups.of[i];
  if (token === undefined || previous === undefined || group === undefined) return true;
  if (groups.firsts.has(i)) return true;
  if (isClosing(token.tokenType)) {
    if (isOpening(previous.tokenType)) return false;
    const own = groups.own.get(i);
    return own?.broken === true || (own?.kind === 'brackets' && gap > 0);
  }
  if (token.tokenType === t.Comma || token.tokenType === t.LeftBrace) return false;
  if (isOpening(previous.tokenType)) return groups.own.get(i - 1)?.broken === true;
  if (group.kind === 'declaration' && headerOwners.has(group.keyword)) return false;
  return gap > 0;
}

/** Whether token `i`, first on its line, starts something new. */
function startsItem(input: LayoutInput, i: number): boolean {
  const { tokens, groups } = input;
  const token = tokens[i];
  const previous = tokens[i - 1];
  const group = groups.of[i];
  if (token === undefined || previous === undefined || group === undefined || groups.firsts.has(i)) return true;
  if (group.kind === 'declaration') return false;
  if (isOpening(previous.tokenType)) return true;
  if (previous.tokenType === t.Comma) return group.kind !== 'clauses';
  if (group.kind === 'clauses') return keywords.has(token.tokenType);
  if (group.kind === 'brackets' || !endsExpression(previous)) return false;
  const type = token.tokenType;
  const next = tokens[i + 1]?.tokenType;
  if (type === t.Is || (type === t.At && next === t.StringToken)) return false;
  return endsExpression(token) || ruleVerbs.has(type);
}

/** Rules in a pack. */
const ruleVerbs: ReadonlySet<unknown> = new Set(t.ruleVerbs.values());

const keywords: ReadonlySet<unknown> = new Set([...t.ruleKeywords.values(), ...t.testKeywords.values()]);
