// Tokens → for each token the bracket that holds it, and for each bracket whether its contents stand on lines of their
// own. A pair of braces with a line break in it opens up; other brackets do when a break follows the opening.

import type { SourceFile } from '../source/source-file.ts';
import type { Block } from './classify.ts';
import { isClosing, isOpening } from './token-kinds.ts';
import * as t from './tokens.ts';
import { type Comment, type Token, tokenEnd } from './tokens.ts';

/** A pair of brackets, or the top level of a declaration. */
export interface Group {
  readonly parent: Group | undefined;
  /** What it holds: clauses (commas do not separate them), other things, or a declaration's own tokens. */
  readonly kind: 'declaration' | 'clauses' | 'braces' | 'brackets';
  /** The contents stand on lines of their own. */
  readonly broken: boolean;
  /** The declaration's keyword. */
  readonly keyword: string;
}

/** The groups of a file's tokens. */
export interface Groups {
  /** For each token the group that it stands in; brackets stand in the group around theirs. */
  readonly of: readonly Group[];
  /** For opening and closing brackets, by index, their own group. */
  readonly own: ReadonlyMap<number, Group>;
  /** Indexes of the first tokens of declarations. */
  readonly firsts: ReadonlySet<number>;
}

/** A group while it is still open; `broken` is known at its end. */
interface OpenGroup {
  readonly parent: OpenGroup | undefined;
  readonly kind: Group['kind'];
  readonly keyword: string;
  broken: boolean;
}

/** Finds the groups; `blocks` are the file's declarations, whose inputs together are `tokens`. */
export function findGroups(
  file: SourceFile,
  tokens: readonly Token[],
  comments: readonly Comment[],
  blocks: readonly Block[],
): Groups {
  const of: Group[] = [];
  const own = new Map<number, Group>();
  const firsts = new Set<number>();
  let index = 0;
  let comment = 0;
  for (const block of blocks) {
    if (block.input.length > 0) firsts.add(index);
    let group: OpenGroup = { parent: undefined, kind: 'declaration', keyword: block.keyword, broken: false };
    for (const token of block.input) {
      const previous = tokens[index - 1];
      const from = previous === undefined ? 0 : tokenEnd(previous);
      let commented = false;
      while ((comments[comment]?.start ?? Infinity) < token.startOffset) {
        commented = true;
        comment++;
      }
      if (group.kind !== 'declaration') {
        const breaks = commented || file.text.slice(from, token.startOffset).includes('\n');
        const opens = previous !== undefined && isOpening(previous.tokenType);
        const empty = opens && isClosing(token.tokenType);
        if (breaks && (commented || !empty) && (group.kind !== 'brackets' || opens)) group.broken = true;
      }
      if (isClosing(token.tokenType) && group.parent !== undefined) {
        own.set(index, group);
        group = group.parent;
      }
      of.push(group);
      if (isOpening(token.tokenType)) {
        const kind = token.tokenType !== t.LeftBrace ? 'brackets' : isClauseBody(group) ? 'clauses' : 'braces';
        group = { parent: group, kind, keyword: block.keyword, broken: false };
        own.set(index, group);
      }
      index++;
    }
  }
  return { of, own, firsts };
}

const clauseOwners: ReadonlySet<string> = new Set(['discover', 'detect', 'defend', 'exempt', 'test']);

function isClauseBody(around: OpenGroup): boolean {
  // Of a rule, or of one in a pack.
  if (around.keyword === 'pack') return around.kind === 'braces' && around.parent?.kind === 'declaration';
  return around.kind === 'declaration' && clauseOwners.has(around.keyword);
}
