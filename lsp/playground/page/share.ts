// What the page shows ↔ the fragment of its address, compressed. A fragment is not sent to any server: whoever has the link has all
// that is in it.

import type { Scene } from './scene.ts';

const marker = '#s=';

/** The fragment for a scene. */
export async function fragmentOf(scene: Scene): Promise<string> {
  const text = JSON.stringify({ v: 1, ...scene });
  const packed = await through(new TextEncoder().encode(text), new CompressionStream('deflate-raw'));
  const binary = Array.from(packed, (byte) => String.fromCharCode(byte)).join('');
  return `${marker}${btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
}

/** The scene in a fragment; undefined when there is none that can be read. */
export async function sceneIn(fragment: string): Promise<Scene | undefined> {
  if (!fragment.startsWith(marker)) return undefined;
  try {
    const binary = atob(fragment.slice(marker.length).replaceAll('-', '+').replaceAll('_', '/'));
    const packed = Uint8Array.from(binary, (char) => char.charCodeAt(0));
    const text = new TextDecoder().decode(await through(packed, new DecompressionStream('deflate-raw'), 4_000_000));
    return sceneOf(JSON.parse(text));
  } catch {
    return undefined; // a link that was cut off, or of somebody who means harm
  }
}

/** Bytes through a stream; at most `limit` of them come out. */
async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
  limit = Number.MAX_SAFE_INTEGER,
): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const part: Uint8Array = next.value;
    size += part.length;
    if (size > limit) throw new Error('too large');
    parts.push(part);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function sceneOf(value: unknown): Scene | undefined {
  if (typeof value !== 'object' || value === null || !('files' in value) || !('input' in value)) return undefined;
  const { files, input } = value;
  if (!Array.isArray(files) || typeof input !== 'string' || !files.every(isFile) || files.length === 0)
    return undefined;
  const event = 'event' in value && typeof value.event === 'string' ? value.event : undefined;
  const active = 'active' in value && typeof value.active === 'string' ? value.active : undefined;
  const example = 'example' in value && typeof value.example === 'string' ? value.example : undefined;
  return { files, input, event, active: active ?? files[0]?.[0] ?? '', example };
}

function isFile(value: unknown): value is readonly [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}
