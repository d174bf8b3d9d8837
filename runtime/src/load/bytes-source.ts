// A bundle that is already in memory → a source that never changes.

import { ok } from './problem.ts';
import type { BundleSource } from './source.ts';

/** For tests, and for programs that carry their policy with them. */
export function bytesSource(bytes: Uint8Array): BundleSource {
  const content = ok({ kind: 'archive', bytes, tag: 'bytes' } as const);
  return {
    name: 'bytes',
    read: async (seen) => (seen === 'bytes' ? ok({ kind: 'unchanged' }) : content),
  };
}
