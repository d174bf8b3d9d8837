// What a decision was to change in an object → what of it is not there, when the object is seen as it will be stored. Between the
// change and this the API server has filled in defaults and written quantities in its own way, so that is not asked literally.
//
// INVARIANT: a change that is not there is never overlooked; one that is there in another spelling is found.

import type { Decision } from '../contract/index.ts';
import { isMembers, keysOf, memberOf, objectOf, valueAt } from './review-object.ts';

/** The pointer of the first change that the object of `review` lacks; undefined when it has all. */
export function missingChange(
  { patches = [], edits = [] }: Pick<Decision, 'patches' | 'edits'>,
  review: Uint8Array,
): string | undefined {
  const redaction = edits[0]?.path; // what was redacted would not be found again
  if (patches.length === 0) return redaction;
  const object = objectOf(review);
  return redaction ?? patches.find(({ path, value }) => !hasChange(object, keysOf(path), value))?.path;
}

function hasChange(object: unknown, keys: readonly string[], value: unknown): boolean {
  if (keys.at(-1) !== '-') return covers(valueAt(object, keys), value);
  const list = valueAt(object, keys.slice(0, -1));
  return Array.isArray(list) && list.some((element) => covers(element, value));
}

/** Whether what is there has all of what is wanted; it may have more, and quantities may be written in another way. */
function covers(present: unknown, wanted: unknown): boolean {
  if (present === wanted) return true;
  if (Array.isArray(present) && Array.isArray(wanted))
    return wanted.every((element) => present.some((other) => covers(other, element)));
  if (isMembers(present) && isMembers(wanted))
    return Object.keys(wanted).every((key) => covers(memberOf(present, key), wanted[key]));
  const [a, b] = [quantityOf(present), quantityOf(wanted)];
  return a !== undefined && b !== undefined && Math.abs(a - b) <= Math.abs(a) * 1e-12;
}

const decimals: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
};

/** The number of a quantity as Kubernetes writes it (`resource.Quantity`): `500m`, `1Gi`, `1e3`. */
function quantityOf(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const [, digits = '', binary, decimal] =
    /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?:([KMGTPE])i|([numkMGTPE]))?$/.exec(value) ?? [];
  if (digits === '') return undefined;
  const scale = binary === undefined ? (decimals[decimal ?? ''] ?? 1) : 1024 ** ('KMGTPE'.indexOf(binary) + 1);
  return Number(digits) * scale;
}
