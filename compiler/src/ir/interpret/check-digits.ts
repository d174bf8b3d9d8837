// Check digits of identifiers, as their definitions have them. A text is read as its ASCII letters and digits alone, in upper
// case; 0 to 9, and A to Z for 10 to 35. Every text has a result.

import { type Builtin, intArg, itemsArg, textArg } from './builtin-arguments.ts';
import { bool, int, string } from './value.ts';

/** The letters and digits of a text, in upper case. */
export function lettersAndDigits(text: string): string {
  return text.replace(/[^0-9A-Za-z]/g, '').replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

function valuesOf(text: string): readonly number[] {
  return [...lettersAndDigits(text)].map((char) => parseInt(char, 36));
}

/** Luhn's sum in a radix of 2 to 36: every second value from the right is doubled, and its digits in the radix are added. */
function passesLuhn(text: string, radix: bigint): boolean {
  if (radix < 2n || radix > 36n) return false;
  const base = Number(radix);
  const values = valuesOf(text);
  if (values.length < 2 || values.some((value) => value >= base)) return false;
  const parts = values.toReversed().map((value, i) => {
    const counted = i % 2 === 1 ? value * 2 : value;
    return Math.floor(counted / base) + (counted % base);
  });
  return parts.reduce((sum, part) => sum + part, 0) % base === 0;
}

/** Verhoeff's multiplication table: the dihedral group of the pentagon. */
const dihedral = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
];

/** Verhoeff's permutations of a digit by its place. */
const permutations = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
];

/** J. Verhoeff, Error Detecting Decimal Codes (1969). */
function passesVerhoeff(text: string): boolean {
  const values = valuesOf(text);
  if (values.length < 2 || values.some((value) => value > 9)) return false;
  const check = values
    .toReversed()
    .reduce((sum, value, i) => Number(dihedral[sum]?.[Number(permutations[i % 8]?.[value])]), 0);
  return check === 0;
}

/** ISO/IEC 7064: sum of values by powers of 2, modulo `modulus`, is 1; `sign` is the highest value and stands only last. */
function passesPure(text: string, modulus: 11n | 37n, sign: 'X' | '*'): boolean {
  const chars = [...text.replace(/[a-z]/g, (letter) => letter.toUpperCase())].filter(
    (char) => /^[0-9A-Z]$/.test(char) || char === sign,
  );
  const values = chars.map((char) => (char === sign ? modulus - 1n : BigInt(parseInt(char, 36))));
  const last = values.length - 1;
  if (last < 1 || values.some((value, i) => value > modulus - 2n && !(i === last && chars[i] === sign))) return false;
  return values.reduce((sum, value, i) => sum + value * 2n ** BigInt(last - i), 0n) % modulus === 1n;
}

/** ISO/IEC 7064, hybrid systems: moduli `modulus` and `modulus + 1`. */
function passesHybrid(text: string, modulus: number): boolean {
  const values = valuesOf(text);
  if (values.length < 2 || values.some((value) => value >= modulus)) return false;
  let product = modulus;
  for (const value of values.slice(0, -1)) {
    const sum = (product + value) % modulus || modulus;
    product = (sum * 2) % (modulus + 1);
  }
  return (product + (values.at(-1) ?? 0)) % modulus === 1;
}

/** The rest of the number that letters (as two digits) and digits write; -1 without any, or for a modulus out of range. */
function remainder(text: string, modulus: bigint): bigint {
  const digits = valuesOf(text).join('');
  if (digits === '' || modulus < 1n || modulus > 10n ** 15n) return -1n;
  return BigInt(digits) % modulus;
}

/** Sum over the values of what `count` makes of value × weight; the weights begin again when they are used up. */
function weightedSum(text: string, weights: readonly bigint[], count: (product: bigint) => bigint): bigint {
  let sum = 0n;
  valuesOf(text).forEach((value, i) => {
    const product = BigInt.asIntN(64, BigInt(value) * (weights[i % weights.length] ?? 0n));
    sum = BigInt.asIntN(64, sum + count(product));
  });
  return sum;
}

