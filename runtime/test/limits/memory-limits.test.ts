// Limits in memory against their definition: in no window is more taken than the amount, and what fits is taken. Time is given, so
// that a million seconds pass in one.

import fc from 'fast-check';
import test from 'ava';

import type { Charge, TakeOutcome } from '../../src/limits/limit-store.ts';
import { memoryLimits } from '../../src/limits/memory-limits.ts';

function chargeOf(parts: Partial<Charge>): Charge {
  return { limit: 'p/S/e:R', key: 'k', unit: 'requests', amount: 10, window: 60, cost: 1, ...parts };
}

/** The memory store answers at once. */
function now(outcome: TakeOutcome | Promise<TakeOutcome>): TakeOutcome {
  if (outcome instanceof Promise) throw new Error('it waited');
  return outcome;
}

test('what is taken is what the definition takes, at every time, with every cost', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.record({ wait: fc.integer({ min: 0, max: 1500 }), cost: fc.integer({ min: 1, max: 6 }) }), {
        maxLength: 200,
      }),
      (amount, window, calls) => {
        let time = 0;
        const store = memoryLimits({ clock: () => time });
        const taken: { readonly time: number; readonly cost: number }[] = [];
        for (const { wait, cost } of calls) {
          time += wait;
          const before = taken.filter((one) => one.time > time - window * 1000).reduce((sum, one) => sum + one.cost, 0);
          const outcome = now(store.take([chargeOf({ amount, window, cost })]));
          if (before + cost <= amount) taken.push({ time, cost });
          if (outcome.kind !== (before + cost <= amount ? 'within' : 'over')) return false;
          if (outcome.kind !== 'within') continue;
          if (outcome.states[0]?.remaining !== amount - before - cost) return false;
        }
        return true;
      },
    ),
    { numRuns: 300 },
  );
  t.pass();
});

test('with more charges than slots nothing is forgotten early, and at most a 512th of the window too late', (t) => {
  let time = 0;
  const store = memoryLimits({ clock: () => time });
  const asked = [chargeOf({ amount: 5000, window: 512 })];
  const taken: number[] = [];
  let latest = 0;
  for (let call = 0; call < 200_000; call += 1) {
    time += 37;
    while (taken[0] !== undefined && taken[0] <= time - 512_000) taken.shift();
    const within = now(store.take(asked)).kind === 'within';
    if (within) t.true(taken.length < 5000);
    else if (taken.length < 5000) latest = Math.max(latest, time - ((taken[0] ?? time) + 512_000));
    if (within) taken.push(time);
  }
  t.true(latest <= 1000);
});

test('a store that is full of charges shuts new keys out, and lets them in again when old ones are over', (t) => {
  let time = 0;
  const store = memoryLimits({ clock: () => time, memoryLimit: 100_000 });
  let keys = 0;
  while (now(store.take([chargeOf({ key: `k${keys}` })])).kind === 'within') keys += 1;
  t.true(keys > 100 && keys < 1000);
  t.is(now(store.take([chargeOf({ key: 'another' })])).kind, 'unavailable');
  for (let call = 0; call < 9; call += 1) now(store.take([chargeOf({ key: 'k0' })]));
  t.is(now(store.take([chargeOf({ key: 'k0' })])).kind, 'over');
  time += 61_000;
  t.is(now(store.take([chargeOf({ key: 'another' })])).kind, 'within');
});

test('of several limits all are taken or none', (t) => {
  const store = memoryLimits();
  const wide = chargeOf({ limit: 'wide', amount: 100 });
  const narrow = chargeOf({ limit: 'narrow', amount: 1 });
  t.is(now(store.take([wide, narrow])).kind, 'within');
  const outcome = now(store.take([wide, narrow]));
  t.like(outcome, { kind: 'over', over: { length: 1 }, states: { length: 2 } });
  t.is(outcome.kind === 'over' ? outcome.over[0]?.charge.limit : '', 'narrow');
  const after = now(store.take([wide]));
  t.is(after.kind === 'within' ? after.states[0]?.remaining : -1, 98);
});

test('what was estimated is settled; a debt stays until its window has passed', (t) => {
  let time = 0;
  const store = memoryLimits({ clock: () => time });
  const asked = chargeOf({ unit: 'tokens', amount: 100, cost: 10 });
  const first = now(store.take([asked]));
  if (first.kind !== 'within') return t.fail();
  void store.settle(first.reservation, [130]);
  time += 59_000;
  const over = now(store.take([asked]));
  t.like(over, { kind: 'over' });
  t.is(over.kind === 'over' ? over.over[0]?.reset : 0, 1);
  time += 1000;
  const second = now(store.take([asked]));
  if (second.kind !== 'within') return t.fail();
  void store.settle(second.reservation, [0]);
  const third = now(store.take([asked]));
  t.is(third.kind === 'within' ? third.states[0]?.remaining : -1, 90);
});

test('what comes to more after its window has passed counts from then on', (t) => {
  let time = 0;
  const store = memoryLimits({ clock: () => time });
  const asked = chargeOf({ unit: 'tokens', amount: 100, cost: 10 });
  const first = now(store.take([asked]));
  if (first.kind !== 'within') return t.fail();
  time += 100_000;
  for (let key = 0; key < 50; key += 1) now(store.take([chargeOf({ key: `k${key}` })]));
  void store.settle(first.reservation, [150]);
  t.is(now(store.take([asked])).kind, 'over');
});

test('a cost that only the end tells needs that something is left', (t) => {
  const store = memoryLimits();
  const asked = chargeOf({ unit: 'tokens', amount: 5, cost: 0 });
  const first = now(store.take([asked]));
  if (first.kind !== 'within') return t.fail();
  void store.settle(first.reservation, [5]);
  t.is(now(store.take([asked])).kind, 'over');
});
