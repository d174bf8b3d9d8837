// Random expressions, several at once, on texts made of what they match: the kernel, without and with SIMD, must find the same
// matches as the plain search through each expression's tree.

import { kernelMatcher } from '../eval/regex/kernel-matcher.ts';
import { compilePattern, patternTree } from '../src/pattern/compile-pattern.ts';
import { findAll } from '../src/pattern/search-text.ts';
import type { RegexNode } from '@rdp/language';
import type { FuzzOutcome } from './fuzz-pairs.ts';
import { type Random, randomFrom } from './random.ts';

/** Texts for each set of patterns. */
const textsPerSet = 4;
/** Faults that are shown. */
const mostFaults = 5;

const words = [
  'key',
  'token',
  'AKIA',
  'sk-',
  'ghp_',
  'secret',
  'a',
  'b',
  'ab',
  '@',
  '.',
  'é',
  'kiss',
  'x9',
  '😀',
  '://',
];
const sets = [
  '[a-z]',
  '[A-Z0-9]',
  '\\d',
  '\\w',
  '\\s',
  '.',
  '[^a]',
  '[^"]',
  '[ab]',
  '\\S',
  '[é-ü]',
  '\\pL',
  '[0-9a-f]',
  '[\\w.-]',
  '[\\s\\S]',
];
const counts = ['', '', '*', '+', '?', '{2}', '{3,5}', '{0,4}', '{2,}', '{8}', '{20}'];

/** An expression of everything that the syntax has, in the manner of detectors. */
export function randomExpression(random: Random, depth: number): string {
  const escaped = (text: string): string => text.replace(/[.*+?()[\]{}|\\^$]/g, '\\$&');
  const atom = (): string => {
    const kind = random.below(10);
    if (kind < 4) return escaped(random.pick(words));
    if (kind < 8) return random.pick(sets) + random.pick(counts);
    return random.pick(['\\b', '\\b', '\\B', '^', '$', '(?m:^)', '(?m:$)', '']);
  };
  if (depth === 0) return atom();
  const inner = (): string => randomExpression(random, depth - 1);
  switch (random.below(8)) {
    case 0:
    case 1:
      return `(?:${inner()}|${inner()}|${escaped(random.pick(words))})`;
    case 2:
      return `(?:${inner()})${random.pick(['*', '+', '?', '{2}', '{1,3}', '{0,2}', '*?', '+?', '??', '{1,4}?'])}`;
    case 3:
      return `(?${random.pick(['i', 'i', 's', 'U'])}:${inner()})`;
    default:
      return inner() + inner();
  }
}

/** A text that `node` may match; assertions are not looked at. */
function sample(random: Random, node: RegexNode): string {
  switch (node.kind) {
    case 'empty':
    case 'assert':
      return '';
    case 'set': {
      const range = node.ranges[random.below(Math.max(1, Math.min(node.ranges.length, 6)))];
      if (!range) return '';
      const code = range[0] + random.below(Math.min(range[1] - range[0] + 1, 60));
      return String.fromCodePoint(code);
    }
    case 'sequence':
      return node.parts.map((part) => sample(random, part)).join('');
    case 'choice':
      return sample(random, random.pick(node.parts));
    case 'repeat': {
      const count = node.min + random.below(Math.min((node.max ?? node.min + 5) - node.min, 6) + 1);
      return Array.from({ length: count }, () => sample(random, node.of)).join('');
    }
  }
}

/** Filler, whole and broken matches in a row; long enough, now and then, that hits lie across blocks. */
function randomText(random: Random, trees: readonly RegexNode[]): string {
  const pieces = Array.from({ length: random.below(8) }, () => {
    const kind = random.below(8);
    if (kind === 0) return random.pick(['\n', ' ', '"', '=', '_', 'é', '😀']);
    if (kind === 1) return random.pick(['x', 'a', 'ab', '9']).repeat(random.below(random.chance(0.1) ? 2000 : 70));
    if (kind === 2) return random.pick(words).repeat(1 + random.below(4));
    const text = [...sample(random, random.pick(trees))];
    if (kind === 3 && text.length > 0) text.splice(random.below(text.length), 1 + random.below(2));
    if (kind === 4) text.splice(random.below(text.length + 1), 0, random.pick(['x', ' ', '-', 'k', 'ſ', '\u212a']));
    return text.join('');
  });
  return pieces.join(random.pick(['', ' ', '\n']));
}

/** Compares `count` sets of patterns that `seed` determines. */
export function fuzzPatterns(seed: number, count: number, progress: (done: number) => void): FuzzOutcome {
  const faults: string[] = [];
  let [cases, refused] = [0, 0];
  for (let i = 0; i < count && faults.length < mostFaults; i++) {
    const random = randomFrom(seed * 1_000_003 + i);
    const expressions = Array.from({ length: random.pick([1, 1, 2, 4, 20]) }, () =>
      randomExpression(random, 1 + random.below(3)),
    );
    const patterns = expressions.map((regex) => compilePattern({ kind: 'regex', regex }));
    const sound = patterns.filter((pattern) => pattern.kind === 'pattern');
    refused += patterns.length - sound.length;
    if (sound.length === 0) continue;
    const trees = expressions.flatMap((regex) => {
      const tree = patternTree({ kind: 'regex', regex });
      return tree.kind === 'fault' ? [] : [tree.node];
    });
    const kernels = (['scalar', 'simd'] as const).map((target) => ({ target, matcher: kernelMatcher(sound, target) }));
    for (let n = 0; n < textsPerSet; n++) {
      const text = randomText(random, trees);
      const expected = JSON.stringify(trees.flatMap((tree, number) => plainMatches(tree, number, text)));
      for (const { target, matcher } of kernels) {
        cases++;
        const found = JSON.stringify(matcher.all(Buffer.from(text)));
        if (found !== expected)
          faults.push(
            `seed ${seed}, set ${i}, ${target}: ${JSON.stringify(expressions)} in ${JSON.stringify(text)}\n  ${found}\n  expected ${expected}`,
          );
      }
    }
    progress(i);
  }
  return { cases, refused, faults };
}

/** The matches of the plain search, in bytes. */
function plainMatches(node: RegexNode, pattern: number, text: string): readonly object[] {
  const chars = [...text];
  const offsets = [0];
  for (const char of chars) offsets.push((offsets.at(-1) ?? 0) + Buffer.byteLength(char));
  const points = chars.map((char) => char.codePointAt(0) ?? 0);
  return findAll(node, points).map(({ start, end }) => ({ pattern, start: offsets[start], end: offsets[end] }));
}
