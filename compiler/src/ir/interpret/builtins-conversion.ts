// Conversions between the kinds of values, and text of values. Text that is none of the wanted kind is the error
// `invalid_argument`; a number that does not fit is `overflow`.

import type { BuiltinId } from '@rdp/language';
import { checkedInteger } from './builtins-math.ts';
import { type Builtin, bytesArg, floatArg, intArg, textArg, truth } from './builtin-arguments.ts';
import { base64Bytes, base64Text, utf8Bytes, utf8Text } from './text-codecs.ts';
import { checkTimestamp, durationText, parseDuration, parseTimestamp, timestampText } from './time.ts';
import { bool, fail, float, int, string, type Value } from './value.ts';

const second = 1_000_000_000n;

function nanosArg(value: Value | undefined): bigint {
  return value?.kind === 'timestamp' || value?.kind === 'duration' ? value.nanos : fail('no_such_overload');
}

/** Towards zero; for int the ends of the range are out of it, as in CEL. */
function integerOfFloat(kind: 'int' | 'uint', value: number): Value {
  const fits = kind === 'int' ? value > -(2 ** 63) && value < 2 ** 63 : value >= 0 && value < 2 ** 64;
  return fits ? { kind, value: BigInt(Math.trunc(value)) } : fail('overflow');
}

function integerOfText(kind: 'int' | 'uint', text: string): Value {
  const wellFormed = kind === 'int' ? /^[+-]?\d+$/ : /^\+?\d+$/;
  if (!wellFormed.test(text)) return fail('invalid_argument');
  const value = BigInt(text.replace('+', ''));
  const fits = kind === 'int' ? BigInt.asIntN(64, value) === value : BigInt.asUintN(64, value) === value;
  return fits ? { kind, value } : fail('invalid_argument');
}

function floatOfText(text: string): Value {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return float(Number(text));
  const special = /^([+-]?)(?:(nan)|inf(?:inity)?)$/i.exec(text);
  if (!special) return fail('invalid_argument');
  return float(special[2] ? NaN : special[1] === '-' ? -Infinity : Infinity);
}

function boolOfText(text: string): Value {
  if (['1', 't', 'true', 'TRUE', 'True'].includes(text)) return bool(true);
  return ['0', 'f', 'false', 'FALSE', 'False'].includes(text) ? bool(false) : fail('invalid_argument');
}

/** A float as JavaScript prints it; minus zero keeps its sign. */
export function floatText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Text of a scalar; undefined for what `string(…)` does not take. */
function textOfScalar(value: Value | undefined): string | undefined {
  switch (value?.kind) {
    case 'string':
      return value.value;
    case 'bool':
      return String(value.value);
    case 'int':
    case 'uint':
      return value.value.toString();
    case 'float':
      return floatText(value.value);
    case 'timestamp':
      return timestampText(value.nanos);
    case 'duration':
      return durationText(value.nanos);
    case 'type':
      return value.name;
    default:
      return undefined;
  }
}

/** Conversions, by overload. */
export const conversionBuiltins: Readonly<Record<ConversionId, Builtin>> = {
  int_of_uint: (a) => checkedInteger('int', intArg(a)),
  int_of_float: (a) => integerOfFloat('int', floatArg(a)),
  int_of_string: (a) => integerOfText('int', textArg(a)),
  int_of_timestamp: (a) => {
    const nanos = nanosArg(a);
    return int((nanos - (((nanos % second) + second) % second)) / second);
  },
  uint_of_int: (a) => checkedInteger('uint', intArg(a)),
  uint_of_float: (a) => integerOfFloat('uint', floatArg(a)),
  uint_of_string: (a) => integerOfText('uint', textArg(a)),
  float_of_int: (a) => float(Number(intArg(a))),
  float_of_uint: (a) => float(Number(intArg(a))),
  float_of_string: (a) => floatOfText(textArg(a)),
  string_of_bool: (a) => string(String(truth(a))),
  string_of_int: (a) => string(intArg(a).toString()),
  string_of_uint: (a) => string(intArg(a).toString()),
  string_of_float: (a) => string(floatText(floatArg(a))),
  string_of_bytes: (a) => string(utf8Text(bytesArg(a)) ?? fail('invalid_argument')),
  string_of_timestamp: (a) => string(timestampText(nanosArg(a))),
  string_of_duration: (a) => string(durationText(nanosArg(a))),
  bytes_of_string: (a) => ({ kind: 'bytes', value: utf8Bytes(textArg(a)) }),
  bool_of_string: (a) => boolOfText(textArg(a)),
  timestamp_of_string: (a) => ({ kind: 'timestamp', nanos: parseTimestamp(textArg(a)) }),
  timestamp_of_int: (a) => ({ kind: 'timestamp', nanos: checkTimestamp(intArg(a) * second) }),
  duration_of_string: (a) => ({ kind: 'duration', nanos: parseDuration(textArg(a)) }),
  dyn_to_int: (a) => {
    if (a?.kind === 'int' || a?.kind === 'uint') return checkedInteger('int', a.value);
    if (a?.kind === 'float') return integerOfFloat('int', a.value);
    if (a?.kind === 'timestamp') return conversionBuiltins.int_of_timestamp(a);
    return integerOfText('int', textArg(a));
  },
  dyn_to_uint: (a) => {
    if (a?.kind === 'int' || a?.kind === 'uint') return checkedInteger('uint', a.value);
    return a?.kind === 'float' ? integerOfFloat('uint', a.value) : integerOfText('uint', textArg(a));
  },
  dyn_to_float: (a) => {
    if (a?.kind === 'float') return a;
    return a?.kind === 'int' || a?.kind === 'uint' ? float(Number(a.value)) : floatOfText(textArg(a));
  },
  dyn_to_string: (a) => string(textOfScalar(a) ?? fail('no_such_overload')),
  base64_encode: (a) => string(base64Text(bytesArg(a))),
  base64_decode: (a) => ({ kind: 'bytes', value: base64Bytes(textArg(a)) ?? fail('invalid_argument') }),
};

type ConversionId =
  Extract<BuiltinId, `${string}_of_${string}` | `dyn_to_${string}` | `base64_${string}`> extends infer Id
    ? Exclude<
        Id & BuiltinId,
        `string_index_of${string}` | `string_last_index_of${string}` | 'optional_of_non_zero' | TimeDay
      >
    : never;

type TimeDay = `timestamp_day_of_${string}`;
