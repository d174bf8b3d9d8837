// What is kept of a decision's texts: {u32 count, u32 slots, slots of {string text, u32 form, u32 value or 0}}, found by linear
// probing. `form` tells values of the same text apart.
// INVARIANT: at most half of the slots are taken, their number is a power of two, and no value is 0.

import { alloc } from './heap';

function slot_of(cache: usize, s: u64, form: u32): usize {
  const mask = load<u32>(cache, 4) - 1;
  let place = ((<u32>(s >> 32) ^ (<u32>s << 7)) * 0x9e3779b1 + form) & mask;
  while (true) {
    const slot = cache + 8 + (<usize>place << 4);
    if (load<u32>(slot, 12) == 0 || (load<u64>(slot) == s && load<u32>(slot, 8) == form)) return slot;
    place = (place + 1) & mask;
  }
}

/** A cache with nothing in it. */
export function cache_new(slots: u32): usize {
  const cache = alloc(8 + (<usize>slots << 4));
  memory.fill(cache, 0, 8 + (<usize>slots << 4));
  store<u32>(cache, slots, 4);
  return cache;
}

/** What is kept of a text, or 0. */
export function cache_find(cache: usize, s: u64, form: u32): usize {
  return <usize>load<u32>(slot_of(cache, s, form), 12);
}

/** Keeps what was not kept before; where the cache is from now on. */
export function cache_add(cache: usize, s: u64, form: u32, value: usize): usize {
  const slots = load<u32>(cache, 4);
  const count = load<u32>(cache) + 1;
  let to = cache;
  if (count << 1 > slots) {
    to = cache_new(slots << 1);
    for (let i: u32 = 0; i < slots; i++) {
      const from = cache + 8 + (<usize>i << 4);
      if (load<u32>(from, 12) != 0) memory.copy(slot_of(to, load<u64>(from), load<u32>(from, 8)), from, 16);
    }
  }
  store<u32>(to, count);
  const slot = slot_of(to, s, form);
  store<u64>(slot, s);
  store<u32>(slot, form, 8);
  store<u32>(slot, <u32>value, 12);
  return to;
}
