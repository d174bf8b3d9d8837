// Whether a rule leaves an update alone, by the document as it is: the oracle of compiler/kernel/settled.ts.

import type { Value } from './value.ts';
import type { ObjectReads, Settled } from '../settled.ts';
import { type Cursor, kindAhead, skipSpace, skipValue, takeItems, takeMembers } from './json-scan.ts';

/** An update, when it is one. */
export interface Update {
  /** The document as it is. */
  readonly input: Uint8Array;
  /** Keys from its root to the event's record. */
  readonly at: readonly string[];
  /** The event as it was read. */
  readonly event: Value;
}

/** Whether the document is an update that `settled` leaves alone. */
export function isSettled({ reads, ends }: Settled, { input, at, event }: Update): boolean {
  const root = read(input);
  const object = objectBelow(root, [...at, 'object']);
  const old = objectBelow(root, [...at, 'oldObject']);
  if (object === undefined || old === undefined) return false;
  return (ends && endsObject(object, old)) || (reads !== undefined && isUnchanged(reads, { object, old, event }));
}

interface Both {
  readonly object: Json;
  readonly old: Json;
  readonly event: Value;
}

function isUnchanged({ own, held }: ObjectReads, { object, old, event }: Both): boolean {
  const same = (names: readonly string[]): boolean => {
    const [left, right] = [below(object, names), below(old, names)];
    if (left === 'unsure' || right === 'unsure') return false;
    return left === undefined || right === undefined ? left === right : sameValue(left, right, 0);
  };
  if (!own.every((path) => same(path.map(({ name }) => name)))) return false;
  if (held === undefined) return true;
  const way = wayToHeld(held, event);
  if (way === undefined) return true;
  const [left, right] = [below(object, way), below(old, way)];
  if (left === 'unsure' || right === 'unsure' || (left === undefined) !== (right === undefined)) return false;
  return held.paths.every((path) => same([...way, ...path.map(({ name }) => name)]));
}

/** Where the object has what it holds of the kind; undefined where it holds none. */
function wayToHeld(held: NonNullable<ObjectReads['held']>, event: Value): readonly string[] | undefined {
  const object = event.kind === 'record' ? event.fields.get('object') : undefined;
  const kind = object?.kind === 'union' ? object.variant?.of : undefined;
  if (kind === undefined) return undefined;
  if (kind === held.variant) return [];
  return held.variant.held
    ?.holders()
    .find(({ variant }) => variant === kind)
    ?.path.map(({ wire }) => wire);
}

function endsObject(object: Json, old: Json): boolean {
  const grace = below(old, ['metadata', 'deletionGracePeriodSeconds']);
  const finalizers = below(object, ['metadata', 'finalizers']);
  const asked = below(old, ['metadata', 'deletionTimestamp']);
  return (
    asked !== 'unsure' &&
    asked !== undefined &&
    (grace === undefined || (grace !== 'unsure' && grace.kind === 'scalar' && grace.text === '0')) &&
    (finalizers === undefined ||
      (finalizers !== 'unsure' && finalizers.kind === 'list' && finalizers.items.length === 0))
  );
}

/** A value as it is written. */
type Json =
  | { readonly kind: 'scalar'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Json[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [key: string, value: Json])[] };

function read(bytes: Uint8Array): Json {
  const cursor: Cursor = { bytes, at: 0, depth: 0 };
  skipSpace(cursor);
  return readValue(cursor);
}

function readValue(cursor: Cursor): Json {
  switch (kindAhead(cursor)) {
    case 'object': {
      const members: (readonly [string, Json])[] = [];
      takeMembers(cursor, (key) => members.push([key, readValue(cursor)]));
      return { kind: 'object', members };
    }
    case 'array': {
      const items: Json[] = [];
      takeItems(cursor, () => items.push(readValue(cursor)));
      return { kind: 'list', items };
    }
    default: {
      const from = cursor.at;
      skipValue(cursor);
      return { kind: 'scalar', text: new TextDecoder().decode(cursor.bytes.subarray(from, cursor.at)) };
    }
  }
}

/** What stands under a key; `unsure` where the key stands twice, or the value is no object. */
function member(value: Json, key: string): Json | undefined | 'unsure' {
  if (value.kind !== 'object') return 'unsure';
  const found = value.members.filter(([known]) => known === key);
  return found.length > 1 ? 'unsure' : found[0]?.[1];
}

/** What stands below keys; undefined also where null stands. */
function below(value: Json, [key, ...rest]: readonly string[]): Json | undefined | 'unsure' {
  if (key === undefined) return value;
  const next = member(value, key);
  if (next === undefined || next === 'unsure') return next;
  return next.kind === 'scalar' && next.text === 'null' ? undefined : below(next, rest);
}

function objectBelow(value: Json, keys: readonly string[]): Json | undefined {
  const found = below(value, keys);
  return found !== 'unsure' && found?.kind === 'object' ? found : undefined;
}

/** Members of an object that are looked for in another order. */
const mostUnordered = 64;

/** How many such objects may stand in one another. */
const deepestUnordered = 4;

/** Texts and numbers as they are written, lists in their order, members of objects in any. `around`: objects with another order. */
function sameValue(left: Json, right: Json, around: number): boolean {
  if (left.kind === 'scalar') return right.kind === 'scalar' && left.text === right.text;
  if (left.kind === 'list')
    return (
      right.kind === 'list' &&
      left.items.length === right.items.length &&
      left.items.every((item, i) => sameValue(item, right.items[i] ?? item, around))
    );
  return right.kind === 'object' && sameMembers(left.members, right.members, around);
}

type Members = readonly (readonly [key: string, value: Json])[];

/** While members stand in one order they are compared side by side; from there on each key stands once in both. */
function sameMembers(left: Members, right: Members, around: number): boolean {
  if (left.length !== right.length) return false;
  const at = left.findIndex(([key], i) => key !== right[i]?.[0]);
  const ahead = at < 0 ? left.length : at;
  const [these, those] = [left.slice(ahead), right.slice(ahead)];
  if (these.length > mostUnordered || (these.length > 0 && around === deepestUnordered)) return false;
  const isOnce = (members: Members, key: string): boolean => members.filter(([known]) => known === key).length === 1;
  return (
    left.slice(0, ahead).every(([, value], i) => isSame(value, right[i]?.[1], around)) &&
    these.every(
      ([key, value]) =>
        isOnce(these, key) &&
        isOnce(those, key) &&
        isSame(value, those.find(([known]) => known === key)?.[1], around + 1),
    )
  );
}

function isSame(value: Json, other: Json | undefined, around: number): boolean {
  return other !== undefined && sameValue(value, other, around);
}
