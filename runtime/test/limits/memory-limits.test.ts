// Limits in memory against their definition: in no window is more taken than the amount, and what fits is taken. Time is given, so
// that a million seconds pass in one.

import fc from 'fast-check';
import test from 'ava';

import type { Charge, LimitState, LimitStore, TakeOutcome } from '../../src/limits/limit-store.ts';
import { memoryLimits } from '../../src/limits/memory-limits.ts';
import {
  charge,
  closeLog,
  expire,
  openLog,
  openSpace,
  slotsOf,
  takenOf,
  tell,
} from '../../src/limits/sliding-window.ts';

function chargeOf(parts: Partial<Charge>): Charge {
  return { scope: 'p/S/e', rule: 'R', key: 'k', unit: 'requests', amount: 10, window: 60, cost: 1, ...parts };
}

/** The memory store answers at once. */
function take(store: LimitStore, charges: readonly Charge[], time = 0): TakeOutcome {
  const outcome = store.take(charges, time);
  if (outcome instanceof Promise) throw new Error('it waited');
  return outcome;
}

/** States of what is known to fit. */
function taken(store: LimitStore, charges: readonly Charge[], time = 0): readonly LimitState[] {
  const outcome = take(store, charges, time);
  if (outcome.kind !== 'within') throw new Error(`it is ${outcome.kind}`);
  return outcome.states;
}

/** One step of a caller: a while later it asks, or the oldest call that is under way is settled. */
interface Step {
  readonly wait: number;
  readonly keys: readonly number[];
  readonly cost: number;
  readonly settled: number | undefined;
}

const step: fc.Arbitrary<Step> = fc.record({
  wait: fc.integer({ min: 0, max: 1500 }),
  keys: fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 3 }),
  cost: fc.integer({ min: 0, max: 6 }),
  settled: fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined }),
});

/** The definition, with everything that ever was. */
interface Known {
  time: number;
  cost: number;
}

test('what is taken is what the definition takes, at every time, with every cost, of one limit and of several, settled or not', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 5 }),
      fc.array(step, { maxLength: 200, size: 'max' }),
      (amount, window, steps) => {
        let time = 0;
        const store = memoryLimits();
        const all: Known[][] = [[], [], [], [], []];
        const underWay: {
          readonly states: readonly LimitState[];
          readonly known: readonly Known[];
          readonly keys: readonly number[];
        }[] = [];
        const sumOf = (key: number): number =>
          (all[key] ?? []).reduce((sum, one) => (one.time > time - window * 1000 ? sum + one.cost : sum), 0);
        for (const { wait, keys, cost, settled } of steps) {
          time += wait;
          const before = keys.map(sumOf);
          const fits = before.every((sum) => (cost === 0 ? sum < amount : sum + cost <= amount));
          const outcome = take(
            store,
            keys.map((key) => chargeOf({ key: `${key}`, amount, window, cost })),
            time,
          );
          if (outcome.kind !== (fits ? 'within' : 'over')) return false;
          if (outcome.kind === 'within') {
            if (outcome.states.some(({ remaining }, index) => remaining !== amount - (before[index] ?? 0) - cost))
              return false;
            const known = keys.map(() => ({ time, cost }));
            known.forEach((one, index) => all[keys[index] ?? 0]?.push(one));
            underWay.push({ states: outcome.states, known, keys });
          }
          if (settled === undefined) continue;
          const call = underWay.shift();
          if (call === undefined) continue;
          void store.settle(
            call.states,
            call.known.map(() => settled),
            time,
          );
          call.known.forEach((one, index) => {
            if (one.time > time - window * 1000) one.cost = settled;
            else if (settled > one.cost) all[call.keys[index] ?? 0]?.push({ time, cost: settled - one.cost });
          });
        }
        return true;
      },
    ),
    { numRuns: 500 },
  );
  t.pass();
});

test('with more charges than slots nothing is forgotten early, and at most a 512th of the window too late', (t) => {
  let time = 0;
  const store = memoryLimits();
  const asked = [chargeOf({ amount: 5000, window: 512 })];
  const taken: number[] = [];
  let latest = 0;
  for (let call = 0; call < 200_000; call += 1) {
    time += 37;
    while (taken[0] !== undefined && taken[0] <= time - 512_000) taken.shift();
    const within = take(store, asked, time).kind === 'within';
    if (within) t.true(taken.length < 5000);
    else if (taken.length < 5000) latest = Math.max(latest, time - ((taken[0] ?? time) + 512_000));
    if (within) taken.push(time);
  }
  t.true(latest <= 1000);
});

test('a store that is full of charges shuts new keys out, and lets them in again when old ones are over', (t) => {
  let time = 0;
  const store = memoryLimits({ memoryLimit: 100_000 });
  let keys = 0;
  while (take(store, [chargeOf({ key: `k${keys}` })], time).kind === 'within') keys += 1;
  t.true(keys > 100 && keys < 1000);
  t.is(take(store, [chargeOf({ key: 'another' })], time).kind, 'unavailable');
  for (let call = 0; call < 9; call += 1) take(store, [chargeOf({ key: 'k0' })], time);
  t.is(take(store, [chargeOf({ key: 'k0' })], time).kind, 'over');
  time += 61_000;
  t.is(take(store, [chargeOf({ key: 'another' })], time).kind, 'within');
});

test('of several limits all are taken or none', (t) => {
  const store = memoryLimits();
  const wide = chargeOf({ rule: 'Wide', amount: 100 });
  const narrow = chargeOf({ rule: 'Narrow', amount: 1 });
  taken(store, [wide, narrow]);
  const outcome = take(store, [wide, narrow]);
  t.like(outcome, { kind: 'over', over: { length: 1 }, states: { length: 2 } });
  t.is(outcome.kind === 'over' ? outcome.over[0]?.charge.rule : '', 'Narrow');
  t.is(taken(store, [wide])[0]?.remaining, 98);
});

