// What was discovered, as plain data: things and ways between them, with when, how often, by whom and what data crossed. States
// merge, so that many gateways, or the days of one, feed one inventory.
//
// INVARIANT: names, kinds and counts alone. Nothing that a rule matched, and no text of a call, is in a state.

import { emptySketch, mergeSketches, type Sketch } from './sketch.ts';

/** Values that `record` writes. */
export type FieldValue = string | number | boolean | null | readonly FieldValue[];

/** What things and ways have alike. */
export interface Sighting {
  /** Milliseconds since the epoch. */
  readonly first: number;
  readonly last: number;
  readonly count: number;
  /** How many different callers. */
  readonly callers: Sketch;
  /** Some of them by name: at most `namesKept`, sorted. */
  readonly names: readonly string[];
  /** Kinds of data that detections found in the same calls, `us_ssn`; sorted. */
  readonly data: readonly string[];
  /** Where it was seen, `shop.checkout.Chat`; sorted. */
  readonly surfaces: readonly string[];
  /** The rules that noted it, `ModelInventory`; sorted. */
  readonly rules: readonly string[];
  /** The strongest action on a call in which it was seen. */
  readonly worst: string;
}

/** One thing: what `record KIND { … }` wrote. */
export interface Asset extends Sighting {
  /** `ai.model` */
  readonly kind: string;
  /** In the order of their names. */
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** One way: what `flow from -> to` wrote. */
export interface Flow extends Sighting {
  readonly from: string;
  readonly to: string;
}

export interface InventoryState {
  readonly version: 1;
  /** Sorted by key. */
  readonly assets: readonly Asset[];
  readonly flows: readonly Flow[];
  /** Things and ways that were not taken up, because the inventory was full. */
  readonly dropped: number;
}

export const emptyState: InventoryState = { version: 1, assets: [], flows: [], dropped: 0 };

/** How many callers are kept by name. */
const namesKept = 20;
/** How many names a set of kinds, surfaces or rules keeps. */
const wordsKept = 100;

/** What tells one thing from another. */
export function assetKey({ kind, fields }: Pick<Asset, 'kind' | 'fields'>): string {
  return `${kind} ${JSON.stringify(sortedFields(fields))}`;
}

export function flowKey({ from, to }: Pick<Flow, 'from' | 'to'>): string {
  return JSON.stringify([from, to]);
}

/** Fields in the order of their names, so that equal things are equal text. */
export function sortedFields(fields: Asset['fields']): Asset['fields'] {
  return Object.fromEntries(Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Both together. Associative and commutative; the same sightings twice count twice. */
export function mergeStates(left: InventoryState, right: InventoryState): InventoryState {
  return {
    version: 1,
    assets: mergeLists(left.assets, right.assets, assetKey),
    flows: mergeLists(left.flows, right.flows, flowKey),
    dropped: left.dropped + right.dropped,
  };
}

function mergeLists<T extends Sighting>(
  left: readonly T[],
  right: readonly T[],
  key: (item: T) => string,
): readonly T[] {
  const merged = new Map(left.map((item) => [key(item), item]));
  for (const item of right) {
    const known = merged.get(key(item));
    merged.set(key(item), known === undefined ? item : { ...known, ...mergeSightings(known, item) });
  }
  return [...merged].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

/** A sighting's own members, in one order. Exports of before there were sketches have no callers. */
export function sightingOf({ first, last, count, callers, names, data, surfaces, rules, worst }: Sighting): Sighting {
  return { first, last, count, callers: callers ?? emptySketch, names, data, surfaces, worst, rules };
}

/** Both sightings of one thing. */
export function mergeSightings(left: Sighting, right: Sighting): Sighting {
  return {
    first: Math.min(left.first, right.first),
    last: Math.max(left.last, right.last),
    count: left.count + right.count,
    callers: mergeSketches(left.callers ?? emptySketch, right.callers ?? emptySketch),
    names: mergeWords(left.names, right.names, namesKept),
    data: mergeWords(left.data, right.data, wordsKept),
    surfaces: mergeWords(left.surfaces, right.surfaces, wordsKept),
    rules: mergeWords(left.rules, right.rules, wordsKept),
    worst: stronger(left.worst, right.worst),
  };
}

function mergeWords(left: readonly string[], right: readonly string[], most: number): readonly string[] {
  if (right.every((word) => left.includes(word))) return left;
  return [...new Set([...left, ...right])].toSorted().slice(0, most);
}

const strength = ['allow', 'alert', 'redact', 'limit', 'quarantine', 'approve', 'block'];

function stronger(left: string, right: string): string {
  return strength.indexOf(right) > strength.indexOf(left) ? right : left;
}

/** Whether a value has the form of an inventory, as far as those who read one look at it. */
export function isInventory(value: unknown): value is InventoryState {
  const state = value as Partial<InventoryState> | null; // looked at member by member
  const isList = (list: unknown, names: readonly string[]): boolean =>
    Array.isArray(list) &&
    list.every(
      (item: Readonly<Record<string, unknown>> | null) =>
        typeof item === 'object' &&
        item !== null &&
        ['first', 'last', 'count'].every((name) => typeof item[name] === 'number') &&
        ['names', 'data', 'surfaces', 'rules'].every((name) => Array.isArray(item[name])) &&
        names.every((name) => typeof item[name] === (name === 'fields' ? 'object' : 'string')),
    );
  return (
    typeof state === 'object' &&
    state !== null &&
    state.version === 1 &&
    isList(state.assets, ['kind', 'fields']) &&
    isList(state.flows, ['from', 'to'])
  );
}
