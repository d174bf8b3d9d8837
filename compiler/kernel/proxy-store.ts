// What the filter of a proxy keeps between callbacks: blocks of bytes, and a table of contexts. A stream's memory is given back when
// the stream ends; a configuration's stays, since values point into it.
// INVARIANT: what is kept ends where the heap begins; a callback begins with `begin_callback`, and whatever stood in the heap is
// gone after `keep_text` and `keep_heap`.

import { ensure, heap, heap_base, set_heap } from './heap';
import { at, size } from './ops-value';

/** First byte behind what is kept. */
let kept_end: usize = 0;

// Lists of free blocks by the logarithm of their size.
const FREE = memory.data<u32>([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

/** Makes the heap empty. */
export function begin_callback(): void {
  if (kept_end == 0) kept_end = (heap_base + 15) & ~15;
  set_heap(kept_end);
}

/** A block for `length` bytes, with the logarithm of its size and their number before it. */
function new_block(length: u32): usize {
  const order = max<u32>(6, 32 - clz<u32>(length + 7));
  const list = FREE + (<usize>order << 2);
  let block = <usize>load<u32>(list);
  if (block != 0) store<u32>(list, load<u32>(block));
  else {
    block = kept_end;
    kept_end = block + (<usize>1 << order);
    ensure(kept_end);
  }
  return block;
}

/** Keeps a copy of `bytes`; returns its block. */
export function keep_text(bytes: u64): usize {
  const length = size(bytes);
  const order = max<u32>(6, 32 - clz<u32>(length + 7));
  const block = new_block(length);
  memory.copy(block + 8, at(bytes), length);
  store<u32>(block, order);
  store<u32>(block, length, 4);
  set_heap(kept_end);
  return block;
}

/** The bytes of a block. */
export function kept_text(block: usize): u64 {
  return ((<u64>block + 8) << 32) | <u64>load<u32>(block, 4);
}

/** Gives a block back; 0 is none. */
export function release(block: usize): void {
  if (block == 0) return;
  const list = FREE + (<usize>load<u32>(block) << 2);
  store<u32>(block, load<u32>(list));
  store<u32>(list, <u32>block);
}

/** Keeps for ever what stands in the heap. */
export function keep_heap(): void {
  kept_end = (heap + 15) & ~15;
  ensure(kept_end);
  set_heap(kept_end);
}

// A context: {u32 id, u32 configuration, u32 block of the request, u32 block of the response, u32 flags, …}. An id 0 is a free place.
const CONTEXT: usize = 32;

let contexts: usize = 0;
let capacity: u32 = 0;
let count: u32 = 0;

function place_of(id: u32): u32 {
  return (id * 0x9e3779b1) & (capacity - 1);
}

/** The context with this id, or 0. */
export function find_context(id: u32): usize {
  if (capacity == 0) return 0;
  let context: usize;
  let place = place_of(id);
  do {
    context = contexts + <usize>place * CONTEXT;
    if (load<u32>(context) == id) return context;
    place = (place + 1) & (capacity - 1);
  } while (load<u32>(context) != 0);
  return 0;
}

/** A new context, empty but for its id. Nothing of the heap may be in use. */
export function add_context(id: u32): usize {
  if (count << 1 >= capacity) grow_contexts();
  count++;
  let place = place_of(id);
  while (load<u32>(contexts + <usize>place * CONTEXT) != 0) place = (place + 1) & (capacity - 1);
  const context = contexts + <usize>place * CONTEXT;
  memory.fill(context, 0, CONTEXT);
  store<u32>(context, id);
  return context;
}

/** Takes a context away, and moves those that had to stand behind it. */
export function remove_context(context: usize): void {
  count--;
  let hole = <u32>((context - contexts) / CONTEXT);
  for (let place = (hole + 1) & (capacity - 1); ; place = (place + 1) & (capacity - 1)) {
    const other = contexts + <usize>place * CONTEXT;
    const id = load<u32>(other);
    if (id == 0) break;
    // One that may stand at the hole or before it, seen from where it belongs, fills it.
    const wanted = place_of(id);
    if (((place - wanted) & (capacity - 1)) < ((place - hole) & (capacity - 1))) continue;
    memory.copy(contexts + <usize>hole * CONTEXT, other, CONTEXT);
    hole = place;
  }
  store<u32>(contexts + <usize>hole * CONTEXT, 0);
}

function grow_contexts(): void {
  const before = contexts;
  const room = capacity;
  capacity = room == 0 ? 64 : room << 1;
  contexts = kept_end;
  kept_end += <usize>capacity * CONTEXT;
  ensure(kept_end);
  set_heap(kept_end);
  memory.fill(contexts, 0, <usize>capacity * CONTEXT);
  count = 0;
  for (let place: u32 = 0; place < room; place++) {
    const old = before + <usize>place * CONTEXT;
    const id = load<u32>(old);
    if (id != 0) memory.copy(add_context(id), old, CONTEXT);
  }
}
