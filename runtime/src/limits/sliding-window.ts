// Charges of one key → what is taken in the window that ends now. A sliding log: every charge counts from when it was taken until
// its window has passed, so no window anywhere holds more than the amount (a bucket of tokens would let through up to twice as much
// across a border: a full bucket, and what trickles in meanwhile).
//
// INVARIANT: nothing is forgotten early. A log has at most `slotsMost` slots; with more than half of them in use, charges that are
// close together share one that expires with the last of them, so a charge may count up to `window / 512` too long and never too short.
//
// How it lies: all logs of a space are blocks of 64 bytes, a line of a cache, in one row of plain numbers. A log is one block with its
// sums, and a chain of blocks with three slots each that grows at its end and is given back at its beginning. So to charge a key
// touches two lines and nothing is left to collect, no key's charges are ever copied, and what one key gives back any other can use.

/** Numbers of a block. */
const block = 8;

/** Bytes of a block. */
const blockBytes = block * Float64Array.BYTES_PER_ELEMENT;

/** Numbers of a space that holds little: 256 KiB. */
const atFirstMost = 32_768;

/** Bytes of a log without charges. */
export const logBytes: number = blockBytes * 2;

/** Slots of a log. */
const slotsMost = 1024;

/** Above so many, charges within `window / exactSlots` share a slot. Each of the rest of the slots stands for that much time at least. */
const exactSlots = slotsMost / 2;

// What stands where in the first block of a log.
const atWindow = 0; // milliseconds
const atSum = 1;
const atOldest = 2; // when the oldest slot was charged last; infinite without slots
const atOpened = 3; // when the newest slot was charged first
const atHead = 4; // where the oldest slot is
const atTail = 5; // where the newest slot is
const atFirst = 6; // number of the oldest slot among all that ever were
const atCount = 7;

// In every other block: the next one, then three slots of a time (of the last charge) and a cost; one number is left over.
const firstSlot = 1;
const lastSlot = 5;

/** Where logs are. Times are milliseconds of one clock that never goes back. */
export interface LogSpace {
  /** Grows, so nobody keeps it. */
  numbers: Float64Array;
  /** What it never grows beyond. */
  readonly most: number;
  /** What everything is counted as of; see `tell`. */
  time: number;
  /** Bytes that may still be taken. */
  left: number;
  /** The first of the blocks that were given back; each has the next. 0: none. */
  free: number;
  /** The first number that no block has taken. */
  fresh: number;
  /** Above the number of every slot of logs that are closed, so that a slot's number is never used again. */
  numbered: number;
}

/** A log: where it begins. Never 0. */
export type WindowLog = number;

/** A charge that can be amended. */
export interface Slot {
  readonly number: number;
  readonly at: number;
}

/** A space of so many bytes at most. */
export function openSpace(bytes: number): LogSpace {
  const most = (Math.ceil(bytes / blockBytes) + 1) * block;
  return {
    numbers: new Float64Array(Math.min(most, atFirstMost)),
    most,
    time: Number.NEGATIVE_INFINITY,
    left: bytes,
    free: 0,
    fresh: block,
    numbered: 0,
  };
}

/** What the clock says now. Callers may come in another order than that in which they looked at it; time never goes back. */
export function tell(space: LogSpace, now: number): void {
  if (now > space.time) space.time = now;
}

/** A log without charges, for a window in milliseconds; `more` bytes are what its owner keeps of it. Undefined when there is no room. */
export function openLog(space: LogSpace, window: number, more: number): WindowLog | undefined {
  if (space.left < logBytes + more) return undefined;
  space.left -= more;
  const log = takeBlock(space);
  const slots = takeBlock(space);
  const { numbers } = space;
  numbers[log + atWindow] = window;
  numbers[log + atSum] = 0;
  numbers[log + atOldest] = Number.POSITIVE_INFINITY;
  numbers[log + atOpened] = 0;
  numbers[log + atHead] = slots + firstSlot;
  numbers[log + atTail] = slots + firstSlot;
  numbers[log + atFirst] = space.numbered;
  numbers[log + atCount] = 0;
  return log;
}

/** Gives back a log without charges, and what its owner kept of it. */
export function closeLog(space: LogSpace, log: WindowLog, more: number): void {
  const { numbers } = space;
  space.numbered = Math.max(space.numbered, numbers[log + atFirst] ?? 0);
  giveBlock(space, blockOf(numbers[log + atHead] ?? 0));
  giveBlock(space, log);
  space.left += more;
}

/** Forgets what the window, in milliseconds, has passed. */
export function expire(space: LogSpace, log: WindowLog, window: number): void {
  const { numbers } = space;
  numbers[log + atWindow] = window;
  if ((numbers[log + atOldest] ?? 0) <= space.time - window) forget(space, log);
}

function forget(space: LogSpace, log: WindowLog): void {
  const { numbers } = space;
  const border = space.time - (numbers[log + atWindow] ?? 0);
  let head = numbers[log + atHead] ?? 0;
  let count = numbers[log + atCount] ?? 0;
  let sum = numbers[log + atSum] ?? 0;
  let oldest = numbers[log + atOldest] ?? 0;
  const before = count;
  while (oldest <= border) {
    sum -= read(space, head + 1);
    count -= 1;
    if (count === 0) {
      head = blockOf(head) + firstSlot;
      oldest = Number.POSITIVE_INFINITY;
      break;
    }
    const next = after(space, head);
    if (blockOf(next) !== blockOf(head)) giveBlock(space, blockOf(head));
    head = next;
    oldest = read(space, head);
  }
  numbers[log + atHead] = head;
  numbers[log + atOldest] = oldest;
  numbers[log + atSum] = sum;
  numbers[log + atFirst] = (numbers[log + atFirst] ?? 0) + before - count;
  numbers[log + atCount] = count;
}

