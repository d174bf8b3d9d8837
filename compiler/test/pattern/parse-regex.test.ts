// What RE2's syntax takes and refuses, with the place of each fault.

import test from 'ava';
import { checkRegex, longestMatch, parseRegex } from '@rdp/language';

const taken = [
  ['', 0],
  ['a|bcd', 3],
  ['(?i)k', 1],
  ['[^a-z[:digit:]\\d]{2,5}', 5],
  ['\\p{Greek}\\pL\\P{Lu}', 3],
  ['\\Qa.b\\E+', undefined],
  ['(?P<name>x)(?<other>y)(?:z)', 3],
  ['a*?b+?c??', undefined],
  ['\\x41\\x{1F600}\\101', 3],
  ['^a$\\A\\z\\b\\B', 1],
  ['a{0}', 0],
  ['{,2}', 4],
  ['x{2', 3],
  ['(a*)*', undefined],
  ['(?s:.)(?-s).', 2],
] as const;

for (const [pattern, longest] of taken) {
  test(`takes /${pattern}/`, (t) => {
    const parsed = parseRegex(pattern);
    t.is(parsed.kind, 'regex');
    if (parsed.kind === 'regex') t.is(longestMatch(parsed.node), longest);
  });
}

const refused = [
  ['(?P<match>a*)', 'the group `match` has to match something', 0, 13],
  ['(?P<match>a)(?P<match>b)', 'only one group can be named `match`', 0, 24],
  ['(?:(?P<match>a))+', 'the group `match` cannot be repeated', 0, 17],
  ['(', 'this `(` is not closed', 0, 1],
  ['a)', 'this `)` closes nothing', 1, 2],
  ['😀*+', 'a repetition cannot be repeated; put it into a group', 0, 4],
  ['*a', 'there is nothing to repeat', 0, 1],
  ['a{1001}', 'a bound may ask for at most 1000 repetitions', 1, 7],
  ['(?:(?:a{100}){100})', 'repetitions inside one another come to more than 1000', 3, 18],
  ['a{3,2}', 'the upper bound is below the lower one', 1, 6],
  ['(a)\\1', 'a backreference cannot be matched in linear time', 3, 5],
  ['a(?=b)', 'look-around cannot be matched in linear time', 1, 4],
  ['(?<!b)a', 'look-around cannot be matched in linear time', 0, 3],
  ['[b-a]', 'the range runs backwards', 1, 4],
  ['[a', 'a class needs a closing `]`', 0, 2],
  ['\\p{Klingon}', '`Klingon` is no Unicode category or script', 0, 11],
  ['\\y', '`\\y` has no meaning in RE2', 0, 2],
  ['\\C', '`\\C` would cut a character into bytes', 0, 2],
  ['(?x)a', 'RE2 has no flag `x`', 0, 4],
  ['\\', 'a backslash at the end escapes nothing', 0, 1],
  ['\\x{110000}', 'this is no hexadecimal code point', 0, 10],
] as const;

for (const [pattern, message, at, end] of refused) {
  test(`refuses /${pattern}/`, (t) => {
    t.deepEqual(checkRegex(pattern), { kind: 'invalid-pattern', message, at, end });
  });
}

test('groups that are nested too deep are a fault, not a crash', (t) => {
  t.is(checkRegex('('.repeat(5000))?.kind, 'invalid-pattern');
});

test('a pattern beyond the budget is refused, with its size', (t) => {
  const fault = checkRegex(`(?:${'[ab]c'.repeat(16)}){1000}`);
  t.is(fault?.kind, 'pattern-too-large');
  t.regex(fault?.message ?? '', /^it needs a program of about \d+ KiB, and one pattern may have 256 KiB$/);
});

test('a set that is repeated costs no more for its bounds', (t) => {
  t.is(checkRegex('\\p{L}{1000}'), undefined);
});
