// Which documented route an exchange takes, and what its answer is described under: the meaning, for the interpreter and for
// documents that stand in a policy. Generated code agrees with it.

import type { CoreRoute, RouteChoice } from './types.ts';

/** The path of a request target: without query and fragment. */
export function pathOnly(target: string): string {
  return target.split(/[?#]/, 1)[0] ?? '';
}

/** The segments of a path: what stands between its slashes, the first slash aside. */
export function segmentsOf(target: string): readonly string[] {
  const path = pathOnly(target);
  return (path.startsWith('/') ? path.slice(1) : path).split('/');
}

const utf8Bytes = new TextEncoder();
const utf8Text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** `%41` → `A`. Text whose bytes are no UTF-8 then stays as it was written. */
export function percentDecoded(text: string): string {
  if (!text.includes('%')) return text;
  const bytes: number[] = [];
  const raw = utf8Bytes.encode(text);
  for (let i = 0; i < raw.length; i++) {
    const hex = String.fromCharCode(raw[i + 1] ?? 0, raw[i + 2] ?? 0);
    if (raw[i] === 0x25 && /^[0-9a-fA-F]{2}$/.test(hex)) {
      bytes.push(parseInt(hex, 16));
      i += 2;
    } else bytes.push(raw[i] ?? 0);
  }
  try {
    return utf8Text.decode(Uint8Array.from(bytes));
  } catch {
    return text;
  }
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

/**
 * The tag of an exchange: its operation, and what its status is described under; empty without a documented route. `values`:
 * method, target, and for an answer the status in decimal.
 */
export function tagOfExchange(choice: RouteChoice, values: readonly string[]): readonly string[] {
  const { routes, statuses } = choice;
  const [method = '', target = '', status = ''] = values;
  const operation = routes[findRoute(routes, method, target)]?.operation;
  if (operation === undefined) return [];
  const described = statuses?.get(operation) ?? [];
  const range = status.length === 3 ? `${status.slice(0, 1)}XX` : '';
  const key = [status, range, 'default'].find((candidate) => described.includes(candidate));
  return key === undefined ? [operation] : [operation, key];
}
