// Decisions → an inventory that is kept. What is seen is gathered in memory, where it costs a call next to nothing, and goes to the
// store every few seconds and at the end.
//
// INVARIANT: a store that fails loses nothing: what it did not take stays, and is offered again; and no call waits for it or fails with it.

import type { Decision } from '../contract/index.ts';
import type { Outcome } from '../load/problem.ts';
import { observe, type Occasion } from './observe.ts';
import {
  assetKey,
  emptyState,
  flowKey,
  mergeSightings,
  mergeStates,
  type Asset,
  type Flow,
  type InventoryState,
} from './state.ts';
import type { InventoryStore } from './store.ts';

export interface Inventory {
  /** Takes up what a decision says was discovered. Never throws, never waits. */
  readonly note: (decision: Decision, occasion: Occasion) => void;
  /** Everything up to now: what is kept, and what is still to be written. */
  readonly read: () => Promise<Outcome<InventoryState>>;
  /** Writes what is not written yet. */
  readonly flush: () => Promise<Outcome<undefined>>;
  /** Writes, and closes the store. */
  readonly close: () => Promise<Outcome<undefined>>;
}

export interface InventoryOptions {
  readonly store: InventoryStore;
  /** Milliseconds between writes; 5,000 unless said. */
  readonly interval?: number;
  /** Things and ways that memory may hold between two writes; what is beyond is counted and left out. 100,000 unless said. */
  readonly most?: number;
  /** Told when a write fails, and when one succeeds again. */
  readonly onProblem?: (message: string | undefined) => void;
}

/** An inventory over a store. */
export function createInventory({ store, interval = 5000, most = 100_000, onProblem }: InventoryOptions): Inventory {
  let gathered = createGathering(most);
  let failing = false;
  let writing: Promise<Outcome<undefined>> = Promise.resolve({ kind: 'ok', value: undefined });

  const write = async (): Promise<Outcome<undefined>> => {
    const offered = gathered.state();
    if (offered.assets.length + offered.flows.length + offered.dropped === 0) return { kind: 'ok', value: undefined };
    gathered = createGathering(most);
    const outcome = await store.merge(offered);
    if (outcome.kind === 'problem') gathered.add(offered);
    if (failing !== (outcome.kind === 'problem'))
      onProblem?.(outcome.kind === 'problem' ? outcome.problem.message : undefined);
    failing = outcome.kind === 'problem';
    return outcome;
  };
  const flush = (): Promise<Outcome<undefined>> => (writing = writing.then(write));
  const timer = setInterval(() => void flush(), interval).unref();

  return {
    note: (decision, occasion) => {
      if (decision.records === undefined && decision.flows === undefined) return;
      gathered.add(observe(decision, occasion));
    },
    read: async () => {
      await flush();
      const kept = await store.read();
      if (kept.kind === 'problem') return kept;
      return { kind: 'ok', value: mergeStates(kept.value, gathered.state()) };
    },
    flush,
    close: async () => {
      clearInterval(timer);
      const outcome = await flush();
      await store.close();
      return outcome;
    },
  };
}

/** States that are merged one by one, by key: as many things and ways as there may be, and how many more there were. */
function createGathering(most: number): {
  readonly add: (seen: InventoryState) => void;
  readonly state: () => InventoryState;
} {
  const assets = new Map<string, Asset>();
  const flows = new Map<string, Flow>();
  let dropped = 0;
  const put = <T extends Asset | Flow>(into: Map<string, T>, key: string, item: T): void => {
    const known = into.get(key);
    if (known !== undefined) into.set(key, { ...known, ...mergeSightings(known, item) });
    else if (assets.size + flows.size < most) into.set(key, item);
    else dropped += 1;
  };
  return {
    add: (seen) => {
      dropped += seen.dropped;
      for (const asset of seen.assets) put(assets, assetKey(asset), asset);
      for (const flow of seen.flows) put(flows, flowKey(flow), flow);
    },
    state: () =>
      mergeStates(emptyState, { version: 1, assets: [...assets.values()], flows: [...flows.values()], dropped }),
  };
}
