// Constants of a policy → static data of its module. Places are final: the region begins behind the kernel's own data, at
// the same address in the scalar and the SIMD module.
// INVARIANT: nothing in static data is ever written at run time; equal bytes with equal alignment stand once.

/** The static data of one module while it is being made. */
export interface StaticData {
  /** Address of `bytes`, at a multiple of `align` (a power of two; 1 unless said). Nobody changes `bytes` afterwards. */
  readonly place: (bytes: Uint8Array, align?: number) => number;
  /** A string constant as a slot: address << 32 | byte length. */
  readonly text: (value: string) => bigint;
  /** Address of the first byte behind the data. */
  readonly end: () => number;
  readonly finish: () => Uint8Array;
}

const utf8 = new TextEncoder();

/** Bytes as text of as many characters, which is made faster than any other key of them. */
function keyOf(bytes: Uint8Array): string {
  let key = '';
  for (let at = 0; at < bytes.length; at += 4096) {
    key += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(at, at + 4096)) as string; // spreading is slow
  }
  return key;
}

/** Empty static data that begins at `base`. */
export function createStaticData(base: number): StaticData {
  let bytes = new Uint8Array(1024);
  let length = 0;
  const known = new Map<string, number>();
  /** The same by the very object, of which no key has to be made. */
  const placed = new Map<Uint8Array, number>();

  const reserve = (size: number): void => {
    if (size <= bytes.length) return;
    const larger = new Uint8Array(Math.max(size, bytes.length * 2));
    larger.set(bytes);
    bytes = larger;
  };
  const place = (content: Uint8Array, align = 1): number => {
    const before = placed.get(content);
    if (before !== undefined && before % align === 0) return before;
    const address = placeNew(content, align);
    placed.set(content, address);
    return address;
  };
  const placeNew = (content: Uint8Array, align: number): number => {
    const key = content.length <= 0x10000 ? `${align}:${keyOf(content)}` : undefined;
    const same = key === undefined ? undefined : known.get(key);
    if (same !== undefined) return same;
    const address = Math.ceil((base + length) / align) * align;
    reserve(address - base + content.length);
    bytes.set(content, address - base);
    length = address - base + content.length;
    if (key !== undefined) known.set(key, address);
    return address;
  };
  return {
    place,
    text: (value) => {
      const content = utf8.encode(value);
      return (BigInt(place(content)) << 32n) | BigInt(content.length);
    },
    end: () => base + length,
    finish: () => bytes.slice(0, length),
  };
}
