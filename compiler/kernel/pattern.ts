// One pattern at one place: runs a pattern's program (compiler/src/pattern/place-program.ts says what is in it) from an
// instruction and a place of the text on, in order of preference; the first way through is the match.
// Ways that are left to try wait on a stack. At first nothing is noted about those that failed, which is quick and nearly
// always ends at once; when the credit is used up, the caller gives a map of instruction × place (as RE2's BitState has), and
// then nothing is tried twice, so that all runs of a pattern over a text take time linear in their product.
// INVARIANT: text is valid UTF-8 and places are between code points.

import { alloc } from './heap';
import { code_point, width } from './ops-text';

// A runner is {u32 text, u32 end of it, u32 whether the text goes on, u32 stack, u32 end of the stack, i32 credit, u32 map or 0,
// u32 mask of a place's column, u32 bytes of a column, u32 whether one match, which may be empty, is enough, u32 start and u32 end
// that the group `match` gave, u32 where matches may begin in the text}. No group `match` is repeated, so what was marked last lies on the way through.
export const TEXT: usize = 0;
export const END: usize = 4;
export const GOES_ON: usize = 8;
const STACK: usize = 12;
const STACK_END: usize = 16;
export const CREDIT: usize = 20;
export const MAP: usize = 24;
export const MASK: usize = 28;
export const COLUMN: usize = 32;
export const SINGLE: usize = 36;
export const MARKS: usize = 40;
export const FROM: usize = 48;
const RUNNER: usize = 56;

/** What a run says instead of the end of a match: there is none; it depends on text that is not there yet; no credit left. */
export const NO_MATCH: usize = 0;
export const NEEDS_MORE: usize = 1;
export const NO_CREDIT: usize = 2;

const MATCH: u32 = 0;
const NEVER: u32 = 1;
const LITERAL: u32 = 2;
const FOLDED: u32 = 3;
const SET: u32 = 4;
const LOOP: u32 = 5;
const BRANCH: u32 = 6;
const JUMP: u32 = 7;
const ASSERT: u32 = 8;

// What waits on the stack: {u32 instruction, u32 place or number of the way, u32 place}.
const WAITING: usize = 12;

export function runner_new(): usize {
  const runner = alloc(RUNNER);
  memory.fill(runner, 0, RUNNER);
  const stack = alloc(128 * WAITING);
  store<u32>(runner, <u32>stack, STACK);
  store<u32>(runner, <u32>(stack + 128 * WAITING), STACK_END);
  return runner;
}

/** Whether the ASCII byte is in the set. */
// @ts-ignore: decorator
@inline
function in_ascii(set: usize, byte: u32): bool {
  return ((<u32>load<u8>(set + (byte & 15)) >> (byte >> 4)) & 1) != 0;
}

/** Whether `byte` is among the first bytes at `first`, an address that is not 0. */
// @ts-ignore: decorator
@inline
export function in_first(first: usize, byte: u32): bool {
  return ((<u32>load<u8>(first + ((byte >> 7) << 4) + (byte & 15)) >> ((byte >> 4) & 7)) & 1) != 0;
}

/** Whether the text may end where the first bytes at `first` are asked for. */
// @ts-ignore: decorator
@inline
export function or_end(first: usize): bool {
  return load<u8>(first, 32) != 0;
}

/** Whether the code point at `p`, which is not ASCII, is in the set. */
function in_beyond(set: usize, p: usize): bool {
  const pairs = load<u32>(set, 16);
  if (pairs == 0) return false;
  if (pairs == 0xffffffff) return true;
  const code = code_point(p);
  let low: u32 = 0;
  let high = pairs;
  while (low < high) {
    const middle = (low + high) >> 1;
    const pair = set + 20 + ((<usize>middle) << 3);
    if (code > load<u32>(pair, 4)) low = middle + 1;
    else if (code < load<u32>(pair)) high = middle;
    else return true;
  }
  return false;
}

/** Bytes of the code point at `p` when it is in the set, or 0. */
// @ts-ignore: decorator
@inline
function step(set: usize, p: usize): usize {
  const byte = <u32>load<u8>(p);
  if (byte < 0x80) return in_ascii(set, byte) ? 1 : 0;
  return in_beyond(set, p) ? <usize>width(byte) : 0;
}

