// Regular expressions in linear time: runs a pattern's byte program (compiler/src/pattern/compile-pattern.ts says what is in
// it) over a text, all states side by side in order of preference, each with the place where its match began.
// INVARIANT: work is at most states × bytes; the working memory is given back; nothing is kept between calls.

import { alloc, heap, set_heap } from './heap';

const STATES: usize = 40;
const ONLY_AT_START: u32 = 1;
const CAN_BE_EMPTY: u32 = 2;

const MATCH: u32 = 0;
const BYTE: u32 = 1;
const BRANCH: u32 = 2;
const ASSERT: u32 = 3;
const SET: u32 = 5;

// A list of threads: u32 length, u32 0; per thread {u32 state, u32 start}; then per state its position in the list, which is
// believed only when the thread there has that state, so that nothing has to be cleared.
const THREADS: usize = 8;

/**
 * The leftmost match at or after byte `from` of the UTF-8 text, the preferred one of those that begin there:
 * start << 32 | end in bytes, or -1.
 */
export function pattern_find(program: usize, text: usize, length: u32, from: u32): i64 {
  const saved = heap;
  const states = load<u32>(program);
  const flags = <u32>load<u8>(program, 4);
  const first = <u32>load<u16>(program, 6);
  const sets = program + STATES + (<usize>states << 3);
  const list_size = THREADS + <usize>states * 12;
  let now = alloc(list_size);
  let then = alloc(list_size);
  const stack = alloc(((<usize>states) << 2) + 8);
  store<u32>(now, 0);
  store<u32>(then, 0);
  let found: i64 = -1;
  let p = from;
  while (true) {
    if (load<u32>(now) == 0) {
      if (found != -1 || (p != 0 && (flags & ONLY_AT_START) != 0)) break;
      if ((flags & CAN_BE_EMPTY) == 0) {
        while (p < length && !has(program + 8, <u32>load<u8>(text + p))) p++;
        if (p == length) break;
      }
    }
    // A continuation byte begins no character, so no match either.
    if (
      found == -1 &&
      (p == 0 || (flags & ONLY_AT_START) == 0) &&
      (p == length || (load<u8>(text + p) & 0xc0) != 0x80)
    )
      add(now, program, states, stack, text, length, p, first, p);
    const byte = p < length ? <u32>load<u8>(text + p) : 256;
    const count = load<u32>(now);
    for (let i: u32 = 0; i < count; i++) {
      const thread = now + THREADS + (<usize>i << 3);
      const state = program + STATES + (<usize>load<u32>(thread) << 3);
      const start = load<u32>(thread, 4);
      const operation = <u32>load<u8>(state);
      if (operation == MATCH) {
        found = (<i64>start << 32) | <i64>p;
        break;
      }
      if (
        (operation == BYTE && byte >= <u32>load<u8>(state, 1) && byte <= <u32>load<u8>(state, 2)) ||
        (operation == SET && byte < 256 && has(sets + (<usize>load<u16>(state, 6) << 5), byte))
      )
        add(then, program, states, stack, text, length, p + 1, <u32>load<u16>(state, 4), start);
    }
    if (p == length) break;
    p++;
    const done = now;
    now = then;
    then = done;
    store<u32>(then, 0);
  }
  set_heap(saved);
  return found;
}

// @ts-ignore: decorator
@inline
function has(set: usize, byte: u32): bool {
  return (<u32>load<u8>(set + (byte >> 3)) & (1 << (byte & 7))) != 0;
}

/** Adds what can be reached from `state` at `p` without reading, preferred states first. */
function add(
  list: usize,
  program: usize,
  states: u32,
  stack: usize,
  text: usize,
  length: u32,
  p: u32,
  state: u32,
  start: u32,
): void {
  const places = list + THREADS + (<usize>states << 3);
  let top = stack;
  store<u32>(top, state);
  top += 4;
  while (top > stack) {
    top -= 4;
    let at = load<u32>(top);
    while (true) {
      const count = load<u32>(list);
      const place = load<u32>(places + (<usize>at << 2));
      if (place < count && load<u32>(list + THREADS + (<usize>place << 3)) == at) break;
      const thread = list + THREADS + (<usize>count << 3);
      store<u32>(thread, at);
      store<u32>(thread, start, 4);
      store<u32>(places + (<usize>at << 2), count);
      store<u32>(list, count + 1);
      const address = program + STATES + (<usize>at << 3);
      const operation = <u32>load<u8>(address);
      if (operation == BRANCH) {
        store<u32>(top, <u32>load<u16>(address, 6));
        top += 4;
      } else if (operation != ASSERT || !holds(<u32>load<u8>(address, 3), text, length, p)) break;
      at = <u32>load<u16>(address, 4);
    }
  }
}

/** Whether assertion `what` holds ahead of byte `p`. */
function holds(what: u32, text: usize, length: u32, p: u32): bool {
  if (what == 0) return p == 0;
  if (what == 1) return p == length;
  if (what == 2) return p == 0 || load<u8>(text + p - 1) == 10;
  if (what == 3) return p == length || load<u8>(text + p) == 10;
  const edge = (p > 0 && is_word(<u32>load<u8>(text + p - 1))) != (p < length && is_word(<u32>load<u8>(text + p)));
  return edge == (what == 4);
}

function is_word(byte: u32): bool {
  return byte - 0x30 < 10 || (byte | 0x20) - 0x61 < 26 || byte == 0x5f;
}
