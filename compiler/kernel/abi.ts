// OPA's WebAssembly ABI 1.3 over `decide`, which is generated: exported functions by OPA's names, and `rdp_decide`. All of
// them answer from memory alone: nothing is kept between calls but the heap pointer, so the host may set it anywhere.
// Source: open-policy-agent/opa docs/docs/wasm.md, wasm/src/{context,malloc,json,value}.c and what hosts were seen to do.

import { HAS_SOURCE, INDEXED, SETS, parse_value } from './dynamic';
import { guard, unguard } from './document';
import { dump_value } from './dump';
import { abort_with, alloc, heap, set_heap } from './heap';
import { string_equal } from './ops-text';
import { TAG_LIST, TAG_MAP, box, map_new, tag } from './ops-value';
import { clear_faults, past_space } from './scan';
import { document_is_utf8 } from './utf8';

@external("rdp", "decide")
declare function decide(entrypoint: i32, data: usize, input: usize, length: u32): usize;
@external("rdp", "entrypoints")
declare function entrypoint_names(): usize;

// "reserved argument must be 0"
const RESERVED = memory.data<u8>([
  114, 101, 115, 101, 114, 118, 101, 100, 32, 97, 114, 103, 117, 109, 101, 110, 116, 32, 109, 117, 115, 116, 32, 98, 101, 32, 48, 0,
]);

const OK: i32 = 0;
const INVALID_TYPE: i32 = 2;
const INVALID_PATH: i32 = 3;

/** The bare decision; its length stands before it. */
export function rdp_decide(entrypoint: i32, data: usize, input: usize, length: u32, heap_start: usize): usize {
  set_heap(heap_start);
  return decide(entrypoint, data, input, length);
}

/** Makes a result set of the decision's text, in place: the room before and behind it is there for that. */
function wrap(decision: usize, set: bool): usize {
  const length = load<u32>(decision - 4);
  const start = decision - 11;
  store<u64>(start, 0x746c75736572227b); // {"result
  memory.copy(start + 1, start, 8);
  store<u8>(start, set ? 0x7b : 0x5b);
  store<u8>(start, 0x22, 9);
  store<u8>(start, 0x3a, 10);
  store<u8>(decision + length, 0x7d);
  store<u8>(decision + length, set ? 0x7d : 0x5d, 1);
  store<u8>(decision + length, 0, 2);
  return start;
}

export function opa_eval(reserved: i32, entrypoint: i32, data: usize, input: usize, length: u32, heap_start: usize, format: i32): usize {
  if (reserved != 0) abort_with(RESERVED);
  return wrap(rdp_decide(entrypoint, data, input, length, heap_start), format != 0);
}

export function opa_malloc(length: usize): usize {
  // Hosts were seen to write a NUL behind what they asked for; asking for nothing must write nothing.
  return alloc(length + <usize>(length != 0));
}

export function opa_free(address: usize): void {}

export function opa_value_free(address: usize): void {}

export function opa_heap_blocks_stash(): void {}

export function opa_heap_blocks_restore(): void {}

export function opa_heap_stash_clear(): void {}

export function opa_heap_ptr_get(): usize {
  return heap;
}

export function opa_heap_ptr_set(address: usize): void {
  set_heap(address);
}

/** The value of a text, or 0 when it is none. */
function parse(input: usize, length: u32, mode: u32): usize {
  if (length > 0 && load<u8>(input + length - 1) == 0) length--;
  const end = input + length;
  clear_faults();
  guard(end);
  let value: usize = 0;
  if (document_is_utf8(input, end)) {
    const source = alloc(16);
    const after = parse_value(past_space(input), source, 0, mode);
    if (after != 0 && past_space(after) == end) {
      value = <usize>load<u32>(source);
      store<u32>(source, <u32>input, 8);
      store<u32>(source, length, 12);
      store<u8>(value, load<u8>(value, 1) | HAS_SOURCE, 1);
    }
  }
  unguard(end);
  return value;
}

export function opa_json_parse(input: usize, length: u32): usize {
  return parse(input, length, INDEXED);
}

export function opa_value_parse(input: usize, length: u32): usize {
  return parse(input, length, INDEXED | SETS);
}

export function opa_json_dump(value: usize): usize {
  return dump_value(value, false);
}

export function opa_value_dump(value: usize): usize {
  return dump_value(value, true);
}

export function builtins(): usize {
  return box(TAG_MAP, <u64>map_new(0));
}

export function entrypoints(): usize {
  const names = entrypoint_names();
  return parse(names, load<u32>(names - 4), 0);
}