test('what several limits hold for is counted, though keys of all of them are new and others are swept away meanwhile', (t) => {
  const store = memoryLimits();
  for (let round = 0; round < 50; round += 1) {
    const time = round * 100_000;
    const asked = ['a', 'b', 'c'].map((key) => chargeOf({ key: `${key}${round % 2}`, amount: 1 }));
    taken(store, asked, time);
    for (const one of asked) t.is(take(store, [one], time).kind, 'over');
  }
});

test('what was estimated is settled; a debt stays until its window has passed', (t) => {
  const store = memoryLimits();
  const asked = chargeOf({ unit: 'tokens', amount: 100, cost: 10 });
  void store.settle(taken(store, [asked]), [130], 0);
  const over = take(store, [asked], 59_000);
  t.like(over, { kind: 'over' });
  t.is(over.kind === 'over' ? over.over[0]?.reset : 0, 1);
  void store.settle(taken(store, [asked], 60_000), [0], 60_000);
  t.is(taken(store, [asked], 60_000)[0]?.remaining, 90);
});

test('what comes to more after its window has passed counts from then on', (t) => {
  const store = memoryLimits();
  const asked = chargeOf({ unit: 'tokens', amount: 100, cost: 10 });
  const states = taken(store, [asked]);
  for (let key = 0; key < 50; key += 1) taken(store, [chargeOf({ key: `k${key}` })], 100_000);
  void store.settle(states, [150], 100_000);
  t.is(take(store, [asked], 100_000).kind, 'over');
});

test('what is settled late changes nothing that was charged since, though the key went and came back', (t) => {
  const store = memoryLimits();
  const asked = chargeOf({ unit: 'tokens', amount: 100, cost: 10 });
  const states = taken(store, [asked]);
  for (let key = 0; key < 50; key += 1) taken(store, [chargeOf({ key: `k${key}` })], 100_000);
  taken(store, [asked], 100_000);
  void store.settle(states, [0], 100_000);
  t.is(taken(store, [asked], 100_000)[0]?.remaining, 80);
});

test('what goes beyond a budget is at most what the calls under way cost more than was estimated, and no further call passes then', (t) => {
  const client = fc.record({ estimate: fc.integer({ min: 1, max: 20 }), cost: fc.integer({ min: 0, max: 200 }) });
  fc.assert(
    fc.property(
      fc.integer({ min: 50, max: 500 }),
      fc.array(client, { minLength: 1, maxLength: 8 }),
      fc.array(fc.nat(7), { minLength: 20, maxLength: 200 }),
      (amount, clients, turns) => {
        const store = memoryLimits();
        const underWay = new Map<number, readonly LimitState[]>();
        const most = clients.reduce((sum, { estimate, cost }) => sum + Math.max(0, cost - estimate), 0);
        let spent = 0;
        for (const turn of turns) {
          const place = turn % clients.length;
          const { estimate = 0, cost = 0 } = clients[place] ?? {};
          const states = underWay.get(place);
          if (states === undefined) {
            const charged = [...underWay.keys()].reduce((sum, other) => sum + (clients[other]?.estimate ?? 0), 0);
            const outcome = take(store, [chargeOf({ unit: 'tokens', amount, cost: estimate })]);
            if ((outcome.kind === 'within') !== spent + charged + estimate <= amount) return false;
            if (outcome.kind === 'within') underWay.set(place, outcome.states);
          } else {
            void store.settle(states, [cost], 0);
            underWay.delete(place);
            spent += cost;
          }
        }
        return spent <= amount + most;
      },
    ),
    { numRuns: 500 },
  );
  t.pass();
});

test('a cost that only the end tells needs that something is left', (t) => {
  const store = memoryLimits();
  const asked = chargeOf({ unit: 'tokens', amount: 5, cost: 0 });
  void store.settle(taken(store, [asked]), [5], 0);
  t.is(take(store, [asked]).kind, 'over');
});

test('a caller that looked at the clock before another is counted as of the later time', (t) => {
  const store = memoryLimits();
  const asked = chargeOf({ amount: 1, window: 1 });
  taken(store, [chargeOf({ key: 'other' })], 5000);
  taken(store, [asked], 4000);
  t.is(take(store, [asked], 5500).kind, 'over');
  t.is(take(store, [asked], 6000).kind, 'within');
});

test('all that logs took is there again when their charges are over, and nothing of one is seen by another', (t) => {
  const bytes = 200_000;
  const space = openSpace(bytes);
  for (let round = 0; round < 20; round += 1) {
    const logs = Array.from({ length: 30 }, () => openLog(space, 1000, 100) ?? 0);
    t.true(logs.every((log) => log > 0));
    for (let turn = 0; turn < 60; turn += 1)
      logs.forEach((log, key) => {
        tell(space, round * 10_000 + turn * 10);
        expire(space, log, 1000);
        charge(space, log, key + 1);
      });
    for (const [key, log] of logs.entries()) {
      t.is(takenOf(space, log), 60 * (key + 1));
      t.deepEqual(
        slotsOf(space, log),
        Array.from({ length: 60 }, (_, turn) => ({ time: round * 10_000 + turn * 10, cost: key + 1 })),
      );
    }
    for (const log of logs) {
      tell(space, round * 10_000 + 5000);
      expire(space, log, 1000);
      t.is(takenOf(space, log), 0);
      closeLog(space, log, 100);
    }
    t.is(space.left, bytes);
  }
});
