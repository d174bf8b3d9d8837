// Bodies that were compressed on their way → what they are, within bounds.
//
// INVARIANT: a body that unfolds beyond its limit is refused before it is there.

import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import type { Transform } from 'node:stream';

/** A body's bytes, or why there are none. */
export type Decoded =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'unknown_coding' }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'malformed' };

interface Coding {
  readonly decode: (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Promise<Buffer>;
  readonly stream: () => Transform;
}

/** Zstandard came with Node 22.15; on an older one it is an unknown coding. */
const zstd: Coding | undefined =
  typeof zlib.zstdDecompress === 'function'
    ? { decode: promisify(zlib.zstdDecompress), stream: () => zlib.createZstdDecompress() }
    : undefined;

const gzip: Coding = { decode: promisify(zlib.gunzip), stream: () => zlib.createGunzip() };

const codings: ReadonlyMap<string, Coding> = new Map([
  ['gzip', gzip],
  ['x-gzip', gzip],
  ['deflate', { decode: promisify(zlib.inflate), stream: () => zlib.createInflate() }],
  ['br', { decode: promisify(zlib.brotliDecompress), stream: () => zlib.createBrotliDecompress() }],
  ...(zstd === undefined ? [] : [['zstd', zstd] as const]),
]);

/** What services may be asked to compress with, so that their answers can be read. */
export const readableCodings: string = [...codings.keys()].filter((name) => name !== 'x-gzip').join(', ');

/** The one coding that `content-encoding` names; undefined for none, `several` for more than one. */
export function codingOf(header: string): string | undefined {
  if (header === '') return undefined;
  const names = header
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  return names.length > 1 ? 'several' : names[0];
}

/** All of a body; `limit` in bytes. One that is not compressed is there at once. */
export function decodeBody(bytes: Buffer, coding: string | undefined, limit: number): Decoded | Promise<Decoded> {
  if (coding === undefined || bytes.length === 0) return { kind: 'bytes', bytes };
  const found = codings.get(coding);
  return found === undefined ? { kind: 'unknown_coding' } : unfold(bytes, found, limit);
}

async function unfold(bytes: Buffer, found: Coding, limit: number): Promise<Decoded> {
  try {
    return { kind: 'bytes', bytes: await found.decode(bytes, { maxOutputLength: limit }) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return { kind: code === 'ERR_BUFFER_TOO_LARGE' ? 'too_large' : 'malformed' };
  }
}

/** What decodes an answer as it comes; undefined where nobody can. */
export function decoderFor(coding: string): Transform | undefined {
  return codings.get(coding)?.stream();
}

/** An answer that unfolds to more than this many times its size, beyond a megabyte, is no answer but an attack. */
const mostRatio = 1000;
const ratioFrom = 1_048_576;

/** Pieces of a compressed answer → pieces of the answer. Throws where it is none, or unfolds without measure. */
export async function* decodePieces(pieces: AsyncIterable<Buffer>, decoder: Transform): AsyncIterable<Buffer> {
  let taken = 0;
  let given = 0;
  let failure: unknown;
  const feed = async (): Promise<void> => {
    try {
      for await (const piece of pieces) {
        taken += piece.length;
        if (!decoder.write(piece))
          await new Promise((resolve) => decoder.once('drain', resolve).once('close', resolve));
        if (decoder.destroyed) return;
      }
      decoder.end();
    } catch (error) {
      failure = error;
      decoder.destroy();
    }
  };
  const feeding = feed();
  try {
    for await (const piece of decoder as AsyncIterable<Buffer>) {
      given += piece.length;
      if (given > ratioFrom && given > taken * mostRatio) throw new RangeError('the answer unfolds without measure');
      yield piece;
    }
  } catch (error) {
    throw failure ?? error;
  } finally {
    decoder.destroy();
    await feeding;
  }
}
