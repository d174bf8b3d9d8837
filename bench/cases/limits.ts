// Goal 12, its part that is absolute: what it takes to count a call against a limit in memory. What is measured is what the gateway does
// for a decision's limit: the charge is made, taken of the store, and the answer looked at. The time is the one at which the gateway
// began to carry the decision out, as it is there; one row looks at the clock each time all the same. Of one key, and of ten thousand
// in an order that no cache foresees; of calls that fit and of calls that do not.

import type { Limit } from '../../runtime/src/contract/index.ts';
import { chargeOf } from '../../runtime/src/limits/charges.ts';
import type { LimitStore } from '../../runtime/src/limits/limit-store.ts';
import { memoryLimits } from '../../runtime/src/limits/memory-limits.ts';
import type { Sized } from '../sizes.ts';

const calls = 20_000;
const batches = 101;
const warmUpMs = 700;

interface Subject {
  readonly name: string;
  readonly keys: number;
  readonly amount: number;
  readonly kind: 'within' | 'over';
  readonly clock: () => number;
}

let told = performance.now();

/** A clock that goes on without being looked at: 100 ns each time. */
function given(): number {
  told += 0.0001;
  return told;
}

const looked = (): number => performance.now();

const subjects: readonly Subject[] = [
  { name: 'a call against a limit, one key', keys: 1, amount: 1e15, kind: 'within', clock: given },
  { name: 'a call against a limit, 10,000 keys', keys: 10_000, amount: 1e15, kind: 'within', clock: given },
  { name: 'a call over a limit, one key', keys: 1, amount: 1, kind: 'over', clock: given },
  { name: 'a call against a limit, with a look at the clock', keys: 1, amount: 1e15, kind: 'within', clock: looked },
];

/** Nanoseconds a call, the 10th percentile of batches. */
export function measureLimits(): readonly Sized[] {
  return subjects.map((subject) => {
    const store = memoryLimits();
    const keys = shuffled(subject.keys).map(keyOf);
    const end = performance.now() + warmUpMs;
    while (performance.now() < end) batch(store, keys, subject);
    const figures = Array.from({ length: batches }, () => batch(store, keys, subject, subject.kind));
    const value = figures.toSorted((a, b) => a - b)[Math.floor(batches / 10)] ?? Number.POSITIVE_INFINITY;
    return { goal: 12, name: subject.name, value, unit: 'ns', atMost: 100, met: value <= 100 };
  });
}

/** As it comes out of a decision: a text that is nobody else's. */
function keyOf(key: number): string {
  return JSON.parse(JSON.stringify(`shop/client-${key}`)) as string; // what was made of one
}

/** As a decision that was just read has it. */
function limitOf(key: string, amount: number): Limit {
  return { rule: 'TokenBudget', key, unit: 'tokens', amount, window: 3600, cost: 1 };
}

/** 0 to `count`, in an order that is the same in every run (Fisher and Yates; the generator is that of Park and Miller). */
function shuffled(count: number): readonly number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  let seed = 20_261_123;
  for (let index = count - 1; index > 0; index -= 1) {
    seed = (seed * 48_271) % 2_147_483_647;
    const other = seed % (index + 1);
    [order[index], order[other]] = [order[other] ?? 0, order[index] ?? 0];
  }
  return order;
}

/** Nanoseconds a call; throws when an answer is not the one that is expected. */
function batch(
  store: LimitStore,
  keys: readonly string[],
  { amount, clock }: Subject,
  expected?: Subject['kind'],
): number {
  const start = process.hrtime.bigint();
  let wrong = 0;
  for (let call = 0; call < calls; call += 1) {
    const limit = limitOf(keys[call % keys.length] ?? '', amount);
    const outcome = store.take([chargeOf(limit, { scope: 'shop/checkout/Chat/request', size: 0 })], clock());
    if (expected !== undefined && (outcome instanceof Promise || outcome.kind !== expected)) wrong += 1;
  }
  const spent = Number(process.hrtime.bigint() - start) / calls;
  if (wrong > 0) throw new Error(`${wrong} of ${calls} calls were not ${String(expected)}`);
  return spent;
}