/** The decimal digits of a number added. */
function digitSum(product: bigint): bigint {
  return [...String(product < 0n ? -product : product)].reduce((sum, digit) => sum + BigInt(digit), 0n);
}

function isDay(year: bigint, month: bigint, day: bigint): boolean {
  if (month < 1n || month > 12n || day < 1n) return false;
  const leap = year % 4n === 0n && (year % 100n !== 0n || year % 400n === 0n);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][Number(month) - 1] ?? 0;
  return day <= BigInt(days);
}

/** Every code point in `from` becomes the one at its place in `to`; without one it goes. */
function translate(text: string, from: string, to: string): string {
  const [sources, targets] = [[...from], [...to]];
  return [...text].map((char) => (sources.includes(char) ? (targets[sources.indexOf(char)] ?? '') : char)).join('');
}

/** The part that begins at the letter or digit number `from` and has `count` of them, with what stands between. */
function partOf(text: string, from: bigint, count: bigint): string {
  if (from < 0n || count < 1n) return '';
  const places = [...text.matchAll(/[0-9A-Za-z]/g)].map((match) => match.index);
  const chosen = places.slice(Number(from), Number(from + count));
  const [first, last] = [chosen[0], chosen.at(-1)];
  return first === undefined || last === undefined ? '' : text.slice(first, last + 1);
}

/** The number of `count` digits from letter or digit number `from`; -1 when others, or too few, stand there. */
function numberAt(text: string, from: bigint, count: bigint): bigint {
  if (from < 0n || count < 1n || count > 18n) return -1n;
  const digits = lettersAndDigits(text).slice(Number(from), Number(from + count));
  return digits.length === Number(count) && /^[0-9]+$/.test(digits) ? BigInt(digits) : -1n;
}

type CheckDigitId =
  | 'luhn'
  | 'luhn_radix'
  | 'verhoeff'
  | 'mod11_2'
  | 'mod37_2'
  | 'mod97_10'
  | 'mod11_10'
  | 'mod37_36'
  | 'remainder'
  | 'weighted_sum'
  | 'weighted_digit_sum'
  | 'id_value'
  | 'id_number'
  | 'id_part'
  | 'translate'
  | 'valid_day';

/** The builtins, by their ids. */
export const checkDigitBuiltins: Readonly<Record<CheckDigitId, Builtin>> = {
  luhn: (a) => bool(passesLuhn(textArg(a), 10n)),
  luhn_radix: (a, b) => bool(passesLuhn(textArg(a), intArg(b))),
  verhoeff: (a) => bool(passesVerhoeff(textArg(a))),
  mod11_2: (a) => bool(passesPure(textArg(a), 11n, 'X')),
  mod37_2: (a) => bool(passesPure(textArg(a), 37n, '*')),
  mod97_10: (a) => bool(remainder(textArg(a), 97n) === 1n),
  mod11_10: (a) => bool(passesHybrid(textArg(a), 10)),
  mod37_36: (a) => bool(passesHybrid(textArg(a), 36)),
  remainder: (a, b) => int(remainder(textArg(a), intArg(b))),
  weighted_sum: (a, b) => int(weightedSum(textArg(a), itemsArg(b).map(intArg), (product) => product)),
  weighted_digit_sum: (a, b) => int(weightedSum(textArg(a), itemsArg(b).map(intArg), digitSum)),
  id_value: (a, b) => int(BigInt(valuesOf(textArg(a)).at(Number(intArg(b))) ?? -1)),
  id_number: (a, b, c) => int(numberAt(textArg(a), intArg(b), intArg(c))),
  id_part: (a, b, c) => string(partOf(textArg(a), intArg(b), intArg(c))),
  translate: (a, b, c) => string(translate(textArg(a), textArg(b), textArg(c))),
  valid_day: (a, b, c) => bool(isDay(intArg(a), intArg(b), intArg(c))),
};
