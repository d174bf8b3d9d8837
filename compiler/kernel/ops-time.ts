// Timestamps and durations: {i64 seconds, i32 nanoseconds from 0 to 999,999,999}. Text, calendar (proleptic Gregorian),
// zones (`UTC`, the empty name, `±hh:mm`), and the ranges of google.protobuf.

import { alloc } from './heap';
import { put_digits } from './ops-number';
import { ERROR_INVALID_ARGUMENT, ERROR_OVERFLOW, at, fail, size, text } from './ops-value';

const BILLION: i64 = 1000000000;
const FIRST_SECOND: i64 = -62135596800;
const LAST_SECOND: i64 = 253402300799;
// A duration is an int64 of nanoseconds, as in CEL: its largest and its smallest in seconds and nanoseconds.
const LONGEST_SECONDS: i64 = 9223372036;
const LONGEST_NANOS: i64 = 854775807;
const SHORTEST_SECONDS: i64 = -9223372037;
const SHORTEST_NANOS: i64 = 145224192;

function instant(seconds: i64, nanos: i64): usize {
  const value = alloc(16);
  store<i64>(value, seconds);
  store<i64>(value, nanos, 8);
  return value;
}

function checked_timestamp(seconds: i64, nanos: i64): usize {
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND) fail(ERROR_OVERFLOW);
  return instant(seconds, nanos);
}

function checked_duration(seconds: i64, nanos: i64): usize {
  if (seconds > LONGEST_SECONDS || (seconds == LONGEST_SECONDS && nanos > LONGEST_NANOS)) fail(ERROR_OVERFLOW);
  if (seconds < SHORTEST_SECONDS || (seconds == SHORTEST_SECONDS && nanos < SHORTEST_NANOS)) fail(ERROR_OVERFLOW);
  return instant(seconds, nanos);
}

// @ts-ignore: decorator
@inline
function nanos_of(value: usize): i64 {
  return <i64>load<i32>(value, 8);
}

/** Negative, 0, positive; for durations too. */
export function instant_compare(a: usize, b: usize): i32 {
  const left = load<i64>(a);
  const right = load<i64>(b);
  if (left != right) return left < right ? -1 : 1;
  return <i32>(nanos_of(a) - nanos_of(b));
}

export function timestamp_add(a: usize, b: usize): usize {
  const nanos = nanos_of(a) + nanos_of(b);
  const carry: i64 = nanos >= BILLION ? 1 : 0;
  return checked_timestamp(load<i64>(a) + load<i64>(b) + carry, nanos - carry * BILLION);
}

export function timestamp_add_left(a: usize, b: usize): usize {
  return timestamp_add(b, a);
}

export function duration_add(a: usize, b: usize): usize {
  const nanos = nanos_of(a) + nanos_of(b);
  const carry: i64 = nanos >= BILLION ? 1 : 0;
  return checked_duration(load<i64>(a) + load<i64>(b) + carry, nanos - carry * BILLION);
}

export function timestamp_sub(a: usize, b: usize): usize {
  const nanos = nanos_of(a) - nanos_of(b);
  const borrow: i64 = nanos < 0 ? 1 : 0;
  return checked_timestamp(load<i64>(a) - load<i64>(b) - borrow, nanos + borrow * BILLION);
}

export function timestamp_diff(a: usize, b: usize): usize {
  return duration_sub(a, b);
}

export function duration_sub(a: usize, b: usize): usize {
  const nanos = nanos_of(a) - nanos_of(b);
  const borrow: i64 = nanos < 0 ? 1 : 0;
  return checked_duration(load<i64>(a) - load<i64>(b) - borrow, nanos + borrow * BILLION);
}

export function int_of_timestamp(value: usize): i64 {
  return load<i64>(value);
}

export function timestamp_of_int(seconds: i64): usize {
  return checked_timestamp(seconds, 0);
}

/** Whole seconds, towards zero. */
export function duration_seconds(value: usize): i64 {
  const seconds = load<i64>(value);
  return seconds < 0 && nanos_of(value) > 0 ? seconds + 1 : seconds;
}

