// The body of a pattern to the expression that it stands for, once for each body however many ask.

import { parseRegex } from '../pattern-syntax/parse-regex.ts';
import type { RegexNode } from '../pattern-syntax/regex-tree.ts';
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
