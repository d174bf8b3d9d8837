// Paths and queries of HTTP requests: parts, decoding, normalising, routes. Bytes that are no UTF-8 after percent-decoding
// leave the text as it was written, so that nothing is invented.

import type { CoreRoute } from '@rdp/language';
import { utf8Bytes, utf8Text } from './text-codecs.ts';

/** The path of a request target: without query and fragment. */
export function pathOnly(target: string): string {
  return target.split(/[?#]/, 1)[0] ?? '';
}

/** The segments of a path: what stands between its slashes, the first slash aside. */
function segmentsOf(target: string): readonly string[] {
  const path = pathOnly(target);
  return (path.startsWith('/') ? path.slice(1) : path).split('/');
}

/** The decoded segment at `index`; empty when there is none. */
export function pathSegment(target: string, index: bigint): string {
  const segments = segmentsOf(target);
  return index >= 0n && index < BigInt(segments.length) ? percentDecoded(segments[Number(index)] ?? '') : '';
}

/** `%41` → `A`. */
export function percentDecoded(text: string): string {
  const bytes: number[] = [];
  const raw = utf8Bytes(text);
  for (let i = 0; i < raw.length; i++) {
    const hex = String.fromCharCode(raw[i + 1] ?? 0, raw[i + 2] ?? 0);
    if (raw[i] === 0x25 && /^[0-9a-fA-F]{2}$/.test(hex)) {
      bytes.push(parseInt(hex, 16));
      i += 2;
    } else bytes.push(raw[i] ?? 0);
  }
  return utf8Text(Uint8Array.from(bytes)) ?? text;
}

/** The path with what looks like an identifier replaced: numbers, UUIDs, and hexadecimal of 16 digits or more. */
export function pathNormalized(target: string): string {
  const path = pathOnly(target);
  return path
    .split('/')
    .map((segment) => (identifier.test(segment) ? '{id}' : segment))
    .join('/');
}

const identifier =
  /^(?:[0-9]+|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|[0-9a-fA-F]{16,})$/;

/** The decoded parameters of the query; of a repeated name the first. */
export function queryParams(target: string): readonly (readonly [string, string])[] {
  const query = /\?([^#]*)/.exec(target)?.[1] ?? '';
  const params = new Map<string, string>();
  for (const part of query.split('&')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const [name, value] = at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
    const decoded = percentDecoded(name.replaceAll('+', ' '));
    if (!params.has(decoded)) params.set(decoded, percentDecoded(value.replaceAll('+', ' ')));
  }
  return [...params];
}

/**
 * The index of the route that describes a request, or -1. Segments are compared decoded; a parameter takes one segment that is
 * not empty. Of several routes the one wins that has a literal where the others have a parameter, from the left.
 */
export function findRoute(routes: readonly CoreRoute[], method: string, target: string): number {
  const segments = segmentsOf(target).map(percentDecoded);
  let best: { readonly index: number; readonly rank: string } | undefined;
  routes.forEach((route, index) => {
    if (route.method !== method) return;
    const template = segmentsOf(route.template);
    if (template.length !== segments.length) return;
    if (!template.every((part, i) => matchesSegment(part, segments[i] ?? ''))) return;
    const rank = template.map((part) => (part.includes('{') ? '1' : '0')).join('');
    if (!best || rank < best.rank) best = { index, rank };
  });
  return best?.index ?? -1;
}

function matchesSegment(part: string, segment: string): boolean {
  const [open, close] = [part.indexOf('{'), part.lastIndexOf('}')];
  if (open < 0 || close < open) return part === segment;
  const [before, after] = [part.slice(0, open), part.slice(close + 1)];
  return segment.length > before.length + after.length && segment.startsWith(before) && segment.endsWith(after);
}
