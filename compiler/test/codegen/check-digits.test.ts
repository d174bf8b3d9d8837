// Check digits on numbers that are made with them: every changed digit breaks what the check promises to notice, and the
// modules say what the interpreter says. Known answers come from the definitions of the checks.

import type { BuiltinId, CoreExpr } from '@rdp/language';
import test from 'ava';
import fc from 'fast-check';
import { callBuiltin } from '../../src/ir/interpret/builtins.ts';
import { utf8Bytes } from '../../src/ir/interpret/text-codecs.ts';
import { sha256 } from '../../src/ir/interpret/sha256.ts';
import { int, list, string, type Value } from '../../src/ir/interpret/value.ts';
import { agree, createDifferential } from '../differential.ts';
import { bool, field, programOf } from './program.ts';

const checks = [
  'luhn',
  'verhoeff',
  'mod11_2',
  'mod37_2',
  'mod97_10',
  'mod11_10',
  'mod37_36',
  'iban',
  'base58check',
  'bech32',
  'bech32m',
] as const satisfies readonly BuiltinId[];
type Check = (typeof checks)[number];

const holds = (check: BuiltinId, ...args: readonly Value[]): boolean => {
  const result = callBuiltin(check, args);
  return result.kind === 'bool' && result.value;
};

const digits = '0123456789';
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Which characters the numbers of a check are made of, and how its check characters are found: by trying. */
const alphabets: readonly (readonly [check: Check, body: string, check: string, length: number])[] = [
  ['luhn', digits, digits, 1],
  ['verhoeff', digits, digits, 1],
  ['mod11_2', digits, `${digits}X`, 1],
  ['mod37_2', digits + letters, `${digits}${letters}*`, 1],
  ['mod97_10', digits + letters, digits, 2],
  ['mod11_10', digits, digits, 1],
  ['mod37_36', digits + letters, digits + letters, 1],
];

const textOf = (
  chars: string,
  size: { readonly minLength: number; readonly maxLength: number },
): fc.Arbitrary<string> => fc.string({ unit: fc.constantFrom(...chars), ...size });

const ends = (chars: string, length: number): readonly string[] =>
  length === 0 ? [''] : ends(chars, length - 1).flatMap((end) => [...chars].map((char) => end + char));

for (const [check, body, last, length] of alphabets) {
  const complete = (text: string): string => {
    const found = ends(last, length).filter((end) => holds(check, string(text + end)));
    return text + (found[0] ?? '');
  };

  test(`${check}: every number has a check character, and one changed character is noticed`, (t) => {
    fc.assert(
      fc.property(
        textOf(body, { minLength: 1, maxLength: 20 }),
        fc.nat(),
        fc.constantFrom(...body),
        (text, place, other) => {
          const whole = complete(text);
          t.is(whole.length, text.length + length);
          const at = place % text.length;
          // A letter in a digit's place makes the number longer, which MOD 97-10 does not promise to notice.
          const kindSame = /[0-9]/.test(text[at] ?? '') === /[0-9]/.test(other);
          if (text[at] === other || (check === 'mod97_10' && !kindSame)) return;
          t.false(holds(check, string(whole.slice(0, at) + other + whole.slice(at + 1))), `${whole} ${at} ${other}`);
        },
      ),
    );
  });

  test(`${check}: what stands between and the case do not matter`, (t) => {
    fc.assert(
      fc.property(textOf(body, { minLength: 1, maxLength: 20 }), (text) => {
        const whole = complete(text);
        t.true(holds(check, string([...whole.toLowerCase()].join(' - é'))));
      }),
    );
  });
}

test('Verhoeff, MOD 11-2 and MOD 37-2 notice neighbours that changed places', (t) => {
  fc.assert(
    fc.property(
      fc.constantFrom(...alphabets.filter(([check]) => ['verhoeff', 'mod11_2', 'mod37_2'].includes(check))),
      textOf(digits, { minLength: 2, maxLength: 20 }),
      fc.nat(),
      ([check, , last], text, place) => {
        const whole = text + ([...last].find((end) => holds(check, string(text + end))) ?? '');
        const at = place % (text.length - 1);
        const swapped = whole.slice(0, at) + (whole[at + 1] ?? '') + (whole[at] ?? '') + whole.slice(at + 2);
        if (swapped !== whole) t.false(holds(check, string(swapped)));
      },
    ),
  );
});

