// Goal 12, its part that is absolute: what it takes to count a call against a limit in memory, clock and answer with it. For one key, and
// for ten thousand in turn, which is what caches make of it; of calls that fit and of calls that do not.

import { memoryLimits } from '../../runtime/src/limits/memory-limits.ts';
import type { Charge, LimitStore } from '../../runtime/src/limits/limit-store.ts';
import type { Sized } from '../sizes.ts';

const calls = 20_000;
const batches = 41;
const warmUpMs = 700;

interface Subject {
  readonly name: string;
  readonly keys: number;
  readonly amount: number;
  readonly kind: 'within' | 'over';
}

const subjects: readonly Subject[] = [
  { name: 'a call against a limit, one key', keys: 1, amount: 1e15, kind: 'within' },
  { name: 'a call against a limit, 10,000 keys', keys: 10_000, amount: 1e15, kind: 'within' },
  { name: 'a call over a limit, one key', keys: 1, amount: 1, kind: 'over' },
];

/** Nanoseconds a call, the 10th percentile of batches. */
export function measureLimits(): readonly Sized[] {
  return subjects.map((subject) => {
    const store = memoryLimits();
    const charges = Array.from({ length: subject.keys }, (_, key): readonly Charge[] => [
      {
        limit: 'shop/checkout/Chat/request:TokenBudget',
        key: `client-${key}`,
        unit: 'tokens',
        amount: subject.amount,
        window: 3600,
        cost: 1,
      },
    ]);
    const end = performance.now() + warmUpMs;
    while (performance.now() < end) batch(store, charges, undefined);
    const figures = Array.from({ length: batches }, () => batch(store, charges, subject.kind));
    const value = figures.toSorted((a, b) => a - b)[Math.floor(batches / 10)] ?? Number.POSITIVE_INFINITY;
    return { goal: 12, name: subject.name, value, unit: 'ns', atMost: 100, met: value <= 100 };
  });
}

/** Nanoseconds a call; throws when an answer is not the one that is expected. */
function batch(
  store: LimitStore,
  charges: readonly (readonly Charge[])[],
  expected: Subject['kind'] | undefined,
): number {
  const start = process.hrtime.bigint();
  let wrong = 0;
  for (let call = 0; call < calls; call += 1) {
    const outcome = store.take(charges[call % charges.length] ?? []);
    if (expected !== undefined && (outcome instanceof Promise || outcome.kind !== expected)) wrong += 1;
  }
  const spent = Number(process.hrtime.bigint() - start) / calls;
  if (wrong > 0) throw new Error(`${wrong} of ${calls} calls were not ${String(expected)}`);
  return spent;
}
