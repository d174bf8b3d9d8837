// Memory: a bump allocator above the static data, and the messages that end a run. Nothing is ever freed on its own; the
// host sets the pointer back. The linker gives `heap_base` and `heap` their first values.
// INVARIANT: `heap` is the first free byte, of any alignment; what `alloc` returns is 8-aligned and not cleared. `limit` is
// at most the size of memory; memory never shrinks. There is no other state that outlives a call.

@external("env", "opa_abort")
declare function opa_abort(message: usize): void;

/** First byte above static data. */
export let heap_base: usize = 0;
/** First free byte. */
export let heap: usize = 0;
let limit: usize = 0;

// "out_of_memory"
const OUT_OF_MEMORY = memory.data<u8>([111, 117, 116, 95, 111, 102, 95, 109, 101, 109, 111, 114, 121, 0]);

/** Ends the run with a NUL-terminated ASCII message. */
export function abort_with(message: usize): void {
  opa_abort(message);
  unreachable();
}

/** Makes memory reach up to `end`, and further when the host gives more at once. */
export function reserve(end: u64): void {
  if (end > 0xffffffff) abort_with(OUT_OF_MEMORY);
  const have = memory.size();
  const missing = <i32>((end + 0xffff) >> 16) - have;
  if (missing > 0 && memory.grow(max(missing, have >> 1)) < 0 && memory.grow(missing) < 0) abort_with(OUT_OF_MEMORY);
  limit = <usize>min<u64>(<u64>memory.size() << 16, 0xffffffff);
}

/** Makes sure that memory reaches up to `end`; allocates nothing. */
// @ts-ignore: decorator
@inline
export function ensure(end: usize): void {
  if (end > limit) reserve(<u64>end);
}

/** `size` bytes, 8-aligned, not cleared; ends the run when there is no memory. */
export function alloc(size: usize): usize {
  const start = (heap + 7) & ~7;
  const end = start + size;
  if (end > limit || end < start) reserve(<u64>heap + 7 + <u64>size);
  heap = end;
  return start;
}

/** Makes the heap begin at `pointer`. */
export function set_heap(pointer: usize): void {
  heap = pointer;
}

/**
 * Makes `[address, address + size)` longer or shorter. In place when nothing was allocated behind it, otherwise a copy.
 * Returns where it is now.
 */
export function resize(address: usize, size: usize, new_size: usize): usize {
  if (address + size == heap) {
    heap = address;
    return alloc(new_size);
  }
  const copy = alloc(new_size);
  memory.copy(copy, address, min(size, new_size));
  return copy;
}
