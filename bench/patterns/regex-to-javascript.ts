// From the tree of an expression to JavaScript's syntax with the same meaning, for peers that run in V8. Flags and case are worked out
// in the tree already; what JavaScript prefers is what RE2 prefers.

import { parseRegex, type Assertion, type Ranges, type RegexNode } from '@rdp/language';

/** JavaScript's source of an expression in RE2's syntax, for flags `u`. */
export function javascriptSource(regex: string): string {
  const parsed = parseRegex(regex);
  if (parsed.kind === 'fault') throw new Error(`${parsed.fault.message}: ${regex}`);
  return javascriptOf(parsed.node);
}

const assertions: Readonly<Record<Assertion, string>> = {
  'text-start': '^',
  'text-end': '$',
  'line-start': '(?:^|(?<=\\n))',
  'line-end': '(?=\\n|$)',
  'word-edge': '\\b',
  'no-word-edge': '\\B',
  'match-start': '(?<match>',
  'match-end': ')',
};

/** The same of a tree. */
export function javascriptOf(node: RegexNode): string {
  switch (node.kind) {
    case 'empty':
      return '';
    case 'set':
      return showSet(node.ranges);
    case 'sequence':
      return node.parts.map(javascriptOf).join('');
    case 'choice':
      return `(?:${node.parts.map(javascriptOf).join('|')})`;
    case 'repeat': {
      const { min, max, greedy } = node;
      const count = min === 0 && max === undefined ? '*' : min === max ? `{${min}}` : `{${min},${max ?? ''}}`;
      return `(?:${javascriptOf(node.of)})${count}${greedy ? '' : '?'}`;
    }
    case 'assert':
      return assertions[node.what];
  }
}

function showSet(ranges: Ranges): string {
  const [only] = ranges;
  if (ranges.length === 1 && only && only[0] === only[1] && /^\w$/.test(String.fromCodePoint(only[0])))
    return String.fromCodePoint(only[0]);
  const point = (code: number): string => `\\u{${code.toString(16)}}`;
  return `[${ranges.map(([low, high]) => (low === high ? point(low) : `${point(low)}-${point(high)}`)).join('')}]`;
}
