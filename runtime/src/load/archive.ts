// The bytes of a gzip tar → its files, by name without leading slash.
//
// INVARIANT: two readers cannot see two archives: a name that occurs twice, a name that leaves the archive, a link or a device
// is refused, not skipped. What the files mean is left to bundle.ts.

import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

import { unpackTar } from 'modern-tar';

import { ok, problem, reasonOf } from './problem.ts';
import type { Outcome } from './problem.ts';

/** Files of a bundle by name, without leading slash. */
export type BundleFiles = ReadonlyMap<string, Uint8Array>;

/** Bytes that an unpacked bundle may take unless said. */
export const defaultSizeLimit: number = 256 * 1024 * 1024;

const unzip = promisify(gunzip);

/** Unpacks a bundle in memory; `sizeLimit` in bytes holds for the unpacked archive as a whole. */
export async function readArchive(bytes: Uint8Array, sizeLimit: number): Promise<Outcome<BundleFiles>> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return problem('not_gzip', 'this is no bundle: it is not gzip data');
  const tar = await inflate(bytes, sizeLimit);
  return tar.kind === 'ok' ? readTar(tar.value) : tar;
}

async function inflate(bytes: Uint8Array, sizeLimit: number): Promise<Outcome<Uint8Array>> {
  try {
    return ok(await unzip(bytes, { maxOutputLength: sizeLimit }));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'Z_BUF_ERROR') return problem('cut_off', 'the bundle is cut off: its compressed data ends too early');
    if (code === 'ERR_BUFFER_TOO_LARGE')
      return problem('too_large', `the bundle unpacks to more than ${sizeLimit} bytes`);
    return problem('corrupt', `the bundle's compressed data is corrupt: ${reasonOf(error)}`);
  }
}

async function readTar(tar: Uint8Array): Promise<Outcome<BundleFiles>> {
  const files = new Map<string, Uint8Array>();
  try {
    for (const { header, data } of await unpackTar(tar, { strict: true })) {
      if (header.type === 'directory') continue;
      if (data === undefined)
        return problem('bad_name', `\`${header.name}\` is a ${header.type}, a bundle has files only`);
      const name = relativeName(header.name);
      if (name === undefined) return problem('bad_name', `\`${header.name}\` is no name of a file in a bundle`);
      if (files.has(name)) return problem('duplicate_entry', `the bundle has \`${name}\` twice`);
      files.set(name, data);
    }
  } catch (error) {
    return problem('cut_off', `the bundle's archive is cut off or corrupt: ${reasonOf(error)}`);
  }
  return ok(files);
}

function relativeName(name: string): string | undefined {
  const relative = name.replace(/^\.?\/+/, '');
  const segments = relative.split('/');
  return segments.some((segment) => ['', '.', '..'].includes(segment)) || /[\\\0]/.test(relative)
    ? undefined
    : relative;
}
