// A pattern → the regular expression of RE2 that finds it, for CEL's `matches`; or why CEL cannot. Expressions are RE2's as written;
// lists of words are worked out.
// INVARIANT: the expression is in a text exactly where the pattern has a match there.

import { matchesEmpty, type CorePattern, type Ranges, type RegexNode } from '@rdp/language';
import { patternTree } from '../../pattern/compile-pattern.ts';

/** An expression, or why there is none: one line, lower-case, without a stop. */
export type PatternText =
  | { readonly kind: 'regex'; readonly regex: string; readonly matchesEmpty: boolean }
  | { readonly kind: 'refused'; readonly reason: string };

/** RE2 repeats nothing more often (`maxRepeat` of Go's regexp/syntax). */
const mostRepeats = 1000;

/** The expression of `pattern`. */
export function patternText(pattern: CorePattern): PatternText {
  const { name, where, near, body } = pattern;
  if (where !== undefined) return refused(`CEL cannot run the validator of the pattern \`${name}\``);
  if (near !== undefined) return refused(`CEL cannot look for words near the pattern \`${name}\``);
  if (body.normalized) return refused('CEL has no normalised view of a text');
  const parsed = patternTree(body);
  if (parsed.kind === 'fault') return refused(`the pattern \`${name}\` is at fault`);
  const tree = parsed.node;
  if (repeatsOf(tree) > mostRepeats) return refused(`RE2 repeats nothing more than ${mostRepeats} times (\`${name}\`)`);
  const regex = body.kind === 'regex' ? body.regex : printRegex(tree);
  return { kind: 'regex', regex, matchesEmpty: matchesEmpty(tree) };
}

function refused(reason: string): PatternText {
  return { kind: 'refused', reason };
}

/** How often something is repeated at most, repeats within repeats multiplied, as RE2 counts. */
function repeatsOf(node: RegexNode): number {
  switch (node.kind) {
    case 'sequence':
    case 'choice':
      return Math.max(1, ...node.parts.map(repeatsOf));
    case 'repeat':
      return Math.max(1, node.max ?? node.min) * repeatsOf(node.of);
    default:
      return 1;
  }
}

/** The text of a tree. */
function printRegex(node: RegexNode): string {
  switch (node.kind) {
    case 'empty':
      return '';
    case 'set':
      return printSet(node.ranges);
    case 'sequence':
      return node.parts.map((part) => (part.kind === 'choice' ? `(?:${printRegex(part)})` : printRegex(part))).join('');
    case 'choice':
      return node.parts.map(printRegex).join('|');
    case 'repeat': {
      const of = node.of.kind === 'set' ? printRegex(node.of) : `(?:${printRegex(node.of)})`;
      return `${of}${printCount(node.min, node.max)}${node.greedy ? '' : '?'}`;
    }
    case 'assert':
      return assertions[node.what];
  }
}

const assertions = {
  'text-start': '\\A',
  'text-end': '\\z',
  'line-start': '(?m:^)',
  'line-end': '(?m:$)',
  'word-edge': '\\b',
  'no-word-edge': '\\B',
  // Where the match is within what is found does not matter to whether there is one.
  'match-start': '',
  'match-end': '',
} as const;

function printCount(min: number, max: number | undefined): string {
  if (max === undefined) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  if (min === 0 && max === 1) return '?';
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

function printSet(ranges: Ranges): string {
  const [first] = ranges;
  if (first === undefined) return '[^\\x00-\\x{10FFFF}]';
  if (ranges.length === 1 && first[0] === first[1]) return printPoint(first[0]);
  return `[${ranges.map(([low, high]) => (low === high ? printPoint(low) : `${printPoint(low)}-${printPoint(high)}`)).join('')}]`;
}

function printPoint(code: number): string {
  const char = String.fromCodePoint(code);
  return /[A-Za-z0-9_ ]/.test(char) ? char : `\\x{${code.toString(16).toUpperCase()}}`;
}
