// Limits that one process counts by itself, exactly: calls are taken one after the other, and nothing waits in between.
//
// INVARIANT: memory is bounded and a key that still holds charges is never dropped. When there is no room for another key, that key
// cannot be counted, which is the rule's `on_error`; whoever floods the store with keys shuts keys out and lets nobody in.

import type { Charge, LimitState, LimitStore, TakeOutcome } from './limit-store.ts';
import {
  amend,
  charge,
  closeLog,
  expire,
  isEmpty,
  newestNumber,
  logBytes,
  openLog,
  openSpace,
  secondsUntil,
  secondsUntilFirst,
  takenOf,
  tell,
  windowOf,
  type LogSpace,
  type Slot,
  type WindowLog,
} from './sliding-window.ts';

export interface MemoryLimitOptions {
  /** Bytes that logs and keys may take, about; 64 MiB unless said. */
  readonly memoryLimit?: number;
}

/** A state of what was taken, with what the store needs to settle it. */
interface Counted extends LimitState, Slot {}

interface LimitKeys {
  readonly scope: string;
  readonly rule: string;
  readonly logs: Map<string, WindowLog>;
  /** Where the sweep stands. */
  hand: Iterator<[string, WindowLog]> | undefined;
}

/** All that a store keeps. */
interface Store {
  readonly space: LogSpace;
  readonly limits: Map<string, Map<string, LimitKeys>>;
  /** The limit that was asked for last; most calls ask for the same. */
  latest: LimitKeys;
  sweptAt: number;
}

const mebibyte = 1024 * 1024;

/** Keys that are looked at whenever one is added, so that what has expired goes away with traffic. */
const sweptPerKey = 2;

/** A store in this process's memory. */
export function memoryLimits({ memoryLimit = 64 * mebibyte }: MemoryLimitOptions = {}): LimitStore {
  const store: Store = {
    space: openSpace(memoryLimit),
    limits: new Map(),
    latest: { scope: '', rule: '', logs: new Map(), hand: undefined },
    sweptAt: Number.NEGATIVE_INFINITY,
  };
  return {
    take: (charges, now) => {
      tell(store.space, now);
      const first = charges[0];
      return charges.length === 1 && first !== undefined ? takeOne(store, first) : takeAll(store, charges);
    },
    settle: (states, costs, now) => {
      tell(store.space, now);
      states.forEach((state, index) => settleOne(store, state as Counted, costs[index])); // made by `count`
    },
    problem: () => undefined,
    close: () => Promise.resolve(),
  };
}

/** Most calls count against one limit; this is what they cost. */
function takeOne(store: Store, asked: Charge): TakeOutcome {
  const log = find(store, asked);
  if (log === undefined) return noRoom;
  const { space } = store;
  expire(space, log, asked.window * 1000);
  if (!exceeds(space, log, asked)) return { kind: 'within', states: [count(space, log, asked)] };
  const states = [stateOf(space, log, asked)];
  return { kind: 'over', over: states, states };
}

function takeAll(store: Store, charges: readonly Charge[]): TakeOutcome {
  // First of all, because a log that has no charges yet may be swept away.
  for (const asked of charges) if (!keysOf(store, asked).logs.has(asked.key)) makeRoom(store, asked);
  const { space } = store;
  const paired: { readonly asked: Charge; readonly log: WindowLog; readonly isOver: boolean }[] = [];
  for (const asked of charges) {
    const log = logOf(store, asked);
    if (log === undefined) return noRoom;
    expire(space, log, asked.window * 1000);
    paired.push({ asked, log, isOver: exceeds(space, log, asked) });
  }
  if (!paired.some(({ isOver }) => isOver))
    return { kind: 'within', states: paired.map(({ asked, log }) => count(space, log, asked)) };
  const states = paired.map(({ asked, log }) => stateOf(space, log, asked));
  return { kind: 'over', over: states.filter((_, index) => paired[index]?.isOver), states };
}