export function duration_minutes(value: usize): i64 {
  return duration_seconds(value) / 60;
}

export function duration_hours(value: usize): i64 {
  return duration_seconds(value) / 3600;
}

/** Milliseconds of the second that has begun, with the duration's sign. */
export function duration_milliseconds(value: usize): i64 {
  const nanos = nanos_of(value);
  return (load<i64>(value) < 0 && nanos > 0 ? nanos - BILLION : nanos) / 1000000;
}

function two_digits(p: usize): i64 {
  const high = <u32>load<u8>(p) - 0x30;
  const low = <u32>load<u8>(p, 1) - 0x30;
  return high > 9 || low > 9 ? -1 : <i64>(high * 10 + low);
}

/** Days since 1970-01-01; Howard Hinnant, "chrono-compatible low-level date algorithms". */
function days_of_civil(year: i64, month: i64, day: i64): i64 {
  const y = month <= 2 ? year - 1 : year;
  const era = (y >= 0 ? y : y - 399) / 400;
  const year_of_era = y - era * 400;
  const day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

let civil_year: i64 = 0;
let civil_month: i64 = 0;
let civil_day: i64 = 0;

function civil_of_days(days: i64): void {
  const z = days + 719468;
  const era = (z >= 0 ? z : z - 146096) / 146097;
  const day_of_era = z - era * 146097;
  const year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const shifted = (5 * day_of_year + 2) / 153;
  civil_month = shifted < 10 ? shifted + 3 : shifted - 9;
  civil_day = day_of_year - (153 * shifted + 2) / 5 + 1;
  civil_year = year_of_era + era * 400 + (civil_month <= 2 ? 1 : 0);
}

function days_in_month(year: i64, month: i64): i64 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

function invalid(): usize {
  fail(ERROR_INVALID_ARGUMENT);
  return 0;
}

/** RFC 3339; digits beyond nanoseconds are dropped. */
export function timestamp_of_string(s: u64): usize {
  let p = at(s);
  const end = p + size(s);
  if (size(s) < 20) return invalid();
  const century = two_digits(p);
  const rest = two_digits(p + 2);
  const month = two_digits(p + 5);
  const day = two_digits(p + 8);
  const hours = two_digits(p + 11);
  const minutes = two_digits(p + 14);
  const seconds = two_digits(p + 17);
  // A negative number has its sign bit in the disjunction.
  if ((century | rest | month | day | hours | minutes | seconds) < 0) return invalid();
  if (load<u8>(p, 4) != 0x2d || load<u8>(p, 7) != 0x2d || load<u8>(p, 10) != 0x54) return invalid();
  if (load<u8>(p, 13) != 0x3a || load<u8>(p, 16) != 0x3a) return invalid();
  p += 19;
  let nanos: i64 = 0;
  if (load<u8>(p) == 0x2e) {
    let scale: i64 = 100000000;
    const first = ++p;
    while (p < end && <u32>load<u8>(p) - 0x30 < 10) {
      nanos += scale * (<i64>load<u8>(p) - 0x30);
      scale /= 10;
      p++;
    }
    if (p == first) return invalid();
  }
  if (p >= end) return invalid();
  const zone = <u32>load<u8>(p);
  let offset: i64 = 0;
  if (zone == 0x5a) {
    if (p + 1 != end) return invalid();
  } else {
    if ((zone != 0x2b && zone != 0x2d) || p + 6 != end) return invalid();
    offset = zone_offset(text(p, 6));
    if (offset == i64.MIN_VALUE) return invalid();
  }
  const year = century * 100 + rest;
  if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month)) return invalid();
  if (hours > 23 || minutes > 59 || seconds > 59) return invalid();
  return checked_timestamp(days_of_civil(year, month, day) * 86400 + hours * 3600 + minutes * 60 + seconds - offset, nanos);
}

