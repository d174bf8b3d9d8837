// Timestamps and durations as nanoseconds: their text, their calendar, their ranges. The calendar is the proleptic
// Gregorian one. Zones are `UTC`, the empty name and `±hh:mm`: names of the IANA database would need its tables in every
// module, so they are the error `invalid_argument`.

import { fail } from './value.ts';

const second = 1_000_000_000n;
const daySeconds = 86_400n;
/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999999Z: the range of google.protobuf.Timestamp. */
const firstInstant: bigint = -62_135_596_800n * second;
const lastInstant: bigint = 253_402_300_800n * second - 1n;

/** `nanos` when it is a timestamp; otherwise `overflow`. */
export function checkTimestamp(nanos: bigint): bigint {
  return nanos < firstInstant || nanos > lastInstant ? fail('overflow') : nanos;
}

/** `nanos` when it is a duration: 64 bits of them, as in CEL; otherwise `overflow`. */
export function checkDuration(nanos: bigint): bigint {
  return BigInt.asIntN(64, nanos) === nanos ? nanos : fail('overflow');
}

/** The calendar fields of an instant. */
export interface Calendar {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  /** From 1. */
  readonly day: number;
  /** From 0. */
  readonly dayOfYear: number;
  /** Sunday is 0. */
  readonly weekday: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  readonly nanos: number;
}

/** The calendar fields of `instant`. */
export function calendarOf(instant: bigint): Calendar {
  const days = floorDiv(instant, daySeconds * second);
  const inDay = instant - days * daySeconds * second;
  const { year, month, day } = civilOfDays(Number(days));
  const secondOfDay = Number(inDay / second);
  return {
    year,
    month,
    day,
    dayOfYear: Number(days) - daysOfCivil(year, 1, 1),
    weekday: (((Number(days) + 4) % 7) + 7) % 7,
    hours: Math.floor(secondOfDay / 3600),
    minutes: Math.floor(secondOfDay / 60) % 60,
    seconds: secondOfDay % 60,
    nanos: Number(inDay % second),
  };
}

/** RFC 3339 in UTC, with as many digits of the second as there are. */
export function timestampText(nanos: bigint): string {
  const c = calendarOf(nanos);
  const date = `${pad(c.year, 4)}-${pad(c.month, 2)}-${pad(c.day, 2)}`;
  return `${date}T${pad(c.hours, 2)}:${pad(c.minutes, 2)}:${pad(c.seconds, 2)}${fraction(c.nanos)}Z`;
}

/** Seconds with an `s`: `3720s`, `-1.5s`. */
export function durationText(nanos: bigint): string {
  const size = nanos < 0n ? -nanos : nanos;
  return `${nanos < 0n ? '-' : ''}${size / second}${fraction(Number(size % second))}s`;
}

function fraction(nanos: number): string {
  return nanos === 0 ? '' : `.${pad(nanos, 9).replace(/0+$/, '')}`;
}

/** The instant that RFC 3339 text names; `invalid_argument` when it is none. Digits beyond nanoseconds are dropped. */
export function parseTimestamp(text: string): bigint {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/.exec(text);
  if (!parts) return fail('invalid_argument');
  const [year, month, day, hours, minutes, seconds] = parts.slice(1, 7).map(Number) as [
    number, // the expression has these six groups
    number,
    number,
    number,
    number,
    number,
  ];
  const [offsetHours, offsetMinutes] = [Number(parts[9] ?? 0), Number(parts[10] ?? 0)];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return fail('invalid_argument');
  if (hours > 23 || minutes > 59 || seconds > 59) return fail('invalid_argument');
  if (offsetHours > 23 || offsetMinutes > 59) return fail('invalid_argument');
  const offset = (offsetHours * 60 + offsetMinutes) * (parts[8] === '-' ? -60 : 60);
  const whole =
    BigInt(daysOfCivil(year, month, day)) * daySeconds + BigInt(hours * 3600 + minutes * 60 + seconds - offset);
  return checkTimestamp(whole * second + BigInt((parts[7] ?? '').slice(0, 9).padEnd(9, '0')));
}

const units: ReadonlyMap<string, bigint> = new Map([
  ['h', 3600n * second],
  ['m', 60n * second],
  ['s', second],
  ['ms', 1_000_000n],
  ['us', 1000n],
  ['µs', 1000n],
  ['μs', 1000n],
  ['ns', 1n],
]);

/** A duration as Go writes it: `1h30m`, `-1.5s`, `0`; `invalid_argument` when it is none. */
export function parseDuration(text: string): bigint {
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  const body = text.slice(sign.length);
  if (body === '0') return 0n;
  if (body === '') return fail('invalid_argument');
  const part = /(\d*)(?:\.(\d*))?(h|ms|m|s|us|µs|μs|ns)/y;
  let total = 0n;
  while (part.lastIndex < body.length) {
    const found = part.exec(body);
    const [whole, rest] = [found?.[1] ?? '', found?.[2] ?? ''];
    const unit = units.get(found?.[3] ?? '');
    if (!unit || whole + rest === '') return fail('invalid_argument');
    total += BigInt(whole || '0') * unit + (BigInt(rest || '0') * unit) / 10n ** BigInt(rest.length);
  }
  return checkDuration(sign === '-' ? -total : total);
}

/** What a zone adds to UTC, in nanoseconds. */
export function zoneOffset(zone: string): bigint {
  if (zone === '' || zone === 'UTC') return 0n;
  const parts = /^([+-]?)(\d\d):(\d\d)$/.exec(zone);
  if (!parts) return fail('invalid_argument');
  const [hours, minutes] = [Number(parts[2]), Number(parts[3])];
  if (hours > 23 || minutes > 59) return fail('invalid_argument');
  return BigInt((hours * 60 + minutes) * (parts[1] === '-' ? -60 : 60)) * second;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1970-01-01; Howard Hinnant, "chrono-compatible low-level date algorithms". */
function daysOfCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function civilOfDays(days: number): { year: number; month: number; day: number } {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
