// `string.format` of CEL's strings library: %s %d %f %e %b %o %x %X %%, with a precision for %f and %e. A clause that does
// not fit its value, and a number of values that does not fit the text, is the error `invalid_argument`.

import { floatText } from './builtins-conversion.ts';
import { compareText } from './compare-values.ts';
import { utf8Bytes, utf8Text } from './text-codecs.ts';
import { durationText, timestampText } from './time.ts';
import { fail, type Value } from './value.ts';

/** `format` with its clauses replaced by `values`. */
export function formatText(format: string, values: readonly Value[]): string {
  let next = 0;
  const text = format.replace(
    /%(?:%|(?:\.(\d+))?([a-zA-Z])|.?)/gsu,
    (clause, precision: string | undefined, verb: string | undefined) => {
      if (clause === '%%') return '%';
      const value = values[next++];
      if (verb === undefined || value === undefined) return fail('invalid_argument');
      const places = precision === undefined ? 6 : Number(precision);
      if (places > 100) return fail('invalid_argument');
      return formatClause(verb, places, value);
    },
  );
  return text;
}

function formatClause(verb: string, places: number, value: Value): string {
  switch (verb) {
    case 's':
      return plainText(value);
    case 'd':
      return integerText(value, 10) ?? notFinite(value) ?? fail('invalid_argument');
    case 'b':
      return value.kind === 'bool' ? (value.value ? '1' : '0') : (integerText(value, 2) ?? fail('invalid_argument'));
    case 'o':
      return integerText(value, 8) ?? fail('invalid_argument');
    case 'x':
      return hexText(value);
    case 'X':
      return hexText(value).toUpperCase();
    case 'f':
      return notFinite(value) ?? fixedText(numberOf(value), places);
    case 'e':
      return notFinite(value) ?? scientificText(numberOf(value), places);
    default:
      return fail('invalid_argument');
  }
}

function integerText(value: Value, radix: number): string | undefined {
  return value.kind === 'int' || value.kind === 'uint' ? value.value.toString(radix) : undefined;
}

function notFinite(value: Value): string | undefined {
  return value.kind === 'float' && !Number.isFinite(value.value) ? String(value.value) : undefined;
}

function numberOf(value: Value): number {
  return value.kind === 'float' || value.kind === 'int' || value.kind === 'uint'
    ? Number(value.value)
    : fail('invalid_argument');
}

function hexText(value: Value): string {
  if (value.kind === 'string' || value.kind === 'bytes') {
    const bytes = value.kind === 'string' ? utf8Bytes(value.value) : value.value;
    return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }
  return integerText(value, 16) ?? fail('invalid_argument');
}

/** Text of any value: strings bare, lists and maps with their items, maps sorted by their keys' text. */
function plainText(value: Value): string {
  switch (value.kind) {
    case 'string':
      return value.value;
    case 'bool':
      return String(value.value);
    case 'int':
    case 'uint':
      return value.value.toString();
    case 'float':
      return floatText(value.value);
    case 'bytes':
      return utf8Text(value.value) ?? fail('invalid_argument');
    case 'null':
      return 'null';
    case 'timestamp':
      return timestampText(value.nanos);
    case 'duration':
      return durationText(value.nanos);
    case 'type':
      return value.name;
    case 'list':
      return `[${value.items.map(plainText).join(', ')}]`;
    case 'map': {
      const entries = value.entries.map(([key, item]): [string, string] => [plainText(key), plainText(item)]);
      entries.sort(([a], [b]) => compareText(a, b));
      return `{${entries.map(([key, item]) => `${key}: ${item}`).join(', ')}}`;
    }
    default:
      return fail('invalid_argument');
  }
}

/** A finite double as an exact fraction of integers. */
function fractionOf(value: number): { readonly over: bigint; readonly under: bigint } {
  let [scaled, under] = [Math.abs(value), 1n];
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    under *= 2n;
  }
  return { over: BigInt(scaled), under };
}

/** `over / under` to the nearest integer, ties to even. */
function divideRounded(over: bigint, under: bigint): bigint {
  const [quotient, rest] = [over / under, over % under];
  const up = rest * 2n > under || (rest * 2n === under && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}

function isNegative(value: number): boolean {
  return value < 0 || Object.is(value, -0);
}

function fixedText(value: number, places: number): string {
  const { over, under } = fractionOf(value);
  const digits = divideRounded(over * 10n ** BigInt(places), under)
    .toString()
    .padStart(places + 1, '0');
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return (isNegative(value) ? '-' : '') + text;
}

function scientificText(value: number, places: number): string {
  const { over, under } = fractionOf(value);
  let exponent = value === 0 ? 0 : Number(/e([+-]\d+)$/.exec(Math.abs(value).toExponential())?.[1] ?? '0');
  const scaled = (): bigint => {
    const shift = places - exponent;
    return shift >= 0
      ? divideRounded(over * 10n ** BigInt(shift), under)
      : divideRounded(over, under * 10n ** BigInt(-shift));
  };
  if (scaled() >= 10n ** BigInt(places + 1)) exponent++;
  const digits = scaled()
    .toString()
    .padStart(places + 1, '0');
  const size = String(Math.abs(exponent)).padStart(2, '0');
  const text = places === 0 ? digits : `${digits.slice(0, 1)}.${digits.slice(1)}`;
  return `${isNegative(value) ? '-' : ''}${text}e${exponent < 0 ? '-' : '+'}${size}`;
}
