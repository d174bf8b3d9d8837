// Charges of one key → what is taken in the window that ends now. A sliding log: every charge counts from when it was taken until
// its window has passed, so no window anywhere holds more than the amount (a bucket of tokens would let through up to twice as much
// across a border: a full bucket, and what trickles in meanwhile).
//
// INVARIANT: nothing is forgotten early. A log holds at most `slotsMost` slots; with more than half of them in use, charges that are
// close together share one that expires with the last of them, so a charge may count up to `window / 512` too long and never too short.

/** Slots of a log. */
const slotsMost = 1024;

/** Above so many, charges within `window / exactSlots` share a slot. Each of the rest of the slots stands for that much time at least. */
const exactSlots = slotsMost / 2;

/** The charges of one key. Times are milliseconds of one clock that never goes back. */
export interface WindowLog {
  /** Milliseconds. */
  window: number;
  /** Sum of the slots. */
  sum: number;
  /** Ring of pairs: time of the last charge in the slot, cost. */
  ring: Float64Array;
  /** Index of the oldest slot in the ring, and its number among all that ever were. */
  head: number;
  first: number;
  count: number;
  /** Time of the first charge in the newest slot. */
  opened: number;
}

/** A log without charges. */
export function emptyLog(window: number): WindowLog {
  return { window, sum: 0, ring: new Float64Array(4), head: 0, first: 0, count: 0, opened: 0 };
}

/** Bytes that a log takes on V8's heap, about: measured, 415 with a short key and its place in the map. */
export function logBytes(log: WindowLog): number {
  return 250 + log.ring.byteLength;
}

/** Forgets what the window has passed. */
export function expire(log: WindowLog, now: number): void {
  const slots = log.ring.length / 2;
  const border = now - log.window;
  while (log.count > 0) {
    const at = log.head * 2;
    if ((log.ring[at] ?? 0) > border) return;
    log.sum -= log.ring[at + 1] ?? 0;
    log.head = log.head + 1 === slots ? 0 : log.head + 1;
    log.first += 1;
    log.count -= 1;
  }
}

/** Whether a log that grew would be one too many bytes. */
export type Growth = 'may_grow' | 'must_not_grow';

/** Adds a charge; gives the number of its slot. */
export function charge(log: WindowLog, cost: number, now: number, growth: Growth): number {
  const slots = log.ring.length / 2;
  const last = log.head + log.count - 1;
  const full = log.count === slots && (growth === 'must_not_grow' || slots >= slotsMost);
  const close = log.count >= exactSlots && now - log.opened < log.window / exactSlots;
  log.sum += cost;
  if (log.count > 0 && (close || full)) {
    const at = (last >= slots ? last - slots : last) * 2;
    log.ring[at] = now;
    log.ring[at + 1] = (log.ring[at + 1] ?? 0) + cost;
    return log.first + log.count - 1;
  }
  if (log.count === slots) grow(log);
  const size = log.ring.length / 2;
  const next = log.head + log.count;
  const at = (next >= size ? next - size : next) * 2;
  log.ring[at] = now;
  log.ring[at + 1] = cost;
  log.opened = now;
  log.count += 1;
  return log.first + log.count - 1;
}

/** Changes what a charge came to; one that its window has passed counts anew from now on with what it came to beyond. */
export function amend(log: WindowLog, slot: number, change: number, now: number): void {
  const index = slot - log.first;
  if (index < 0 || index >= log.count) {
    if (change > 0) charge(log, change, now, 'may_grow');
    return;
  }
  const slots = log.ring.length / 2;
  const at = ((log.head + index) % slots) * 2 + 1;
  log.ring[at] = (log.ring[at] ?? 0) + change;
  log.sum += change;
}

/** Seconds until `wanted` more fit below `amount`; a window when they never will by waiting. */
export function secondsUntil(
  log: WindowLog,
  { amount, wanted, now }: { readonly amount: number; readonly wanted: number; readonly now: number },
): number {
  const slots = log.ring.length / 2;
  let sum = log.sum;
  for (let index = 0; index < log.count; index += 1) {
    const at = ((log.head + index) % slots) * 2;
    sum -= log.ring[at + 1] ?? 0;
    if (sum + wanted <= amount) return Math.max(0, (log.ring[at] ?? 0) + log.window - now) / 1000;
  }
  return log.window / 1000;
}

/** Seconds until the oldest charge is forgotten; 0 when there is none. */
export function secondsUntilFirst(log: WindowLog, now: number): number {
  return log.count === 0 ? 0 : Math.max(0, (log.ring[log.head * 2] ?? 0) + log.window - now) / 1000;
}

/** Oldest first. */
export function* slotsOf(log: WindowLog): Generator<{ readonly time: number; readonly cost: number }> {
  const slots = log.ring.length / 2;
  for (let index = 0; index < log.count; index += 1) {
    const at = ((log.head + index) % slots) * 2;
    yield { time: log.ring[at] ?? 0, cost: log.ring[at + 1] ?? 0 };
  }
}

function grow(log: WindowLog): void {
  const ring = new Float64Array(log.ring.length * 2);
  let at = 0;
  for (const { time, cost } of slotsOf(log)) {
    ring[at] = time;
    ring[at + 1] = cost;
    at += 2;
  }
  log.ring = ring;
  log.head = 0;
}
