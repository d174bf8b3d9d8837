// Where an inventory is kept, as a port: in memory, in a file, in a database that gateways share.

import type { Outcome } from '../load/problem.ts';
import { emptyState, mergeStates, type InventoryState } from './state.ts';

export interface InventoryStore {
  /** Adds what was seen. All of it or, with a problem, nothing. */
  readonly merge: (seen: InventoryState) => Promise<Outcome<undefined>>;
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
