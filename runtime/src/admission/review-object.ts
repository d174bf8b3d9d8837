// The object of a review as values, and JSON Pointers (RFC 6901) into it. Only for reviews that the module has read: it has refused
// what is no JSON.

/** A JSON object. */
export type Members = Record<string, unknown>;

/** The object that a review is about; undefined for deletions and the like. */
export function objectOf(review: Uint8Array): Members | undefined {
  const document: unknown = JSON.parse(Buffer.from(review.buffer, review.byteOffset, review.length).toString('utf8'));
  const object = valueAt(document, ['request', 'object']);
  return isMembers(object) ? object : undefined;
}

/** What stands at the end of the keys; undefined when one of them leads nowhere. */
export function valueAt(root: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (value, key) => (isMembers(value) || Array.isArray(value) ? memberOf(value, key) : undefined),
    root,
  );
}

/** Own members alone: `__proto__` is a name like any other. */
export function memberOf(parent: Members | unknown[], key: string): unknown {
  return Object.getOwnPropertyDescriptor(parent, key)?.value;
}

/** The keys of a pointer. */
export function keysOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The pointer of keys. */
export function pointerOf(keys: readonly string[]): string {
  return keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Tells a JSON object from every other value. */
export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