/** Seconds that a zone adds to UTC; the smallest number when it is none. */
function zone_offset(zone: u64): i64 {
  const length = size(zone);
  let p = at(zone);
  if (length == 0 || (length == 3 && load<u16>(p) == 0x5455 && load<u8>(p, 2) == 0x43)) return 0;
  const sign = <u32>load<u8>(p);
  const signed = sign == 0x2b || sign == 0x2d;
  if (length != (signed ? 6 : 5)) return i64.MIN_VALUE;
  if (signed) p++;
  const hours = two_digits(p);
  const minutes = two_digits(p + 3);
  if (load<u8>(p, 2) != 0x3a || (hours | minutes) < 0 || hours > 23 || minutes > 59) return i64.MIN_VALUE;
  const offset = (hours * 60 + minutes) * 60;
  return sign == 0x2d ? -offset : offset;
}

/** Seconds of the instant as a clock in `zone` shows it; fails for an unknown zone. */
function local_seconds(value: usize, zone: u64): i64 {
  const offset = zone_offset(zone);
  if (offset == i64.MIN_VALUE) {
    fail(ERROR_INVALID_ARGUMENT);
    return 0;
  }
  return load<i64>(value) + offset;
}

function floor_div(a: i64, b: i64): i64 {
  return (a >= 0 ? a : a - b + 1) / b;
}

function local_days(value: usize, zone: u64): i64 {
  const days = floor_div(local_seconds(value, zone), 86400);
  civil_of_days(days);
  return days;
}

function second_of_day(value: usize, zone: u64): i64 {
  const seconds = local_seconds(value, zone);
  return seconds - floor_div(seconds, 86400) * 86400;
}

export function timestamp_full_year(value: usize, zone: u64): i64 {
  local_days(value, zone);
  return civil_year;
}

/** From 0. */
export function timestamp_month(value: usize, zone: u64): i64 {
  local_days(value, zone);
  return civil_month - 1;
}

/** From 0. */
export function timestamp_day_of_year(value: usize, zone: u64): i64 {
  const days = local_days(value, zone);
  return days - days_of_civil(civil_year, 1, 1);
}

/** From 0. */
export function timestamp_day_of_month(value: usize, zone: u64): i64 {
  local_days(value, zone);
  return civil_day - 1;
}

/** From 1. */
export function timestamp_date(value: usize, zone: u64): i64 {
  local_days(value, zone);
  return civil_day;
}

/** Sunday is 0. */
export function timestamp_day_of_week(value: usize, zone: u64): i64 {
  return (((local_days(value, zone) + 4) % 7) + 7) % 7;
}

export function timestamp_hours(value: usize, zone: u64): i64 {
  return second_of_day(value, zone) / 3600;
}

export function timestamp_minutes(value: usize, zone: u64): i64 {
  return (second_of_day(value, zone) / 60) % 60;
}

export function timestamp_seconds(value: usize, zone: u64): i64 {
  return second_of_day(value, zone) % 60;
}

export function timestamp_milliseconds(value: usize, zone: u64): i64 {
  local_seconds(value, zone);
  return nanos_of(value) / 1000000;
}

/** Writes `value` with at least `digits` digits; returns the address behind it. */
function put_padded(to: usize, value: i64, digits: u32): usize {
  const end = to + digits;
  memory.fill(to, 0x30, digits);
  put_digits(end, <u64>value);
  return end;
}

/** `.5` for 500,000,000; nothing for 0. */
function put_fraction(to: usize, nanos: i64): usize {
  if (nanos == 0) return to;
  store<u8>(to, 0x2e);
  to = put_padded(to + 1, nanos, 9);
  while (load<u8>(to - 1) == 0x30) to--;
  return to;
}

/** RFC 3339 in UTC, with as many digits of the second as there are. */
export function string_of_timestamp(value: usize): u64 {
  const start = alloc(40);
  const seconds = load<i64>(value);
  const days = floor_div(seconds, 86400);
  civil_of_days(days);
  const in_day = seconds - days * 86400;
  let to = put_padded(start, civil_year, 4);
  store<u8>(to, 0x2d);
  to = put_padded(to + 1, civil_month, 2);
  store<u8>(to, 0x2d);
  to = put_padded(to + 1, civil_day, 2);
  store<u8>(to, 0x54);
  to = put_padded(to + 1, in_day / 3600, 2);
  store<u8>(to, 0x3a);
  to = put_padded(to + 1, (in_day / 60) % 60, 2);
  store<u8>(to, 0x3a);
  to = put_padded(to + 1, in_day % 60, 2);
  to = put_fraction(to, nanos_of(value));
  store<u8>(to++, 0x5a);
  return text(start, <u32>(to - start));
}

