// What this gateway has charged in a store that others keep, so that a store that lost its data can be told again.
//
// INVARIANT: memory is bounded. A mirror that had to leave something out says so.

import {
  amend,
  charge,
  closeLog,
  expire,
  isEmpty,
  newestNumber,
  openLog,
  openSpace,
  slotsOf,
  tell,
  windowOf,
  type Slot,
  type WindowLog,
} from './sliding-window.ts';

export interface ChargeMirror {
  /** Gives the slot, for `amend`; undefined when there was no room. */
  readonly add: (name: string, window: number, cost: number) => Slot | undefined;
  readonly amend: (name: string, slot: Slot, change: number) => void;
  /** What still counts, by name: window in seconds; ages in milliseconds and costs, oldest first. */
  readonly all: () => readonly Mirrored[];
  /** Until when something may be missing, on the clock of `performance.now`. */
  readonly incompleteUntil: () => number;
}

interface Mirrored {
  readonly name: string;
  readonly window: number;
  readonly charges: readonly { readonly age: number; readonly cost: number }[];
}

/** Keys that are looked at whenever one is added. */
const sweptPerKey = 2;

/** A mirror of at most so many bytes, about. */
export function chargeMirror(memoryLimit: number): ChargeMirror {
  const space = openSpace(memoryLimit);
  const logs = new Map<string, WindowLog>();
  let incompleteUntil = 0;
  let hand: Iterator<[string, WindowLog]> | undefined;

  const nameBytes = (name: string): number => name.length * 2 + 80;
  const sweep = (): void => {
    for (let looked = 0; looked < sweptPerKey; looked += 1) {
      hand ??= logs.entries();
      const next = hand.next();
      if (next.done === true) hand = undefined;
      else {
        const [name, log] = next.value;
        expire(space, log, windowOf(space, log));
        if (!isEmpty(space, log)) continue;
        logs.delete(name);
        closeLog(space, log, nameBytes(name));
      }
    }
  };

  return {
    add: (name, window, cost) => {
      tell(space, performance.now());
      let log = logs.get(name);
      if (log === undefined) {
        sweep();
        log = openLog(space, window * 1000, nameBytes(name));
        if (log === undefined) {
          incompleteUntil = Math.max(incompleteUntil, space.time + window * 1000);
          return undefined;
        }
        logs.set(name, log);
      }
      expire(space, log, window * 1000);
      const at = charge(space, log, cost);
      return { number: newestNumber(space, log), at };
    },
    amend: (name, slot, change) => {
      const log = logs.get(name);
      tell(space, performance.now());
      if (log !== undefined) amend(space, log, slot, change);
    },
    all: () => {
      tell(space, performance.now());
      return [...logs].map(([name, log]) => {
        const window = windowOf(space, log);
        expire(space, log, window);
        const charges = slotsOf(space, log).map(({ time, cost }) => ({ age: space.time - time, cost }));
        return { name, window: window / 1000, charges };
      });
    },
    incompleteUntil: () => incompleteUntil,
  };
}
