// The `given` of a test → the documents that it decides on.

import { join } from 'node:path';
import type { TestModel } from '@rdp/language';
import { readInputs } from './parse-input.ts';

/** The documents of a test whose files are below `root`; at least one. */
export async function testInputs({ given }: TestModel, root: string): Promise<readonly Uint8Array[]> {
  switch (given.kind) {
    case 'object':
      return [new TextEncoder().encode(given.text)];
    case 'file':
      return readInputs(join(root, given.path), { kind: 'document', keys: given.wrap });
    case 'objects':
      return readInputs(join(root, given.path), { kind: 'admission', operation: given.operation });
  }
}
