// From a pattern and a text to the matches that count: those of the expression that its validator keeps and that have a
// context word near. Places are code points of the text.

import type { CorePattern, RegexNode } from '@rdp/language';
import { patternTree } from '../../pattern/compile-pattern.ts';
import { findAll, findFirst, type TextMatch } from '../../pattern/search-text.ts';

const trees = new WeakMap<CorePattern['body'], RegexNode>();

function treeOf(body: CorePattern['body']): RegexNode {
  const known = trees.get(body);
  if (known) return known;
  const parsed = patternTree(body);
  if (parsed.kind === 'fault') throw new Error(`unchecked pattern: ${parsed.fault.message}`);
  trees.set(body, parsed.node);
  return parsed.node;
}

/**
 * The matches of `pattern` in `text`, from the left, not overlapping, none empty. A candidate that `where` refuses or that has
 * no context word near is used up all the same: the search goes on behind it.
 */
export function candidatesOf(
  pattern: CorePattern,
  text: string,
  where: ((match: string) => boolean) | undefined,
): readonly TextMatch[] {
  const chars = [...text];
  const points = chars.map((char) => char.codePointAt(0) ?? 0);
  const candidates = findAll(treeOf(pattern.body), points);
  const valid = where ? candidates.filter(({ start, end }) => where(chars.slice(start, end).join(''))) : candidates;
  const near = pattern.near;
  if (!near || valid.length === 0) return valid;
  const context = findAll(contextTree(pattern, near), points);
  return valid.filter((match) => context.some((word) => gap(match, word) <= near.within));
}

/** Whether `pattern` stands anywhere in `text`; nothing at all counts when that is what it matches. */
export function occurs(pattern: CorePattern, text: string, where: ((match: string) => boolean) | undefined): boolean {
  if (where || pattern.near) return candidatesOf(pattern, text, where).length > 0;
  return (
    findFirst(
      treeOf(pattern.body),
      [...text].map((char) => char.codePointAt(0) ?? 0),
      0,
    ) !== undefined
  );
}

const plainContexts = new WeakMap<NonNullable<CorePattern['near']>, RegexNode>();
const contextsInView = new WeakMap<NonNullable<CorePattern['near']>, RegexNode>();

function contextTree({ body }: CorePattern, near: NonNullable<CorePattern['near']>): RegexNode {
  const contexts = body.normalized ? contextsInView : plainContexts;
  const words = { kind: 'words', words: near.words } as const;
  const tree = contexts.get(near) ?? treeOf(body.normalized ? { ...words, normalized: true } : words);
  contexts.set(near, tree);
  return tree;
}

/** Code points between two places; 0 when they touch or overlap. */
function gap(a: TextMatch, b: TextMatch): number {
  return Math.max(0, a.start - b.end, b.start - a.end);
}
