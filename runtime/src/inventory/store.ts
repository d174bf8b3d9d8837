// Where an inventory is kept, as a port: in memory, in a file, in a database that gateways share.

import type { Outcome } from '../load/problem.ts';
import { emptyState, mergeStates, type InventoryState } from './state.ts';

/**
 * Which batch of which writer it is. Whoever does not know whether a batch was taken offers the same one again under the same name; a
 * store for which that can happen takes it once.
 */
export interface BatchName {
  /** A UUID that no other writer has. */
  readonly writer: string;
  /** Greater than that of the writer's batch before. */
  readonly number: number;
}

export interface InventoryStore {
  /** Adds what was seen. With a problem it is not added, or nobody knows: then the same batch has to be offered again. */
  readonly merge: (seen: InventoryState, batch: BatchName) => Promise<Outcome<undefined>>;
  readonly read: () => Promise<Outcome<InventoryState>>;
  readonly close: () => Promise<void>;
}

/** Gone with the process. */
export function memoryStore(): InventoryStore {
  let state = emptyState;
  return {
    merge: (seen) => {
      state = mergeStates(state, seen);
      return Promise.resolve({ kind: 'ok', value: undefined });
    },
    read: () => Promise.resolve({ kind: 'ok', value: state }),
    close: () => Promise.resolve(),
  };
}
