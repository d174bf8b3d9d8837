// An inventory's state ↔ rows of two tables, a JSON text for each thing and way: what all stores of SQL have alike, so that the same
// notes make the same bytes in each of them.

import {
  assetKey,
  emptyState,
  flowKey,
  mergeSightings,
  mergeStates,
  sightingOf,
  sortedFields,
  type Asset,
  type Flow,
  type InventoryState,
} from './state.ts';

export const tables = ['asset', 'flow'] as const;
export type Table = (typeof tables)[number];

/** One thing or way that is to be merged into its table. */
export interface Row {
  /** What tells it from others in its table. */
  readonly key: string;
  readonly item: Asset | Flow;
}

/** What a row holds after a merge. */
export interface RowValue {
  /** Milliseconds since the epoch. */
  readonly first: number;
  readonly last: number;
  /** JSON. */
  readonly value: string;
}

/** The rows of a state by their tables; no key is there twice. */
export function rowsOf(state: InventoryState): Readonly<Record<Table, readonly Row[]>> {
  const { assets, flows } = mergeStates(emptyState, state);
  return {
    asset: assets.map((item) => ({ key: assetKey(item), item })),
    flow: flows.map((item) => ({ key: flowKey(item), item })),
  };
}

/** A row's value with `item` added to what it held: members that a state does not have are left out, and the rest has one order. */
export function mergedValue(known: string | undefined, item: Asset | Flow): RowValue {
  const seen = sightingOf(known === undefined ? item : mergeSightings(parseItem(known), item));
  const merged =
    'kind' in item
      ? { kind: item.kind, fields: sortedFields(item.fields), ...seen }
      : { from: item.from, to: item.to, ...seen };
  return { first: seen.first, last: seen.last, value: JSON.stringify(merged) };
}

/** The state that the values of both tables are. */
export function stateOfRows(values: Readonly<Record<Table, readonly string[]>>, dropped: number): InventoryState {
  return mergeStates(emptyState, {
    version: 1,
    assets: values.asset.map(parseItem) as Asset[], // written by `mergedValue`
    flows: values.flow.map(parseItem) as Flow[], // written by `mergedValue`
    dropped,
  });
}

function parseItem(value: string): Asset | Flow {
  return JSON.parse(value) as Asset | Flow; // written by `mergedValue`
}
