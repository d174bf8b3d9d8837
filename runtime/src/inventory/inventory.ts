// Decisions → an inventory that is kept. What is seen is gathered in memory, where it costs a call next to nothing, and goes to the
// store every few seconds and at the end, in batches that have names.
//
// INVARIANT: a store that fails loses nothing and counts nothing twice: a batch that it did not take, or may have taken, is offered again
// as it is under the same name, and what is seen meanwhile is gathered for the next one. No call waits for the store or fails with it.

import { randomUUID } from 'node:crypto';

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
import type { BatchName, InventoryStore } from './store.ts';

export interface Inventory {
  /** Takes up what a decision says was discovered. Never throws, never waits. */
  readonly note: (decision: Decision, occasion: Occasion) => void;
  /** Everything up to now: what is kept, and what is still to be written. */
  readonly read: () => Promise<Outcome<InventoryState>>;
  /** Writes what is not written yet. */
  readonly flush: () => Promise<Outcome<undefined>>;
  /** Writes, again and again for at most `patience` milliseconds (none unless said) while the store cannot be reached, and closes it. */
  readonly close: (patience?: number) => Promise<Outcome<undefined>>;
}

export interface InventoryOptions {
  readonly store: InventoryStore;
  /** Milliseconds between writes; 5,000 unless said. */
  readonly interval?: number;
  /**
   * Things and ways that memory may hold between two writes, and as many again while the store fails; what is beyond is counted and
   * left out. 100,000 unless said.
   */
  readonly most?: number;
  /** Told when a write fails, and when one succeeds again. */
  readonly onProblem?: (message: string | undefined) => void;
}

/** What goes to the store as one. */
interface Batch {
  readonly seen: InventoryState;
  readonly name: BatchName;
}

/** Milliseconds between two attempts of a close. */
const closePause = 250;

/** An inventory over a store. */
export function createInventory({ store, interval = 5000, most = 100_000, onProblem }: InventoryOptions): Inventory {
  const writer = randomUUID();
  let number = 0;
  /** The batch of which the store has not said that it took it. */
  let offered: Batch | undefined;
  let gathered = createGathering(most);
  let failing = false;
  let writes = 0;
  let writing: Promise<Outcome<undefined>> = Promise.resolve({ kind: 'ok', value: undefined });

  /** Offers the batch that waits, or what was gathered. */
  const offer = async (): Promise<Outcome<undefined>> => {
    if (offered === undefined) {
      const seen = gathered.state();
      if (seen.assets.length + seen.flows.length + seen.dropped === 0) return { kind: 'ok', value: undefined };
      number += 1;
      offered = { seen, name: { writer, number } };
      gathered = createGathering(most);
    }
    const outcome = await store.merge(offered.seen, offered.name);
    const fails = outcome.kind === 'problem';
    if (failing !== fails) onProblem?.(fails ? outcome.problem.message : undefined);
    failing = fails;
    if (!fails) offered = undefined;
    return outcome;
  };
  const write = async (): Promise<Outcome<undefined>> => {
    const waited = offered !== undefined;
    const first = await offer();
    const outcome = waited && first.kind === 'ok' ? await offer() : first;
    writes -= 1;
    return outcome;
  };
  const flush = (): Promise<Outcome<undefined>> => {
    writes += 1;
    return (writing = writing.then(write));
  };
  // A store that hangs is not asked again before it has answered.
  const timer = setInterval(() => void (writes === 0 && flush()), interval).unref();

  return {
    note: (decision, occasion) => {
      if (decision.records === undefined && decision.flows === undefined) return;
      gathered.add(observe(decision, occasion));
    },
    read: async () => {
      await flush();
      const kept = await store.read();
      if (kept.kind === 'problem') return kept;
      const waiting = offered === undefined ? kept.value : mergeStates(kept.value, offered.seen);
      return { kind: 'ok', value: mergeStates(waiting, gathered.state()) };
    },
    flush,
    close: async (patience = 0) => {
      clearInterval(timer);
      const end = performance.now() + patience;
      let outcome = await flush();
      while (mayPass(outcome) && performance.now() + closePause < end) {
        await new Promise((resolve) => setTimeout(resolve, closePause));
        outcome = await flush();
      }
      await store.close();
      return outcome;
    },
  };
}

function mayPass(outcome: Outcome<undefined>): boolean {
  return outcome.kind === 'problem' && outcome.problem.code === 'unreachable';
}

interface Gathering {
  readonly add: (seen: InventoryState) => void;
  readonly state: () => InventoryState;
}

/** States that are merged one by one, by key: as many things and ways as there may be, and how many more there were. */
function createGathering(most: number): Gathering {
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
