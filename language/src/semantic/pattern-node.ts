// The body of a pattern to the expression that it stands for, once for each body however many ask; and whether its matches have
// a longest, which is mostly seen without it.

import { parseRegex } from '../pattern-syntax/parse-regex.ts';
import { longestMatch, type RegexNode } from '../pattern-syntax/regex-tree.ts';
import { wordsTree } from '../pattern-syntax/words-tree.ts';
import type { CorePattern } from './core.ts';

const nodes = new WeakMap<CorePattern['body'], RegexNode>();

/** Undefined for a body with a fault, which has been reported. */
export function patternNode(body: CorePattern['body']): RegexNode | undefined {
  const known = nodes.get(body);
  if (known) return known;
  const parsed =
    body.kind === 'regex' ? parseRegex(body.regex) : ({ kind: 'regex', node: wordsTree(body.words) } as const);
  if (parsed.kind === 'fault') return undefined;
  nodes.set(body, parsed.node);
  return parsed.node;
}

/** Whether there is no longest match. Of a body with a fault, which has been reported, nothing is said. */
export function isUnbounded(body: CorePattern['body']): boolean {
  if (body.kind === 'regex' && repeatsBoundedly(body.regex)) return false;
  const node = patternNode(body);
  return node !== undefined && longestMatch(node) === undefined;
}

/** Whether nothing outside of classes and escapes could be a repetition without end. `\Q` quotes what looks like either. */
function repeatsBoundedly(regex: string): boolean {
  return !regex.includes('\\Q') && !/[*+]|,\}/.test(regex.replace(/\\.|\[(?:\\.|[^\]\\])*\]/gs, ''));
}
