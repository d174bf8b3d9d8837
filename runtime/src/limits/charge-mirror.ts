// What this gateway has charged in a store that others keep, so that a store that lost its data can be told again.
//
// INVARIANT: memory is bounded. A mirror that had to leave something out says so.

import { amend, charge, emptyLog, expire, logBytes, slotsOf, type WindowLog } from './sliding-window.ts';

export interface ChargeMirror {
  /** Gives the number of the slot, for `amend`; undefined when there was no room. */
  readonly add: (name: string, window: number, cost: number) => number | undefined;
  readonly amend: (name: string, slot: number, change: number) => void;
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
  const logs = new Map<string, WindowLog>();
  let left = memoryLimit;
  let incompleteUntil = 0;
  let hand: Iterator<[string, WindowLog]> | undefined;

  const bytesOf = (name: string, log: WindowLog): number => logBytes(log) + name.length * 2 + 80;
  const sweep = (now: number): void => {
    for (let looked = 0; looked < sweptPerKey; looked += 1) {
      hand ??= logs.entries();
      const next = hand.next();
      if (next.done === true) hand = undefined;
      else {
        const [name, log] = next.value;
        expire(log, now);
        if (log.count > 0) continue;
        logs.delete(name);
        left += bytesOf(name, log);
      }
    }
  };

  return {
    add: (name, window, cost) => {
      const now = performance.now();
      let log = logs.get(name);
      if (log === undefined) {
        sweep(now);
        log = emptyLog(window * 1000);
        if (left < bytesOf(name, log)) {
          incompleteUntil = Math.max(incompleteUntil, now + window * 1000);
          return undefined;
        }
        left -= bytesOf(name, log);
        logs.set(name, log);
      }
      log.window = window * 1000;
      expire(log, now);
      const before = log.ring.byteLength;
      const slot = charge(log, cost, now, left > before ? 'may_grow' : 'must_not_grow');
      left -= log.ring.byteLength - before;
      return slot;
    },
    amend: (name, slot, change) => {
      const log = logs.get(name);
      if (log !== undefined) amend(log, slot, change, performance.now());
    },
    all: () => {
      const now = performance.now();
      return [...logs].map(([name, log]) => {
        expire(log, now);
        const charges = [...slotsOf(log)].map(({ time, cost }) => ({ age: now - time, cost }));
        return { name, window: log.window / 1000, charges };
      });
    },
    incompleteUntil: () => incompleteUntil,
  };
}
