// Limits that one process counts by itself, exactly: calls are taken one after the other, and nothing waits in between.
//
// INVARIANT: memory is bounded and a key that still holds charges is never dropped. When there is no room for another key, that key
// cannot be counted, which is the rule's `on_error`; whoever floods the store with keys shuts keys out and lets nobody in.

import type { Charge, LimitState, LimitStore, TakeOutcome } from './limit-store.ts';
import {
  amend,
  charge,
  emptyLog,
  expire,
  logBytes,
  secondsUntil,
  secondsUntilFirst,
  type WindowLog,
} from './sliding-window.ts';

export interface MemoryLimitOptions {
  /** Bytes that logs and keys may take, about; 64 MiB unless said. */
  readonly memoryLimit?: number;
  /** Milliseconds of a clock that never goes back; the process's own unless said. */
  readonly clock?: () => number;
}

/** What the store keeps of a charge, so that it can be settled. */
interface Mark {
  readonly log: WindowLog;
  readonly slot: number;
}

const mebibyte = 1024 * 1024;

/** Keys that are looked at whenever one is added, so that what has expired goes away with traffic. */
const sweptPerKey = 2;

/** A store in this process's memory. */
export function memoryLimits({
  memoryLimit = 64 * mebibyte,
  clock = () => performance.now(),
}: MemoryLimitOptions = {}): LimitStore {
  const limits = new Map<string, LimitKeys>();
  const room = { left: memoryLimit, sweptAt: Number.NEGATIVE_INFINITY };

  const find = (asked: Charge, now: number): WindowLog | undefined => {
    let keys = limits.get(asked.limit);
    if (keys === undefined) {
      keys = { logs: new Map(), hand: undefined };
      limits.set(asked.limit, keys);
    }
    const log = keys.logs.get(asked.key);
    if (log === undefined) return addKey(limits, keys, { asked, now, room });
    log.window = asked.window * 1000;
    expire(log, now);
    return log;
  };
  const add = (asked: Charge, log: WindowLog, now: number): Mark => {
    const before = log.ring.byteLength;
    const slot = charge(log, asked.cost, now, room.left > before ? 'may_grow' : 'must_not_grow');
    room.left -= log.ring.byteLength - before;
    return { log, slot };
  };
  /** Most calls count against one limit; this is what they cost. */
  const takeOne = (charges: readonly Charge[], asked: Charge): TakeOutcome => {
    const now = clock();
    const log = find(asked, now);
    if (log === undefined) return noRoom;
    if (exceeds(log.sum, asked)) {
      const states = [stateOf(asked, log, now)];
      return { kind: 'over', over: states, states };
    }
    const marks = [add(asked, log, now)];
    const states = [{ charge: asked, remaining: asked.amount - log.sum, reset: secondsUntilFirst(log, now) }];
    return { kind: 'within', reservation: { charges, marks }, states };
  };
  const takeAll = (charges: readonly Charge[]): TakeOutcome => {
    const now = clock();
    const paired: Paired[] = [];
    for (const asked of charges) {
      const log = find(asked, now);
      if (log === undefined) return noRoom;
      paired.push({ asked, log });
    }
    if (paired.some(({ asked, log }) => exceeds(log.sum, asked))) return refusal(paired, now);
    const marks = paired.map(({ asked, log }) => add(asked, log, now));
    const states = paired.map(({ asked, log }) => ({
      charge: asked,
      remaining: asked.amount - log.sum,
      reset: secondsUntilFirst(log, now),
    }));
    return { kind: 'within', reservation: { charges, marks }, states };
  };

  return {
    take: (charges) => {
      const [first] = charges;
      return charges.length === 1 && first !== undefined ? takeOne(charges, first) : takeAll(charges);
    },
    settle: (reservation, costs) => {
      const now = clock();
      reservation.charges.forEach((asked, index) => {
        const mark = reservation.marks[index] as Mark; // made by `add`
        const change = (costs[index] ?? asked.cost) - asked.cost;
        if (change === 0) return;
        // The key may have gone with all its charges meanwhile; what came on top counts from now on.
        const log = find(asked, now) ?? mark.log;
        const before = log.ring.byteLength;
        amend(log, log === mark.log ? mark.slot : -1, change, now);
        room.left -= log.ring.byteLength - before;
      });
    },
    problem: () => undefined,
    close: () => Promise.resolve(),
  };
}

const noRoom: TakeOutcome = { kind: 'unavailable', why: 'more keys are in use than memory is set aside for' };

/** A charge and what it counts in. */
interface Paired {
  readonly asked: Charge;
  readonly log: WindowLog;
}

interface LimitKeys {
  readonly logs: Map<string, WindowLog>;
  /** Where the sweep stands. */
  hand: Iterator<[string, WindowLog]> | undefined;
}

interface Room {
  left: number;
  sweptAt: number;
}

function exceeds(sum: number, { cost, amount }: Charge): boolean {
  return cost === 0 ? sum >= amount : sum + cost > amount;
}

function refusal(paired: readonly Paired[], now: number): TakeOutcome {
  const states = paired.map(({ asked, log }) => stateOf(asked, log, now));
  const over = paired.flatMap(({ asked, log }, index) => (exceeds(log.sum, asked) ? (states[index] ?? []) : []));
  return { kind: 'over', over, states };
}

/** Of a charge that was not taken. */
function stateOf(asked: Charge, log: WindowLog, now: number): LimitState {
  const { amount, cost } = asked;
  const reset = exceeds(log.sum, asked)
    ? secondsUntil(log, { amount, wanted: Math.max(1, cost), now })
    : secondsUntilFirst(log, now);
  return { charge: asked, remaining: Math.max(0, amount - log.sum), reset };
}

function addKey(
  limits: ReadonlyMap<string, LimitKeys>,
  keys: LimitKeys,
  { asked, now, room }: { readonly asked: Charge; readonly now: number; readonly room: Room },
): WindowLog | undefined {
  sweep(keys, sweptPerKey, now, room);
  const log = emptyLog(asked.window * 1000);
  const bytes = keyBytes(asked.key, log);
  // A full store is looked through as a whole, at most once a second.
  if (room.left < bytes && now - room.sweptAt >= 1000) {
    room.sweptAt = now;
    for (const each of limits.values()) sweep(each, each.logs.size, now, room);
  }
  if (room.left < bytes) return undefined;
  room.left -= bytes;
  keys.logs.set(asked.key, log);
  return log;
}

/** Drops what has expired of the next `most` keys. */
function sweep(keys: LimitKeys, most: number, now: number, room: Room): void {
  for (let looked = 0; looked < most; looked += 1) {
    keys.hand ??= keys.logs.entries();
    const next = keys.hand.next();
    if (next.done === true) {
      keys.hand = undefined;
      continue;
    }
    const [key, log] = next.value;
    expire(log, now);
    if (log.count > 0) continue;
    keys.logs.delete(key);
    room.left += keyBytes(key, log);
  }
}

function keyBytes(key: string, log: WindowLog): number {
  return logBytes(log) + key.length * 2 + 80;
}