test('SHA-256 gives the digests of FIPS 180-4', (t) => {
  const hex = (text: string): string =>
    [...sha256(utf8Bytes(text))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  t.is(hex(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  t.is(hex('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  t.is(
    hex('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'),
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  );
});

const known: readonly (readonly [BuiltinId, readonly Value[], boolean])[] = [
  ['verhoeff', [string('2363')], true],
  ['mod11_2', [string('0000-0002-1825-0097')], true],
  ['mod11_2', [string('0000-0002-1694-233X')], true],
  ['mod97_10', [string('794 44')], true],
  ['mod11_10', [string('0794 5')], true],
  ['mod37_36', [string('A12425GABC1234002M')], true],
  ['mod37_2', [string('A999914123456N')], true],
  ['luhn_radix', [string('27AAPFU0939F1ZV'), int(36n)], true],
  ['luhn_radix', [string('27AAPFU0939F1ZA'), int(36n)], false],
  ['base58check', [string('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa')], true],
  ['base58check', [string('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb')], false],
  ['bech32', [string('BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4')], true],
  ['bech32', [string('bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5')], false],
  ['bech32', [string('A12UEL5L')], true],
  ['bech32', [string('A12UEL5l')], false],
  ['bech32m', [string('A1LQFN3A')], true],
  ['bech32m', [string('bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0')], true],
  ['valid_day', [int(2000n), int(2n), int(29n)], true],
  ['valid_day', [int(1900n), int(2n), int(29n)], false],
  ['valid_day', [int(26n), int(4n), int(31n)], false],
  ['iban', [string('XX82 WEST 1234 5698 7654 32')], false],
];

test('known answers', (t) => {
  for (const [check, args, expected] of known)
    t.is(holds(check, ...args), expected, `${check} ${JSON.stringify(args, replace)}`);
  t.deepEqual(callBuiltin('weighted_sum', [string('12-3a'), list([int(1n), int(10n)])]), int(1n + 20n + 3n + 100n));
  t.deepEqual(callBuiltin('weighted_digit_sum', [string('99'), list([int(2n)])]), int(18n));
  t.deepEqual(callBuiltin('remainder', [string('1a'), int(97n)]), int(110n % 97n));
  t.deepEqual(callBuiltin('id_part', [string('ab-12-c'), int(1n), int(3n)]), string('b-12'));
  t.deepEqual(callBuiltin('id_number', [string('ab-12-c'), int(2n), int(2n)]), int(12n));
  t.deepEqual(callBuiltin('id_value', [string('ab-12-c'), int(-1n)]), int(12n));
  t.deepEqual(callBuiltin('translate', [string('XYA'), string('XY'), string('0')]), string('0A'));
});

function replace(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

const call = (builtin: BuiltinId, ...args: readonly CoreExpr[]): CoreExpr => ({
  op: 'call',
  builtin,
  args,
  type: bool,
});
const differential = createDifferential(
  programOf(Object.fromEntries(checks.map((check) => [check, call(check, field('s1'))]))),
);

test('the modules say what the interpreter says', (t) => {
  const near = fc.oneof(
    textOf(`${digits}-`, { minLength: 0, maxLength: 24 }),
    textOf(`${digits}${letters}${letters.toLowerCase()}* -é`, { minLength: 0, maxLength: 40 }),
    textOf('123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz', { minLength: 0, maxLength: 130 }),
    textOf('1qpzry9x8gf2tvdw0s3jn54khce6mua7l', { minLength: 6, maxLength: 60 }),
    fc.constantFrom(
      ...known.flatMap(([, [first]]) => (first?.kind === 'string' ? [first.value] : [])),
      'GB82 WEST 1234 5698 7654 32',
    ),
  );
  fc.assert(
    fc.property(fc.constantFrom(...checks), near, (check, text) => {
      agree(t, differential, { entrypoint: `test/${check}`, input: JSON.stringify({ s1: text }) });
    }),
    { numRuns: 500 },
  );
});
