// Records in a row that become more: {u32 count, u32 capacity, u32 address of records, u32 0}.
// INVARIANT: addresses of records hold until the next one is added.

import { alloc, resize } from './heap';

export function collection_new(): usize {
  const collection = alloc(16);
  store<u64>(collection, 0);
  store<u64>(collection, 0, 8);
  return collection;
}

/** Address of the new last item, which is `bytes` long. */
export function collection_add(collection: usize, bytes: usize): usize {
  const count = load<u32>(collection);
  const capacity = load<u32>(collection, 4);
  if (count == capacity) {
    const larger = capacity == 0 ? 8 : capacity << 1;
    const items = resize(<usize>load<u32>(collection, 8), <usize>capacity * bytes, <usize>larger * bytes);
    store<u32>(collection, larger, 4);
    store<u32>(collection, <u32>items, 8);
  }
  store<u32>(collection, count + 1);
  return <usize>load<u32>(collection, 8) + <usize>count * bytes;
}