/** Adds a charge; gives where its slot is. Where there is no room for another slot, the newest one takes it. */
export function charge(space: LogSpace, log: WindowLog, cost: number): number {
  const now = space.time;
  const count = read(space, log + atCount);
  const tail = read(space, log + atTail);
  const at = isClose(space, log, count) ? tail : count === 0 ? read(space, log + atHead) : following(space, tail);
  const { numbers } = space;
  numbers[log + atSum] = (numbers[log + atSum] ?? 0) + cost;
  numbers[at] = now;
  if (count <= 1 && (count === 0 || at === tail)) numbers[log + atOldest] = now;
  if (at === tail && count > 0) {
    numbers[at + 1] = (numbers[at + 1] ?? 0) + cost;
    return at;
  }
  numbers[at + 1] = cost;
  numbers[log + atTail] = at;
  numbers[log + atOpened] = now;
  numbers[log + atCount] = count + 1;
  return at;
}

/** Whether a charge has to share the newest slot. */
function isClose({ numbers, time }: LogSpace, log: WindowLog, count: number): boolean {
  if (count < exactSlots) return false;
  return count >= slotsMost || time - (numbers[log + atOpened] ?? 0) < (numbers[log + atWindow] ?? 0) / exactSlots;
}

/** Where the next slot is; the same slot again where there is no room for another. */
function following(space: LogSpace, tail: number): number {
  return (tail & (block - 1)) < lastSlot ? tail + 2 : extend(space, tail);
}

function extend(space: LogSpace, tail: number): number {
  if (space.left < blockBytes) return tail;
  const next = takeBlock(space);
  space.numbers[blockOf(tail)] = next;
  return next + firstSlot;
}

/** Number of the slot of the latest charge. */
export function newestNumber(space: LogSpace, log: WindowLog): number {
  const { numbers } = space;
  return (numbers[log + atFirst] ?? 0) + (numbers[log + atCount] ?? 0) - 1;
}

/** Changes what a charge came to; of one that its window has passed, what it came to beyond counts anew from now on. */
export function amend(space: LogSpace, log: WindowLog, { number, at }: Slot, change: number): void {
  const { numbers } = space;
  const index = number - (numbers[log + atFirst] ?? 0);
  if (index < 0 || index >= (numbers[log + atCount] ?? 0)) {
    if (change > 0) charge(space, log, change);
    return;
  }
  numbers[at + 1] = (numbers[at + 1] ?? 0) + change;
  numbers[log + atSum] = (numbers[log + atSum] ?? 0) + change;
}

/** Seconds until `wanted` more fit below `amount`; a window when they never will by waiting. */
export function secondsUntil(
  space: LogSpace,
  log: WindowLog,
  { amount, wanted }: { readonly amount: number; readonly wanted: number },
): number {
  const window = read(space, log + atWindow);
  let sum = read(space, log + atSum);
  let at = read(space, log + atHead);
  for (let left = read(space, log + atCount); left > 0; left -= 1) {
    sum -= read(space, at + 1);
    if (sum + wanted <= amount) return Math.max(0, read(space, at) + window - space.time) / 1000;
    if (left > 1) at = after(space, at);
  }
  return window / 1000;
}

/** Seconds until the oldest charge is forgotten; 0 when there is none. */
export function secondsUntilFirst(space: LogSpace, log: WindowLog): number {
  const { numbers } = space;
  if (numbers[log + atCount] === 0) return 0;
  const rest = (numbers[log + atOldest] ?? 0) + (numbers[log + atWindow] ?? 0) - space.time;
  return rest > 0 ? rest / 1000 : 0;
}

/** Oldest first. */
export function slotsOf(space: LogSpace, log: WindowLog): readonly { readonly time: number; readonly cost: number }[] {
  let at = read(space, log + atHead);
  return Array.from({ length: read(space, log + atCount) }, (_, index) => {
    if (index > 0) at = after(space, at);
    return { time: read(space, at), cost: read(space, at + 1) };
  });
}

/** What counts, as of when the log was last looked at. */
export function takenOf(space: LogSpace, log: WindowLog): number {
  return read(space, log + atSum);
}

/** Milliseconds. */
export function windowOf(space: LogSpace, log: WindowLog): number {
  return read(space, log + atWindow);
}

/** Whether nothing is taken at all. */
export function isEmpty(space: LogSpace, log: WindowLog): boolean {
  return read(space, log + atCount) === 0;
}

function after(space: LogSpace, slot: number): number {
  return (slot & (block - 1)) < lastSlot ? slot + 2 : read(space, blockOf(slot)) + firstSlot;
}

function blockOf(at: number): number {
  return at & -block;
}

function takeBlock(space: LogSpace): number {
  space.left -= blockBytes;
  const reused = space.free;
  if (reused !== 0) {
    space.free = read(space, reused);
    return reused;
  }
  const fresh = space.fresh;
  space.fresh = fresh + block;
  if (space.fresh > space.numbers.length) grow(space);
  return fresh;
}

/** To twice the size. Everything is copied, which takes milliseconds when it is megabytes, and happens some eight times at most. */
function grow(space: LogSpace): void {
  const numbers = new Float64Array(Math.min(space.most, space.numbers.length * 2));
  numbers.set(space.numbers);
  space.numbers = numbers;
}

function giveBlock(space: LogSpace, at: number): void {
  space.numbers[at] = space.free;
  space.free = at;
  space.left += blockBytes;
}

function read({ numbers }: LogSpace, at: number): number {
  return numbers[at] ?? 0;
}
