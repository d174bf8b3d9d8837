// What a decision changes in an object → a JSON Patch (RFC 6902) for the API server: `set` as it is, redactions as the whole text
// that they leave. Parents that are not there are made first, and what the object already has is left out, so that a patch
// always applies and deciding on the patched object asks for nothing more.
//
// INVARIANT: what cannot be said as a patch of the object is a refusal, never left out.

import type { Decision } from '../contract/index.ts';
import { applyEdits } from '../enforce/edits.ts';
import { isMembers, keysOf, memberOf, objectOf, pointerOf, valueAt, type Members } from './review-object.ts';

export interface PatchOperation {
  readonly op: 'add' | 'replace';
  /** JSON Pointer within the object. */
  readonly path: string;
  readonly value: unknown;
}

export type ObjectPatch =
  | { readonly kind: 'patch'; readonly operations: readonly PatchOperation[] }
  /** `reason` stands alone, lower-case. */
  | { readonly kind: 'impossible'; readonly reason: string };

/**
 * What `decision`, made on the bytes of `review`, changes in its object. Paths of `set` begin at the object, those of edits at the review.
 * Decisions of several policies may be one here: each knows what the object lacks, and not what another makes of it.
 */
export function objectPatch(decision: Partial<Decision>, review: Uint8Array): ObjectPatch {
  const { patches = [], edits = [] } = decision;
  if (patches.length === 0 && edits.length === 0) return { kind: 'patch', operations: [] };
  const [object, original] = [objectOf(review), objectOf(review)];
  if (object === undefined || original === undefined)
    return { kind: 'impossible', reason: 'there is no object to change' };
  const operations: PatchOperation[] = [];
  const redacted = redactions(edits, review, operations);
  if (redacted !== undefined) return { kind: 'impossible', reason: redacted };
  const changes: Changes = { object, original, operations, set: new Set() };
  for (const { path, value } of patches) {
    const fault = addTo(changes, keysOf(path), value);
    if (fault !== undefined) return { kind: 'impossible', reason: fault };
  }
  return { kind: 'patch', operations };
}

/** What has been changed so far. */
interface Changes {
  /** As it is with all changes. */
  readonly object: Members;
  readonly original: Members;
  readonly operations: PatchOperation[];
  /** Pointers of what was set: of texts, numbers and whole objects that were there before. */
  readonly set: Set<string>;
}

/** Replaces each text that an edit changes; why not, when one is elsewhere than in the object. */
function redactions(
  edits: NonNullable<Decision['edits']>,
  review: Uint8Array,
  operations: PatchOperation[],
): string | undefined {
  if (edits.length === 0) return undefined;
  const edited = applyEdits(review, edits);
  if (edited === undefined) return 'the edits of the decision do not fit the document';
  const object = objectOf(edited);
  for (const path of new Set(edits.map((edit) => edit.path))) {
    const keys = keysWithinObject(path);
    const value = keys === undefined ? undefined : valueAt(object, keys);
    if (keys === undefined || typeof value !== 'string') return `\`${path}\` cannot be changed in the object`;
    operations.push({ op: 'replace', path: pointerOf(keys), value });
  }
  return undefined;
}

/** Sets the value as the API server will, and says so in `operations`; why that cannot be done, if it cannot. */
function addTo(changes: Changes, keys: readonly string[], value: unknown): string | undefined {
  const { object, operations } = changes;
  const last = keys.at(-1);
  if (last === undefined) return 'an object cannot be replaced as a whole';
  let parent: Members | unknown[] = object;
  for (const [index, key] of keys.slice(0, -1).entries()) {
    const next = memberOf(parent, key);
    if (isMembers(next) || Array.isArray(next)) {
      parent = next;
      continue;
    }
    const path = pointerOf(keys.slice(0, index + 1));
    if (Array.isArray(parent) || (next !== undefined && next !== null)) return `\`${path}\` holds no members`;
    const made: Members = {};
    setMember(parent, key, made);
    operations.push({ op: 'add', path, value: {} });
    parent = made;
  }
  const path = pointerOf(keys);
  if (Array.isArray(parent) && last === '-') {
    // Deciding again must not make a list longer and longer.
    if (parent.some((element) => sameJson(element, value))) return undefined;
    operations.push({ op: 'add', path, value });
    parent.push(structuredClone(value));
    return undefined;
  }
  if (Array.isArray(parent) && !(/^(0|[1-9][0-9]*)$/.test(last) && Number(last) < parent.length))
    return `\`${path}\` is no element of its list`;
  const before = memberOf(parent, last);
  const whole = `${path}/`;
  const isMade = (valueAt(changes.original, keys) ?? undefined) === undefined;
  // What another policy made there, too, is one with it.
  if (isMade && isMembers(before) && isMembers(value))
    return firstOf(Object.entries(value), ([key, item]) => addTo(changes, [...keys, key], item));
  if (isMade && Array.isArray(before) && Array.isArray(value))
    return firstOf(value, (item: unknown) => addTo(changes, [...keys, '-'], item));
  if (sameJson(before, value)) {
    note(changes, keys, value);
    return undefined;
  }
  if ([...changes.set].some((other) => other === path || other.startsWith(whole) || path.startsWith(`${other}/`)))
    return `\`${path}\` is set to different values`;
  note(changes, keys, value);
  // `add` to a list would insert.
  operations.push({ op: Array.isArray(parent) && before !== undefined ? 'replace' : 'add', path, value });
  setMember(parent, last, structuredClone(value));
  return undefined;
}

/** Notes what was set: of an object that is made, its members, because more may come into it. */
function note(changes: Changes, keys: readonly string[], value: unknown): void {
  const isMade = (valueAt(changes.original, keys) ?? undefined) === undefined;
  if (isMade && Array.isArray(value)) return;
  if (!isMade || !isMembers(value)) changes.set.add(pointerOf(keys));
  else for (const [key, item] of Object.entries(value)) note(changes, [...keys, key], item);
}

/** The first fault of `items`. */
function firstOf<T>(items: readonly T[], check: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const fault = check(item);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function setMember(parent: Members | unknown[], key: string, value: unknown): void {
  Object.defineProperty(parent, key, { value, writable: true, enumerable: true, configurable: true });
}

/** The keys of a pointer into the review that are behind `/request/object`; undefined for one that leads elsewhere. */
function keysWithinObject(pointer: string): readonly string[] | undefined {
  const [request, object, ...keys] = keysOf(pointer);
  return request === 'request' && object === 'object' ? keys : undefined;
}

/** Whether two values from JSON say the same, whatever the order of their members. */
function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((element, index) => sameJson(element, b[index]));
  if (!isMembers(a) || !isMembers(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}
