// Two objects → the JSON Patch (RFC 6902) that makes one of the other, which kustomize applies to the base.
// INVARIANT: applied to `from` the patch gives `to`; keys in the order of `to`, so that the same objects give the same patch.

/** One operation. */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/** The operations; none where the two are equal. */
export function diffObjects(from: unknown, to: unknown, path = ''): readonly PatchOperation[] {
  if (isRecord(from) && isRecord(to)) {
    const removed = Object.keys(from).filter((key) => !Object.hasOwn(to, key));
    return [
      ...removed.map((key): PatchOperation => ({ op: 'remove', path: `${path}/${pointer(key)}` })),
      ...Object.entries(to).flatMap(([key, value]) =>
        Object.hasOwn(from, key)
          ? diffObjects(from[key], value, `${path}/${pointer(key)}`)
          : [{ op: 'add' as const, path: `${path}/${pointer(key)}`, value }],
      ),
    ];
  }
  if (Array.isArray(from) && Array.isArray(to) && from.length === to.length) {
    return to.flatMap((item: unknown, index) => diffObjects(from[index], item, `${path}/${index}`));
  }
  return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ op: 'replace', path, value: to }];
}

function pointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
