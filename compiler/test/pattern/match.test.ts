// Both matchers find the same: the interpreter's over code points and the kernel's over bytes; and what they find is right.

import { randomFrom } from '../../fuzz/random.ts';
import test from 'ava';
import { kernelMatcher } from '../../eval/regex/kernel-matcher.ts';
import { compilePattern, patternTree } from '../../src/pattern/compile-pattern.ts';
import { findFirst } from '../../src/pattern/search-text.ts';

type Span = readonly [number, number] | undefined;

/** First match in code points, by both matchers. */
function searchBoth(body: Parameters<typeof compilePattern>[0], text: string): readonly [Span, Span] {
  const pattern = compilePattern(body);
  if (pattern.kind === 'fault') throw new Error(pattern.fault.message);
  const tree = patternTree(body);
  if (tree.kind === 'fault') throw new Error(tree.fault.message);
  const points = [...text].map((char) => char.codePointAt(0) ?? 0);
  const first = findFirst(tree.node, points, 0);
  const bytes = Buffer.from(text);
  const found = kernelMatcher([pattern]).first(bytes, 0);
  const point = (byte: number): number => [...bytes.subarray(0, byte).toString()].length;
  return [first && [first.start, first.end], found && [point(found[0]), point(found[1])]];
}

const cases: readonly (readonly [string, string, Span])[] = [
  ['a|ab', 'xab', [1, 2]],
  ['ab|a', 'xab', [1, 3]],
  ['a*?b', 'aab', [0, 3]],
  ['(?U)a+', 'aaa', [0, 1]],
  ['\\bb\\b', 'ab b', [3, 4]],
  ['(?m)^b$', 'a\nb\nc', [2, 3]],
  ['a$', 'a\n', undefined],
  ['.', '\n😀', [1, 2]],
  ['(?s).', '\n', [0, 1]],
  ['(?i)straße', 'STRAßE', [0, 6]],
  ['(?i)[k]', '\u212a', [0, 1]],
  ['[^a]', 'aé', [1, 2]],
  ['\\p{Cyrillic}+', 'abc где', [4, 7]],
  ['\\s', 'a\u00a0b', undefined],
  ['(?:a*)*', 'aab', [0, 2]],
  ['(?:|a)+', 'aaa', [0, 0]],
  ['[\\x{10000}-\\x{10ffff}]', 'a\uffff😀', [2, 3]],
  ['x{2,3}', 'axxxx', [1, 4]],
  ['[[:^alpha:]]', 'aZ5', [2, 3]],
  ['key="(?P<match>[^"]+)"', 'a key="bc" d', [7, 9]],
  ['(?:x|a(?P<match>b+))c', 'abbd xc', [5, 7]],
  ['(?:x|a(?P<match>b+))c', 'abbd abbc', [6, 8]],
  ['a{1,3}?(?P<match>a+b?)', 'aaab', [1, 4]],
];

for (const [regex, text, expected] of cases) {
  test(`/${regex}/ in ${JSON.stringify(text)}`, (t) => {
    t.deepEqual(searchBoth({ kind: 'regex', regex }, text), [expected, expected]);
  });
}

const phrases: readonly (readonly [readonly string[], string, Span])[] = [
  [['ignore all'], 'Please IGNORE \n\u00a0 all', [7, 20]],
  [['all'], 'ballad', undefined],
  [['social', 'social security'], 'social security', [0, 15]],
  [['(c)'], 'a(C)b', [1, 4]],
  [['', '  '], 'a b', undefined],
  [['*token*'], 'refreshTokenId token', [7, 12]],
  [['api_*'], 'my_api_key api_key', [11, 15]],
  [['*key'], 'keyed apikey', [9, 12]],
  [['**'], 'a ** b', [2, 4]],
];

for (const [words, text, expected] of phrases) {
  test(`words ${JSON.stringify(words)} in ${JSON.stringify(text)}`, (t) => {
    t.deepEqual(searchBoth({ kind: 'words', words }, text), [expected, expected]);
  });
}

/** A random expression of everything that the syntax has. */
function randomRegex(random: ReturnType<typeof randomFrom>, depth: number): string {
  const atom = (): string =>
    random.pick(['a', 'b', 'é', '.', '[ab]', '[^a]', '\\w', '\\b', '\\B', '^', '$', '(?i:A)', '\\pL', '']);
  if (depth === 0) return atom();
  const inner = (): string => randomRegex(random, depth - 1);
  switch (random.below(6)) {
    case 0:
      return `${inner()}|${inner()}`;
    case 1:
      return `(?:${inner()})${random.pick(['*', '+', '?', '{2}', '{1,3}', '{2,}'])}${random.pick(['', '?'])}`;
    case 2:
      return `(?${random.pick(['i', 'm', 's', 'U'])}:${inner()})`;
    default:
      return inner() + inner();
  }
}

test('random expressions on random texts', (t) => {
  const random = randomFrom(7);
  for (let i = 0; i < 3000; i++) {
    const regex = randomRegex(random, 3);
    const text = Array.from({ length: random.below(9) }, () =>
      random.pick(['a', 'b', 'A', 'é', ' ', '\n', '😀', '_']),
    ).join('');
    const [interpreted, compiled] = searchBoth({ kind: 'regex', regex }, text);
    t.deepEqual(compiled, interpreted, `/${regex}/ in ${JSON.stringify(text)}`);
  }
});

test('random expressions that say what of them is the match', (t) => {
  const random = randomFrom(8);
  for (let i = 0; i < 1000; i++) {
    const [before, within, behind] = [randomRegex(random, 2), randomRegex(random, 2), randomRegex(random, 2)];
    const group = `(?:${before})(?P<match>${within})(?:${behind})`;
    const regex = random.below(2) === 0 ? group : `(?:${before})|${group}`;
    if (compilePattern({ kind: 'regex', regex }).kind === 'fault') continue;
    const text = Array.from({ length: random.below(9) }, () => random.pick(['a', 'b', 'A', 'é', ' ', '\n', '_'])).join(
      '',
    );
    const [interpreted, compiled] = searchBoth({ kind: 'regex', regex }, text);
    t.deepEqual(compiled, interpreted, `/${regex}/ in ${JSON.stringify(text)}`);
  }
});

test('an expression that backtracking dies of is searched in linear time', (t) => {
  const pattern = compilePattern({ kind: 'regex', regex: '(?:a*)*(?:a|aa)+$' });
  if (pattern.kind === 'fault') return t.fail();
  const kernel = kernelMatcher([pattern]);
  const time = (length: number): number => {
    const text = Buffer.from(`${'a'.repeat(length)}b`);
    const started = performance.now();
    t.is(kernel.first(text, 0), undefined);
    return performance.now() - started;
  };
  time(1000);
  t.true(time(20_000) < 100 * (time(2000) + 1));
});