/** The code point before `p`. */
// @ts-ignore: decorator
@inline
function back(p: usize): usize {
  p--;
  while ((load<u8>(p) & 0xc0) == 0x80) p--;
  return p;
}

// @ts-ignore: decorator
@inline
function is_word(byte: u32): bool {
  return byte - 0x30 < 10 || (byte | 0x20) - 0x61 < 26 || byte == 0x5f;
}

/** Whether assertion `what` holds at `p`. */
function holds(what: u32, text: usize, end: usize, p: usize): bool {
  if (what == 0) return p == text;
  if (what == 1) return p == end;
  if (what == 2) return p == text || load<u8>(p - 1) == 10;
  if (what == 3) return p == end || load<u8>(p) == 10;
  const edge = (p > text && is_word(<u32>load<u8>(p - 1))) != (p < end && is_word(<u32>load<u8>(p)));
  return edge == (what == 4);
}

/** Behind the folded literal of `length` bytes at `code` when it stands at `p`; 0 when not; `NEEDS_MORE` when the text ends in it. */
function past_folded(code: usize, length: usize, p: usize, end: usize): usize {
  const masks = code + ((length + 3) & ~3);
  for (let i: usize = 0; i < length; i++) {
    if (p >= end) return NEEDS_MORE;
    const byte = <u32>load<u8>(p);
    const wanted = <u32>load<u8>(code + i);
    const mask = <u32>load<u8>(masks + i);
    if ((byte | (mask & 0x20)) == wanted) p++;
    else if (byte < 0x80 || (mask & 0x80) == 0) return NO_MATCH;
    else if (wanted == 0x73 && byte == 0xc5 && load<u8>(p, 1) == 0xbf) p += 2;
    else if (wanted == 0x6b && byte == 0xe2 && load<u8>(p, 1) == 0x84 && load<u8>(p, 2) == 0xaa) p += 3;
    else return NO_MATCH;
  }
  return p;
}

/** Notes that instruction `number` was tried at `p`; whether it had been before. */
// @ts-ignore: decorator
@inline
function seen(runner: usize, map: usize, number: u32, p: usize): bool {
  const column = ((p - <usize>load<u32>(runner, TEXT)) & <usize>load<u32>(runner, MASK)) * <usize>load<u32>(runner, COLUMN);
  const place = map + column + <usize>(number >> 3);
  const bits = <u32>load<u8>(place);
  const bit = 1 << (number & 7);
  if ((bits & bit) != 0) return true;
  store<u8>(place, bits | bit);
  return false;
}

/** Forgets what was tried at `[from, to)`, at most once around. */
export function forget_places(runner: usize, from: usize, to: usize): void {
  const map = <usize>load<u32>(runner, MAP);
  const mask = <usize>load<u32>(runner, MASK);
  const column = <usize>load<u32>(runner, COLUMN);
  const text = <usize>load<u32>(runner, TEXT);
  if (to - from > mask) {
    memory.fill(map, 0, (mask + 1) * column);
    return;
  }
  for (let p = from; p < to; p++) memory.fill(map + ((p - text) & mask) * column, 0, column);
}

/** Makes room for one more on the stack whose top is `top`; the new top. */
function grow_stack(runner: usize, top: usize): usize {
  const stack = <usize>load<u32>(runner, STACK);
  const size = top - stack;
  const larger = alloc(size << 1);
  memory.copy(larger, stack, size);
  store<u32>(runner, <u32>larger, STACK);
  store<u32>(runner, <u32>(larger + (size << 1)), STACK_END);
  return larger + size;
}