// A context: {u32 input, u32 data, u32 result, u32 entrypoint}.

export function opa_eval_ctx_new(): usize {
  const context = alloc(16);
  memory.fill(context, 0, 16);
  return context;
}

export function opa_eval_ctx_set_input(context: usize, value: usize): void {
  store<u32>(context, <u32>value);
}

export function opa_eval_ctx_set_data(context: usize, value: usize): void {
  store<u32>(context, <u32>value, 4);
}

export function opa_eval_ctx_set_entrypoint(context: usize, entrypoint: i32): void {
  store<i32>(context, entrypoint, 12);
}

export function opa_eval_ctx_get_result(context: usize): usize {
  return <usize>load<u32>(context, 8);
}

/** The older path: the input is a parsed value. The text that it was parsed from is still there, and is read again. */
function evaluate(context: usize): i32 {
  const value = <usize>load<u32>(context);
  let input: usize = 0;
  let length: u32 = 0;
  if (value != 0 && (load<u8>(value, 1) & HAS_SOURCE) != 0) {
    input = <usize>load<u32>(value - 8);
    length = load<u32>(value - 4);
  } else if (value != 0) {
    input = dump_value(value, false);
    length = load<u32>(input - 4);
  }
  const decision = decide(load<i32>(context, 12), <usize>load<u32>(context, 4), input, length);
  // `{{"result":` and `}}` are 13 bytes.
  length = load<u32>(decision - 4) + 13;
  store<u32>(context, <u32>parse(wrap(decision, true), length, SETS), 8);
  return OK;
}

export { evaluate as eval };

/** Slot of `key` in the map `value`, or 0. */
export function member(value: usize, key: u64): usize {
  const map = <usize>load<u32>(value, 8);
  const end = <usize>load<u32>(map, 4) + (<usize>load<u32>(map) << 4);
  for (let entry = <usize>load<u32>(map, 4); entry < end; entry += 16)
    if (string_equal(load<u64>(entry), key)) return entry + 8;
  return 0;
}

/** Puts `child` under a new key. */
function add_member(value: usize, key: u64, child: usize): void {
  const map = <usize>load<u32>(value, 8);
  const size = <usize>load<u32>(map) << 4;
  const entries = alloc(size + 16);
  memory.copy(entries, <usize>load<u32>(map, 4), size);
  store<u64>(entries + size, key);
  store<u64>(entries + size, <u64>child, 8);
  store<u32>(map, load<u32>(map) + 1);
  store<u32>(map, <u32>entries, 4);
  store<u32>(map, 0, 8);
}

/** Takes away the member whose value is in `slot`. */
function remove_member(value: usize, slot: usize): void {
  const map = <usize>load<u32>(value, 8);
  const left = load<u32>(map) - 1;
  memory.copy(slot - 8, slot + 8, <usize>load<u32>(map, 4) + (<usize>left << 4) - (slot - 8));
  store<u32>(map, left);
  store<u32>(map, 0, 8);
}

/** Puts `value` at the path below `base`, or takes away what is there when it is 0. */
function edit_path(base: usize, path: usize, value: usize): i32 {
  if (path == 0 || tag(path) != TAG_LIST) return INVALID_PATH;
  const keys = <usize>load<u32>(path, 8);
  const count = load<u32>(keys);
  if (count == 0) return INVALID_PATH;
  // The document is no longer what its text says.
  store<u8>(base, load<u8>(base, 1) & ~HAS_SOURCE, 1);
  for (let i: u32 = 0; i < count; i++) {
    if (tag(base) != TAG_MAP) return INVALID_TYPE;
    const key = load<u64>(<usize>load<u32>(<usize>load<u32>(keys, 4) + (<usize>i << 3)), 8);
    const slot = member(base, key);
    if (i + 1 < count) {
      let child = slot == 0 ? 0 : <usize>load<u32>(slot);
      if (child == 0) {
        if (value == 0) return OK;
        child = box(TAG_MAP, <u64>map_new(0));
        add_member(base, key, child);
      }
      base = child;
    } else if (value == 0) {
      if (slot != 0) remove_member(base, slot);
    } else if (slot != 0) store<u64>(slot, <u64>value);
    else add_member(base, key, value);
  }
  return OK;
}

export function opa_value_add_path(base: usize, path: usize, value: usize): i32 {
  return edit_path(base, path, value);
}

export function opa_value_remove_path(base: usize, path: usize): i32 {
  return edit_path(base, path, 0);
}
