// A bundle's files, in and out, for tests that change some of them.

import { gunzipSync } from 'node:zlib';

import { packBundle } from '@rdp/compiler';
import type { BundleFile } from '@rdp/compiler';
import { unpackTar } from 'modern-tar';

/** The files of a bundle, without the leading slash of their names. */
export async function unpackBundle(bytes: Uint8Array): Promise<readonly BundleFile[]> {
  const entries = await unpackTar(gunzipSync(bytes));
  return entries.map(({ header, data }) => ({ name: header.name.slice(1), bytes: data ?? new Uint8Array() }));
}

/** The bundle with one file replaced, added, or left out. */
export async function changeFile(bundle: Uint8Array, name: string, bytes: Uint8Array | undefined): Promise<Uint8Array> {
  const others = (await unpackBundle(bundle)).filter((file) => file.name !== name);
  return packBundle(bytes === undefined ? others : [...others, { name, bytes }]);
}
