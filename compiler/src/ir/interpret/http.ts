// Paths and queries of HTTP requests: parts, decoding, normalising, routes. Bytes that are no UTF-8 after percent-decoding
// leave the text as it was written, so that nothing is invented.

import { pathOnly, percentDecoded, segmentsOf } from '@rdp/language';

/** The decoded segment at `index`; empty when there is none. */
export function pathSegment(target: string, index: bigint): string {
  const segments = segmentsOf(target);
  return index >= 0n && index < BigInt(segments.length) ? percentDecoded(segments[Number(index)] ?? '') : '';
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
  const params = new Map<string, string>();
  for (const [name, value] of queryParts(target)) if (!params.has(name)) params.set(name, value);
  return [...params];
}

/** The decoded values that `name` has in the query, in its order. */
export function queryValues(target: string, name: string): readonly string[] {
  return queryParts(target).flatMap(([known, value]) => (known === name ? [value] : []));
}

function queryParts(target: string): readonly (readonly [string, string])[] {
  const query = /\?([^#]*)/.exec(target)?.[1] ?? '';
  return query.split('&').flatMap((part): readonly (readonly [string, string])[] => {
    if (part === '') return [];
    const at = part.indexOf('=');
    const [name, value] = at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
    return [[percentDecoded(name.replaceAll('+', ' ')), percentDecoded(value.replaceAll('+', ' '))]];
  });
}
