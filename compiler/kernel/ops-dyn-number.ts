// Dynamic values: arithmetic and conversions, by the kinds that the operands turn out to have.

import { compare_numbers, is_number, no_overload, payload, real, reference } from './ops-dyn';
import { string_of_float } from './ops-float';
import { list_concat } from './ops-map';
import * as number from './ops-number';
import { string_concat } from './ops-text';
import * as time from './ops-time';
import {
  TAG_BOOL,
  TAG_BYTES,
  TAG_DURATION,
  TAG_FLOAT,
  TAG_INT,
  TAG_LIST,
  TAG_STRING,
  TAG_TIMESTAMP,
  TAG_TYPE,
  TAG_UINT,
  box,
  tag,
  text,
} from './ops-value';

export function dyn_add(a: usize, b: usize): usize {
  const kind = tag(a);
  const other = tag(b);
  if (kind == TAG_TIMESTAMP && other == TAG_DURATION)
    return box(TAG_TIMESTAMP, <u64>time.timestamp_add(reference(a), reference(b)));
  if (kind == TAG_DURATION && other == TAG_TIMESTAMP)
    return box(TAG_TIMESTAMP, <u64>time.timestamp_add(reference(b), reference(a)));
  if (kind != other) return no_overload();
  if (kind == TAG_INT) return box(kind, <u64>number.int_add(<i64>payload(a), <i64>payload(b)));
  if (kind == TAG_UINT) return box(kind, number.uint_add(payload(a), payload(b)));
  if (kind == TAG_FLOAT) return box(kind, reinterpret<u64>(real(a) + real(b)));
  if (kind == TAG_STRING || kind == TAG_BYTES) return box(kind, string_concat(payload(a), payload(b)));
  if (kind == TAG_LIST) return box(kind, <u64>list_concat(reference(a), reference(b)));
  if (kind == TAG_DURATION) return box(kind, <u64>time.duration_add(reference(a), reference(b)));
  return no_overload();
}

export function dyn_sub(a: usize, b: usize): usize {
  const kind = tag(a);
  const other = tag(b);
  if (kind == TAG_TIMESTAMP && other == TAG_DURATION)
    return box(TAG_TIMESTAMP, <u64>time.timestamp_sub(reference(a), reference(b)));
  if (kind != other) return no_overload();
  if (kind == TAG_INT) return box(kind, <u64>number.int_sub(<i64>payload(a), <i64>payload(b)));
  if (kind == TAG_UINT) return box(kind, number.uint_sub(payload(a), payload(b)));
  if (kind == TAG_FLOAT) return box(kind, reinterpret<u64>(real(a) - real(b)));
  if (kind == TAG_TIMESTAMP || kind == TAG_DURATION)
    return box(TAG_DURATION, <u64>time.duration_sub(reference(a), reference(b)));
  return no_overload();
}

export function dyn_mul(a: usize, b: usize): usize {
  const kind = tag(a);
  if (kind != tag(b)) return no_overload();
  if (kind == TAG_INT) return box(kind, <u64>number.int_mul(<i64>payload(a), <i64>payload(b)));
  if (kind == TAG_UINT) return box(kind, number.uint_mul(payload(a), payload(b)));
  if (kind == TAG_FLOAT) return box(kind, reinterpret<u64>(real(a) * real(b)));
  return no_overload();
}

export function dyn_div(a: usize, b: usize): usize {
  const kind = tag(a);
  if (kind != tag(b)) return no_overload();
  if (kind == TAG_INT) return box(kind, <u64>number.int_div(<i64>payload(a), <i64>payload(b)));
  if (kind == TAG_UINT) return box(kind, number.uint_div(payload(a), payload(b)));
  if (kind == TAG_FLOAT) return box(kind, reinterpret<u64>(real(a) / real(b)));
  return no_overload();
}

export function dyn_mod(a: usize, b: usize): usize {
  const kind = tag(a);
  if (kind != tag(b)) return no_overload();
  if (kind == TAG_INT) return box(kind, <u64>number.int_mod(<i64>payload(a), <i64>payload(b)));
  if (kind == TAG_UINT) return box(kind, number.uint_mod(payload(a), payload(b)));
  return no_overload();
}

export function dyn_neg(a: usize): usize {
  const kind = tag(a);
  if (kind == TAG_INT) return box(kind, <u64>number.int_neg(<i64>payload(a)));
  if (kind == TAG_FLOAT) return box(kind, reinterpret<u64>(-real(a)));
  return no_overload();
}

export function dyn_max(a: usize, b: usize): usize {
  if (!is_number(tag(a)) || !is_number(tag(b))) return no_overload();
  return compare_numbers(b, a) == 1 ? b : a;
}

export function dyn_min(a: usize, b: usize): usize {
  if (!is_number(tag(a)) || !is_number(tag(b))) return no_overload();
  return compare_numbers(b, a) == -1 ? b : a;
}

export function dyn_to_int(value: usize): i64 {
  const kind = tag(value);
  if (kind == TAG_INT) return <i64>payload(value);
  if (kind == TAG_UINT) return number.int_of_uint(payload(value));
  if (kind == TAG_FLOAT) return number.int_of_float(real(value));
  if (kind == TAG_STRING) return number.int_of_string(payload(value));
  if (kind == TAG_TIMESTAMP) return time.int_of_timestamp(reference(value));
  no_overload();
  return 0;
}

export function dyn_to_uint(value: usize): u64 {
  const kind = tag(value);
  if (kind == TAG_UINT) return payload(value);
  if (kind == TAG_INT) return number.uint_of_int(<i64>payload(value));
  if (kind == TAG_FLOAT) return number.uint_of_float(real(value));
  if (kind == TAG_STRING) return number.uint_of_string(payload(value));
  no_overload();
  return 0;
}

export function dyn_to_float(value: usize): f64 {
  const kind = tag(value);
  if (kind == TAG_FLOAT) return real(value);
  if (kind == TAG_INT) return <f64>(<i64>payload(value));
  if (kind == TAG_UINT) return <f64>payload(value);
  if (kind == TAG_STRING) return number.float_of_string(payload(value));
  no_overload();
  return 0;
}

export function dyn_to_string(value: usize): u64 {
  const kind = tag(value);
  if (kind == TAG_STRING || kind == TAG_TYPE) return payload(value);
  if (kind == TAG_BOOL) return number.string_of_bool(load<u32>(value, 8) != 0);
  if (kind == TAG_INT) return number.string_of_int(<i64>payload(value));
  if (kind == TAG_UINT) return number.string_of_uint(payload(value));
  if (kind == TAG_FLOAT) return string_of_float(real(value));
  if (kind == TAG_TIMESTAMP) return time.string_of_timestamp(reference(value));
  if (kind == TAG_DURATION) return time.string_of_duration(reference(value));
  no_overload();
  return text(8, 0);
}
