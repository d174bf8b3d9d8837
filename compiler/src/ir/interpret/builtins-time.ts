// Timestamps and durations: sums, differences, and the fields of a clock in a zone.

import type { BuiltinId } from '@rdp/language';
import { type Builtin, textArg } from './builtin-arguments.ts';
import { type Calendar, calendarOf, checkDuration, checkTimestamp, zoneOffset } from './time.ts';
import { fail, int, type Value } from './value.ts';

function nanosOf(value: Value | undefined): bigint {
  return value?.kind === 'timestamp' || value?.kind === 'duration' ? value.nanos : fail('no_such_overload');
}

function instant(compute: (a: bigint, b: bigint) => bigint): Builtin {
  return (a, b) => ({ kind: 'timestamp', nanos: checkTimestamp(compute(nanosOf(a), nanosOf(b))) });
}

function span(compute: (a: bigint, b: bigint) => bigint): Builtin {
  return (a, b) => ({ kind: 'duration', nanos: checkDuration(compute(nanosOf(a), nanosOf(b))) });
}

function clock(read: (calendar: Calendar) => number): Builtin {
  return (a, zone) => int(BigInt(read(calendarOf(nanosOf(a) + zoneOffset(zone ? textArg(zone) : '')))));
}

function whole(unit: bigint): Builtin {
  return (a) => int(nanosOf(a) / unit);
}

/** Time, by overload. */
export const timeBuiltins: Readonly<Record<TimeId, Builtin>> = {
  timestamp_add: instant((a, b) => a + b),
  timestamp_add_left: instant((a, b) => a + b),
  timestamp_sub: instant((a, b) => a - b),
  timestamp_diff: span((a, b) => a - b),
  duration_add: span((a, b) => a + b),
  duration_sub: span((a, b) => a - b),
  timestamp_full_year: clock((c) => c.year),
  timestamp_month: clock((c) => c.month - 1),
  timestamp_day_of_year: clock((c) => c.dayOfYear),
  timestamp_day_of_month: clock((c) => c.day - 1),
  timestamp_date: clock((c) => c.day),
  timestamp_day_of_week: clock((c) => c.weekday),
  timestamp_hours: clock((c) => c.hours),
  timestamp_minutes: clock((c) => c.minutes),
  timestamp_seconds: clock((c) => c.seconds),
  timestamp_milliseconds: clock((c) => Math.floor(c.nanos / 1_000_000)),
  duration_hours: whole(3_600_000_000_000n),
  duration_minutes: whole(60_000_000_000n),
  duration_seconds: whole(1_000_000_000n),
  // Milliseconds of the second that has begun, as cel-spec's conformance cases have it.
  duration_milliseconds: (a) => int((nanosOf(a) % 1_000_000_000n) / 1_000_000n),
};

type TimeId = Exclude<
  Extract<BuiltinId, `timestamp_${string}` | `duration_${string}`>,
  'timestamp_of_string' | 'timestamp_of_int' | 'duration_of_string'
>;