/** Runs `program` from the instruction at `pc` on, at `p`: the end of the preferred match, or one of the answers above. */
export function pattern_run(runner: usize, program: usize, pc: usize, p: usize): usize {
  const text = <usize>load<u32>(runner, TEXT);
  const end = <usize>load<u32>(runner, END);
  const goes_on = load<u32>(runner, GOES_ON) != 0;
  const map = <usize>load<u32>(runner, MAP);
  let credit = load<i32>(runner, CREDIT);
  // What lies below belongs to the caller.
  let depth: u32 = 0;
  let top = <usize>load<u32>(runner, STACK);
  while (true) {
    const head = load<u32>(pc);
    const operation = head & 0xff;
    if (--credit < 0 && map == 0) return NO_CREDIT;
    let ok = true;
    if (map != 0 && seen(runner, map, head >> 16, p)) ok = false;
    else if (operation == MATCH) {
      store<i32>(runner, credit, CREDIT);
      return p;
    } else if (operation == LOOP) {
      const set = <usize>load<u32>(pc, 4);
      const least = <u32>load<u16>(pc, 8);
      let most = <u32>load<u16>(pc, 10);
      const first = <usize>load<u32>(pc, 12);
      const lazy = (head & 0xff00) != 0;
      const endless = most == 0xffff;
      if (endless) most = 0xffffffff;
      let count: u32 = 0;
      let low = p;
      const wanted = lazy ? least : most;
      if (ASC_FEATURE_SIMD && (!endless || map == 0)) {
        // ASCII, sixteen at a time.
        const members = v128.load(set);
        const bit_of = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0);
        const nibble = i8x16.splat(15);
        while (true) {
          const bytes = v128.load(p);
          const inside = v128.and(i8x16.swizzle(members, v128.and(bytes, nibble)), i8x16.swizzle(bit_of, i8x16.shr_u(bytes, 4)));
          const outside = <u32>i8x16.bitmask(i8x16.eq(inside, i8x16.splat(0)));
          const run = min<u32>(min<u32>(ctz(outside | 0x10000), wanted - count), <u32>min<usize>(end - p, 16));
          if (count < least && count + run >= least) low = p + <usize>(least - count);
          count += run;
          p += run;
          if (run != 16) break;
        }
      }
      while (count < wanted && p < end) {
        const bytes = step(set, p);
        if (bytes == 0) break;
        p += bytes;
        count++;
        if (count == least) low = p;
        if (endless && map != 0 && !lazy && seen(runner, map, head >> 16, p)) break;
      }
      credit -= <i32>(count >> 3);
      if (p == end && goes_on && count < wanted) return NEEDS_MORE;
      if (count < least) ok = false;
      else if (lazy) {
        if (count < most) {
          if (top + WAITING > <usize>load<u32>(runner, STACK_END)) top = grow_stack(runner, top);
          store<u32>(top, <u32>pc);
          store<u32>(top, most - count, 4);
          store<u32>(top, <u32>p, 8);
          top += WAITING;
          depth++;
        }
        pc += 16;
      } else {
        if (p > low) {
          if (top + WAITING > <usize>load<u32>(runner, STACK_END)) top = grow_stack(runner, top);
          store<u32>(top, <u32>pc);
          store<u32>(top, <u32>low, 4);
          store<u32>(top, <u32>p, 8);
          top += WAITING;
          depth++;
        }
        if (first != 0 && p < end && !in_first(first, <u32>load<u8>(p))) ok = false;
        else pc += 16;
      }
    } else if (operation == LITERAL) {
      const length = <usize>((head >> 8) & 0xff);
      const code = pc + 4;
      if (end - p < length) {
        let i: usize = 0;
        while (p + i < end && load<u8>(p + i) == load<u8>(code + i)) i++;
        if (p + i == end && goes_on) return NEEDS_MORE;
        ok = false;
      } else {
        let i: usize = 0;
        while (i < length && load<u8>(p + i) == load<u8>(code + i)) i++;
        ok = i == length;
        p += length;
        pc = code + ((length + 3) & ~3);
      }
    } else if (operation == FOLDED) {
      const length = <usize>((head >> 8) & 0xff);
      const past = past_folded(pc + 4, length, p, end);
      if (past == NEEDS_MORE && goes_on) return NEEDS_MORE;
      ok = past > NEEDS_MORE;
      p = past;
      pc += 4 + (((length + 3) & ~3) << 1);
    } else if (operation == SET) {
      if (p >= end) {
        if (goes_on) return NEEDS_MORE;
        ok = false;
      } else {
        const bytes = step(<usize>load<u32>(pc, 4), p);
        ok = bytes != 0;
        p += bytes;
        pc += 8;
      }
    } else if (operation == BRANCH) {
      if (top + WAITING > <usize>load<u32>(runner, STACK_END)) top = grow_stack(runner, top);
      store<u32>(top, <u32>pc);
      store<u32>(top, 0, 4);
      store<u32>(top, <u32>p, 8);
      top += WAITING;
      depth++;
      ok = false;
    } else if (operation == ASSERT) {
      const what = (head >> 8) & 0xff;
      if (what > 5) {
        store<u32>(runner + (<usize>(what - 6) << 2), <u32>p, MARKS);
        pc += 4;
        continue;
      }
      if (p == end && goes_on && (what & 1) + (what >> 2) != 0) return NEEDS_MORE;
      ok = holds(what, text, end, p);
      pc += 4;
    } else if (operation == JUMP) pc = program + <usize>load<u32>(pc, 4);
    else ok = false;
    // What failed goes on with what waits last.
    while (!ok) {
      if (depth == 0) {
        store<i32>(runner, credit, CREDIT);
        return NO_MATCH;
      }
      const waiting = top - WAITING;
      pc = <usize>load<u32>(waiting);
      p = <usize>load<u32>(waiting, 8);
      const next = load<u32>(pc);
      if ((next & 0xff) == BRANCH) {
        const ways = load<u32>(pc, 4);
        let way = load<u32>(waiting, 4);
        while (way < ways) {
          const first = <usize>load<u32>(pc + 8 + ((<usize>way) << 3));
          if (first == 0 || (p < end ? in_first(first, <u32>load<u8>(p)) : goes_on || or_end(first))) break;
          way++;
        }
        if (way + 1 >= ways) {
          top = waiting;
          depth--;
        } else store<u32>(waiting, way + 1, 4);
        if (way < ways) {
          pc = program + <usize>load<u32>(pc + 12 + ((<usize>way) << 3));
          ok = true;
        }
      } else if ((next & 0xff00) == 0) {
        // A greedy loop gives back as much as it must for what follows to go on.
        const low = <usize>load<u32>(waiting, 4);
        const first = <usize>load<u32>(pc, 12);
        const from = p;
        if (ASC_FEATURE_SIMD && first != 0) {
          // Sixteen at a time, as long as they are ASCII that nothing can follow.
          const members = v128.load(first);
          const bit_of = i8x16(1, 2, 4, 8, 16, 32, 64, -128, -1, -1, -1, -1, -1, -1, -1, -1);
          const nibble = i8x16.splat(15);
          while (p - low >= 16) {
            const bytes = v128.load(p - 16);
            const low_nibbles = v128.and(bytes, nibble);
            const ascii = v128.and(i8x16.swizzle(members, low_nibbles), i8x16.swizzle(bit_of, i8x16.shr_u(bytes, 4)));
            const may = <u32>i8x16.bitmask(i8x16.ne(ascii, i8x16.splat(0))) | <u32>i8x16.bitmask(bytes);
            if (may != 0) {
              p -= <usize>(clz(may) - 16);
              break;
            }
            p -= 16;
          }
        }
        if (p > low) {
          do {
            p = back(p);
          } while (p > low && first != 0 && !in_first(first, <u32>load<u8>(p)));
        }
        credit -= <i32>((from - p) >> 3);
        if (p <= low) {
          top = waiting;
          depth--;
        } else store<u32>(waiting, <u32>p, 8);
        pc += 16;
        ok = first == 0 || in_first(first, <u32>load<u8>(p));
      } else {
        // A lazy loop takes as much as it must.
        const set = <usize>load<u32>(pc, 4);
        const first = <usize>load<u32>(pc, 12);
        const endless = load<u16>(pc, 10) == 0xffff;
        let left = load<u32>(waiting, 4);
        let stuck = false;
        const from = p;
        while (true) {
          const bytes: usize = p < end ? step(set, p) : 0;
          if (p >= end && goes_on) return NEEDS_MORE;
          if (bytes == 0) {
            stuck = true;
            break;
          }
          p += bytes;
          if (!endless) left--;
          if (endless && map != 0 && seen(runner, map, next >> 16, p)) {
            stuck = true;
            break;
          }
          if (left == 0 || first == 0 || p >= end || in_first(first, <u32>load<u8>(p))) break;
        }
        credit -= <i32>((p - from) >> 3);
        if (stuck || left == 0) {
          top = waiting;
          depth--;
        } else {
          store<u32>(waiting, left, 4);
          store<u32>(waiting, <u32>p, 8);
        }
        if (!stuck) {
          pc += 16;
          ok = true;
        }
      }
    }
  }
  return NO_MATCH;
}
