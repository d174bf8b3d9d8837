// The texts of a dynamic value: every string in it, at every depth, in the order in which they stand. Keys are no texts.

import { grow_entries } from './dynamic';
import { alloc } from './heap';
import { payload, reference } from './ops-dyn';
import { TAG_ANY_MAP, TAG_LIST, TAG_MAP, TAG_SET, TAG_STRING, tag } from './ops-value';

/** A list of the strings in a value. Nothing else is allocated meanwhile, so that the list grows where it lies. */
export function dyn_texts(value: usize): usize {
  const list = alloc(8);
  store<u64>(list, 0);
  add_texts(value, list);
  return list;
}

function add_texts(value: usize, list: usize): void {
  const kind = tag(value);
  if (kind == TAG_STRING) {
    const count = load<u32>(list);
    const slots = grow_entries(<usize>load<u32>(list, 4), count, 8);
    store<u64>(slots + (<usize>count << 3), payload(value));
    store<u32>(list, count + 1);
    store<u32>(list, <u32>slots, 4);
    return;
  }
  const keyed = kind == TAG_MAP || kind == TAG_ANY_MAP;
  if (!keyed && kind != TAG_LIST && kind != TAG_SET) return;
  const items = reference(value);
  // The value of a map's entry is its second slot.
  const width: usize = keyed ? 16 : 8;
  let item = <usize>load<u32>(items, 4) + width - 8;
  const end = item + <usize>load<u32>(items) * width;
  for (; item < end; item += width) add_texts(<usize>load<u32>(item), list);
}