/** Seconds with an `s`: `3720s`, `-1.5s`. */
export function string_of_duration(value: usize): u64 {
  const start = alloc(40);
  let to = start;
  let seconds = load<i64>(value);
  let nanos = nanos_of(value);
  if (seconds < 0) {
    store<u8>(to++, 0x2d);
    seconds = -seconds;
    if (nanos > 0) {
      seconds--;
      nanos = BILLION - nanos;
    }
  }
  const end = to + 20;
  const p = put_digits(end, <u64>seconds);
  memory.copy(to, p, end - p);
  to = put_fraction(to + (end - p), nanos);
  store<u8>(to++, 0x73);
  return text(start, <u32>(to - start));
}

/** A duration as Go writes it: `1h30m`, `-1.5s`, `0`. */
export function duration_of_string(s: u64): usize {
  let p = at(s);
  const end = p + size(s);
  let negative = false;
  if (p < end && (load<u8>(p) == 0x2d || load<u8>(p) == 0x2b)) {
    negative = load<u8>(p) == 0x2d;
    p++;
  }
  if (p + 1 == end && load<u8>(p) == 0x30) return instant(0, 0);
  if (p == end) return invalid();
  let seconds: i64 = 0;
  let nanos: i64 = 0;
  while (p < end) {
    // The whole part is high × 10^9 + low; a high that is out of range with every unit only must not wrap.
    let high: i64 = 0;
    let low: i64 = 0;
    const first = p;
    while (p < end && <u32>load<u8>(p) - 0x30 < 10) {
      low = low * 10 + (<i64>load<u8>(p) - 0x30);
      high = min<i64>(high * 10 + low / BILLION, 1000000000000);
      low %= BILLION;
      p++;
    }
    let digits = <u32>(p - first);
    let fraction_end = p;
    let fraction_start = p;
    if (p < end && load<u8>(p) == 0x2e) {
      fraction_start = ++p;
      while (p < end && <u32>load<u8>(p) - 0x30 < 10) p++;
      fraction_end = p;
      digits += <u32>(fraction_end - fraction_start);
    }
    if (digits == 0 || p >= end) return invalid();
    let unit: i64 = 0;
    const c = <u32>load<u8>(p++);
    const next = p < end ? <u32>load<u8>(p) : 0;
    if (c == 0x68) unit = 3600 * BILLION;
    else if (c == 0x6d) {
      unit = next == 0x73 ? 1000000 : 60 * BILLION;
      if (next == 0x73) p++;
    } else if (c == 0x73) unit = BILLION;
    else if (c == 0x75 || c == 0x6e) {
      unit = c == 0x75 ? 1000 : 1;
      if (next != 0x73) return invalid();
      p++;
    } else if ((c == 0xc2 && next == 0xb5) || (c == 0xce && next == 0xbc)) {
      // Both micro signs.
      unit = 1000;
      p++;
      if (p >= end || load<u8>(p) != 0x73) return invalid();
      p++;
    } else return invalid();
    if (unit >= BILLION) {
      const factor = unit / BILLION;
      seconds += min<i64>(high, 1000) * (BILLION * factor) + low * factor;
    } else {
      const per_second = BILLION / unit;
      seconds += high * unit + low / per_second;
      nanos += (low % per_second) * unit;
    }
    let part: i64 = 0;
    while (fraction_end > fraction_start) {
      fraction_end--;
      part = ((<i64>load<u8>(fraction_end) - 0x30) * unit + part) / 10;
    }
    seconds += part / BILLION;
    nanos += part % BILLION;
    seconds = min<i64>(seconds + nanos / BILLION, 1000000000000000000);
    nanos %= BILLION;
  }
  if (negative) {
    seconds = nanos > 0 ? -seconds - 1 : -seconds;
    nanos = nanos > 0 ? BILLION - nanos : 0;
  }
  return checked_duration(seconds, nanos);
}