const noRoom: TakeOutcome = { kind: 'unavailable', why: 'more keys are in use than memory is set aside for' };

function exceeds(space: LogSpace, log: WindowLog, { cost, amount }: Charge): boolean {
  const taken = takenOf(space, log);
  return cost === 0 ? taken >= amount : taken + cost > amount;
}

function count(space: LogSpace, log: WindowLog, asked: Charge): Counted {
  const at = charge(space, log, asked.cost);
  return {
    charge: asked,
    remaining: asked.amount - takenOf(space, log),
    reset: secondsUntilFirst(space, log),
    number: newestNumber(space, log),
    at,
  };
}

/** Of a charge that was not taken. */
function stateOf(space: LogSpace, log: WindowLog, asked: Charge): LimitState {
  const { amount, cost } = asked;
  const reset = exceeds(space, log, asked)
    ? secondsUntil(space, log, { amount, wanted: Math.max(1, cost) })
    : secondsUntilFirst(space, log);
  return { charge: asked, remaining: Math.max(0, amount - takenOf(space, log)), reset };
}

function settleOne(store: Store, counted: Counted, cost: number | undefined): void {
  const asked = counted.charge;
  const change = (cost ?? asked.cost) - asked.cost;
  if (change === 0) return;
  // The key may have gone with all its charges meanwhile; what came on top counts from now on, if there is room for it at all.
  const log = find(store, asked);
  if (log === undefined) return;
  expire(store.space, log, asked.window * 1000);
  amend(store.space, log, counted, change);
}

/** The log of a charge's key; undefined when there is no room for another. */
function find(store: Store, asked: Charge): WindowLog | undefined {
  const log = keysOf(store, asked).logs.get(asked.key);
  if (log !== undefined) return log;
  makeRoom(store, asked);
  return logOf(store, asked);
}

function keysOf(store: Store, { scope, rule }: Charge): LimitKeys {
  const { latest, limits } = store;
  if (latest.rule === rule && latest.scope === scope) return latest;
  let rules = limits.get(scope);
  if (rules === undefined) limits.set(scope, (rules = new Map()));
  let keys = rules.get(rule);
  if (keys === undefined) rules.set(rule, (keys = { scope, rule, logs: new Map(), hand: undefined }));
  store.latest = keys;
  return keys;
}

/** Drops nothing, so that logs without charges stay. */
function logOf(store: Store, asked: Charge): WindowLog | undefined {
  const { key, window } = asked;
  const { logs } = keysOf(store, asked);
  const known = logs.get(key);
  if (known !== undefined) return known;
  const log = openLog(store.space, window * 1000, keyBytes(key));
  if (log !== undefined) logs.set(key, log);
  return log;
}

/** Before another key is added: a full store is looked through as a whole, at most once a second. */
function makeRoom(store: Store, asked: Charge): void {
  sweep(store, keysOf(store, asked), sweptPerKey);
  if (store.space.left >= logBytes + keyBytes(asked.key) || store.space.time - store.sweptAt < 1000) return;
  store.sweptAt = store.space.time;
  for (const rules of store.limits.values()) for (const each of rules.values()) sweep(store, each, each.logs.size);
}

/** Drops what has expired of the next `most` keys. */
function sweep({ space }: Store, keys: LimitKeys, most: number): void {
  for (let looked = 0; looked < most; looked += 1) {
    keys.hand ??= keys.logs.entries();
    const next = keys.hand.next();
    if (next.done === true) {
      keys.hand = undefined;
      continue;
    }
    const [key, log] = next.value;
    expire(space, log, windowOf(space, log));
    if (!isEmpty(space, log)) continue;
    keys.logs.delete(key);
    closeLog(space, log, keyBytes(key));
  }
}

/** Bytes that a key and its place in the map take on V8's heap, about. */
function keyBytes(key: string): number {
  return key.length * 2 + 80;
}
