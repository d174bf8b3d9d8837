// From a value's place in the document to its JSON Pointer (RFC 6901), found by walking. A walk goes on where the last one
// ended when it can, so that the paths of many places in ascending order cost one pass.
// INVARIANT: everything before the place asked for was read before and is valid JSON.

import { document, document_end, path_walker, set_path_walker } from './document';
import { alloc, resize } from './heap';
import { put_digits } from './ops-number';
import { text } from './ops-value';
import { decode_text } from './read';
import { DEEPEST, past_scalar, past_space, past_text } from './scan';

// The walker: {u32 place, u32 open, (DEEPEST + 1) × {u32 key or 0, u32 key length or index}}. `place` is the start of the
// value that was reached; a step leads into each of the `open` arrays and objects around it.
const STEPS: usize = 8;

/** JSON Pointer of the value that starts at `target`, as a string (not escaped for JSON). */
export function json_path(target: usize): u64 {
  let walker = path_walker;
  if (walker == 0) {
    walker = alloc(STEPS + ((<usize>DEEPEST + 1) << 3));
    set_path_walker(walker);
    store<u32>(walker, 0);
  }
  let p = <usize>load<u32>(walker);
  if (p == 0 || p > target) {
    p = past_space(document);
    store<u32>(walker, 0, 4);
  }
  while (p < target) p = next_value(walker, p, target);
  store<u32>(walker, <u32>p);
  return print_path(walker);
}

/** Byte offset in the document of the value whose path was asked for last; its end when no value is there any more. */
export function path_offset(): u64 {
  return <u64>(min<usize>(<usize>load<u32>(path_walker), document_end) - document);
}

/** Start of the value that comes next in the document after the start of the one at `p`, which is before `target`. */
function next_value(walker: usize, p: usize, target: usize): usize {
  const c = <u32>load<u8>(p);
  let end: usize;
  if ((c & 0xdf) == 0x5b) {
    const first = past_space(p + 1);
    // What is at or behind the target was not read.
    if (first >= target || load<u8>(first) != c + 2) {
      const open = load<u32>(walker, 4);
      const step = walker + STEPS + (<usize>open << 3);
      store<u64>(step, 0);
      store<u32>(walker, open + 1, 4);
      return c == 0x7b ? take_key(step, first) : first;
    }
    end = first + 1;
  } else end = past_scalar(p, c);
  let open = load<u32>(walker, 4);
  for (; open > 0; open--) {
    p = past_space(end);
    if (load<u8>(p) == 0x2c) break;
    end = p + 1;
  }
  store<u32>(walker, open, 4);
  if (open == 0) return usize.MAX_VALUE;
  const step = walker + STEPS + (<usize>(open - 1) << 3);
  p = past_space(p + 1);
  if (load<u32>(step) != 0) return take_key(step, p);
  store<u32>(step, load<u32>(step, 4) + 1, 4);
  return p;
}

/** Notes the key whose quote is at `p`; returns the start of its value. */
function take_key(step: usize, p: usize): usize {
  const end = past_scalar(p, 0x22);
  store<u32>(step, <u32>p + 1);
  store<u32>(step, <u32>(end - p) - 2, 4);
  return past_space(past_space(end) + 1);
}

function print_path(walker: usize): u64 {
  const end = walker + STEPS + (<usize>load<u32>(walker, 4) << 3);
  let room: usize = 0;
  for (let step = walker + STEPS; step < end; step += 8) room += load<u32>(step) == 0 ? 11 : 1 + (<usize>load<u32>(step, 4) << 1);
  const path = alloc(room);
  let to = path;
  for (let step = walker + STEPS; step < end; step += 8) {
    store<u8>(to++, 0x2f);
    const key = <usize>load<u32>(step);
    to = key == 0 ? print_index(to, load<u32>(step, 4)) : print_key(to, key, key + load<u32>(step, 4));
  }
  resize(path, room, to - path);
  return text(path, <u32>(to - path));
}

function print_index(to: usize, index: u32): usize {
  const end = to + 10;
  const first = put_digits(end, <u64>index);
  memory.copy(to, first, end - first);
  return to + (end - first);
}

/** The key `[key, end)` decoded, with `~0` and `~1` for `~` and `/`. */
function print_key(to: usize, key: usize, end: usize): usize {
  // Decoded into the far half of the room that the key has, then spread from there.
  const copy = to + (end - key);
  const copy_end = decode_text(key, past_text(key), copy);
  for (let p = copy; p < copy_end; p++) {
    const c = load<u8>(p);
    if (c == 0x7e || c == 0x2f) {
      store<u8>(to++, 0x7e);
      store<u8>(to++, c == 0x7e ? 0x30 : 0x31);
    } else store<u8>(to++, c);
  }
  return to;
}
