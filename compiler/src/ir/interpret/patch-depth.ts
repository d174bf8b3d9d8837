// How far a way leads into a document as it is: the oracle of `patch_depth` in compiler/kernel/patch.ts.

import { type Cursor, kindAhead, skipSpace, skipValue, takeItems, takeMembers } from './json-scan.ts';

/**
 * How many of the first `steps` are there, from the document's root on; null is not. Undefined when a step leads into something
 * that has no such members or elements.
 */
export function patchDepth(bytes: Uint8Array, steps: readonly string[]): number | undefined {
  const cursor: Cursor = { bytes, at: 0, depth: 0 };
  skipSpace(cursor);
  let at = cursor.at;
  for (const [depth, step] of steps.entries()) {
    const here: Cursor = { bytes, at, depth: 0 };
    const kind = kindAhead(here);
    if (kind !== (step.startsWith('#') ? 'array' : 'object')) return undefined;
    const next = kind === 'array' ? elementAt(here, step.slice(1)) : memberAt(here, step.slice(1));
    if (next === undefined && kind === 'array' && step !== '#-') return undefined;
    if (next === undefined || kindAhead({ bytes, at: next, depth: 0 }) === 'null') return depth;
    at = next;
  }
  return steps.length;
}

function memberAt(cursor: Cursor, key: string): number | undefined {
  let found: number | undefined;
  takeMembers(cursor, (name) => {
    if (name === key) found ??= cursor.at;
    skipValue(cursor);
  });
  return found;
}

function elementAt(cursor: Cursor, index: string): number | undefined {
  let found: number | undefined;
  takeItems(cursor, (position) => {
    if (String(position) === index) found = cursor.at;
    skipValue(cursor);
  });
  return found;
}
