// What decisions say was discovered, gathered and kept.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import type { Decision } from '../../src/contract/index.ts';
import {
  countOf,
  createInventory,
  memoryStore,
  mergeStates,
  observe,
  sqliteStore,
  type BatchName,
  type InventoryState,
  type InventoryStore,
  type Occasion,
} from '../../src/inventory/index.ts';
import { problem } from '../../src/load/problem.ts';

const folder = mkdtempSync(join(tmpdir(), 'rdp-inventory-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

const writer = '00000000-0000-4000-8000-000000000000';

const occasion = (workload: string, now: number): Occasion => ({
  surface: 'shop.Chat',
  client: { workload, id: '', ip: '192.0.2.1', subject: '' },
  now,
});

const decision = (model: string): Decision => ({
  version: 1,
  action: 'redact',
  findings: [
    {
      rule: 'Pii',
      severity: 'high',
      message: 'one',
      matches: [{ kind: 'us_ssn', path: '/prompts/0/text', start: 0, end: 11, bytes: [9, 20] }],
    },
  ],
  records: [{ rule: 'Models', kind: 'ai.model', fields: { provider: 'openai', model } }],
  flows: [{ rule: 'Ways', from: 'shop/web', to: 'api.openai.com' }],
});

test('a thing has first and last sight, count, callers, data, rules', async (t) => {
  const inventory = createInventory({ store: memoryStore() });
  inventory.note(decision('gpt'), occasion('shop/web', 2000));
  inventory.note(decision('gpt'), occasion('shop/job', 1000));
  inventory.note(decision('other'), occasion('', 3000));
  const read = await inventory.read();
  if (read.kind === 'problem') return t.fail(read.problem.message);
  const [first, second] = read.value.assets;
  t.like(first, {
    kind: 'ai.model',
    fields: { model: 'gpt', provider: 'openai' },
    first: 1000,
    last: 2000,
    count: 2,
    names: ['shop/job', 'shop/web'],
    data: ['us_ssn'],
    surfaces: ['shop.Chat'],
    rules: ['Models'],
    worst: 'redact',
  });
  t.is(first && countOf(first.callers), 2);
  t.deepEqual(second?.names, ['192.0.2.1']);
  t.is(read.value.flows[0]?.count, 3);
  await inventory.close();
});

test('states merge in any order and grouping', (t) => {
  const seen = fc
    .tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('x', 'y', ''), fc.nat(1000))
    .map(([model, workload, now]) => observe(decision(model), occasion(workload, now)));
  fc.assert(
    fc.property(seen, seen, seen, (a, b, c) => {
      t.deepEqual(mergeStates(mergeStates(a, b), c), mergeStates(a, mergeStates(b, c)));
      t.deepEqual(mergeStates(a, b), mergeStates(b, a));
    }),
    { numRuns: 200 },
  );
});

test('a store that fails loses nothing', async (t) => {
  const kept = memoryStore();
  let fails = true;
  const store: InventoryStore = {
    ...kept,
    merge: (...batch) => (fails ? Promise.resolve(problem('unreadable', 'the disk is full')) : kept.merge(...batch)),
  };
  const said: (string | undefined)[] = [];
  const inventory = createInventory({ store, onProblem: (message) => void said.push(message) });
  inventory.note(decision('gpt'), occasion('shop/web', 1));
  t.is((await inventory.flush()).kind, 'problem');
  inventory.note(decision('gpt'), occasion('shop/web', 2));
  t.is((await inventory.flush()).kind, 'problem');
  fails = false;
  t.is((await inventory.flush()).kind, 'ok');
  const read = await inventory.read();
  t.is(read.kind === 'ok' && read.value.assets[0]?.count, 2);
  t.deepEqual(said, ['the disk is full', undefined]);
});

test('a batch that may have been taken is offered again as it is, and what came meanwhile after it', async (t) => {
  const kept = memoryStore();
  const taken: BatchName[] = [];
  const offered: number[] = [];
  let answers = false;
  const store: InventoryStore = {
    ...kept,
    merge: async (seen, batch) => {
      offered.push(batch.number);
      if (!taken.some(({ writer: known, number }) => known === batch.writer && number >= batch.number)) {
        taken.push(batch);
        await kept.merge(seen, batch);
      }
      return answers ? { kind: 'ok', value: undefined } : problem('unreachable', 'nothing was heard');
    },
  };
  const inventory = createInventory({ store });
  inventory.note(decision('gpt'), occasion('shop/web', 1));
  t.is((await inventory.flush()).kind, 'problem');
  inventory.note(decision('gpt'), occasion('shop/web', 2));
  t.is((await inventory.flush()).kind, 'problem');
  inventory.note(decision('gpt'), occasion('shop/web', 3));
  answers = true;
  t.is((await inventory.flush()).kind, 'ok');
  t.deepEqual(offered, [1, 1, 1, 2]);
  const read = await inventory.read();
  t.like(read, { kind: 'ok', value: { assets: [{ count: 3, first: 1, last: 3 }], flows: [{ count: 3 }] } });
});

test('a close waits for a store that cannot be reached, and for no other', async (t) => {
  const kept = memoryStore();
  for (const code of ['unreachable', 'unreadable'] as const) {
    let left = 2;
    const merge: InventoryStore['merge'] = (...batch) =>
      (left -= 1) < 0 ? kept.merge(...batch) : Promise.resolve(problem(code, 'not now'));
    const inventory = createInventory({ store: { ...kept, merge } });
    inventory.note(decision('gpt'), occasion('shop/web', 1));
    t.is((await inventory.close(5000)).kind, code === 'unreachable' ? 'ok' : 'problem');
  }
});

test('a full inventory counts what it leaves out', async (t) => {
  const inventory = createInventory({ store: memoryStore(), most: 3 });
  for (const model of ['a', 'b', 'c', 'd', 'a']) inventory.note(decision(model), occasion('w', 1));
  const read = await inventory.read();
  t.like(read, { kind: 'ok', value: { dropped: 2 } });
});

const stateOf = async (path: string): Promise<InventoryState | string> => {
  const store = await sqliteStore(path, 'write');
  if (store.kind === 'problem') return store.problem.message;
  const read = await store.value.read();
  await store.value.close();
  return read.kind === 'ok' ? read.value : read.problem.message;
};

test('a file keeps what was merged into it, and merges on', async (t) => {
  const path = join(folder, 'kept.db');
  const all: InventoryState[] = [];
  for (const [index, model] of ['gpt', 'other', 'gpt'].entries()) {
    const seen = observe(decision(model), occasion(`workload ${index}`, index));
    all.push(seen);
    const store = await sqliteStore(path, 'write');
    if (store.kind === 'problem') return t.fail(store.problem.message);
    t.is((await store.value.merge(seen, { writer, number: index })).kind, 'ok');
    await store.value.close();
  }
  t.deepEqual(await stateOf(path), all.reduce(mergeStates));
});

test('a process that is killed while it writes leaves the file as it was', async (t) => {
  const path = join(folder, 'killed.db');
  const store = await sqliteStore(path, 'write');
  if (store.kind === 'problem') return t.fail(store.problem.message);
  const seen = observe(decision('gpt'), occasion('w', 1));
  await store.value.merge(seen, { writer, number: 1 });
  await store.value.close();
  const script = `
    import sqlite from 'node-sqlite3-wasm';
    import { writeFileSync } from 'node:fs';
    writeFileSync(${JSON.stringify(path)} + '.pid', String(process.pid));
    const database = new sqlite.Database(${JSON.stringify(path)});
    database.exec('BEGIN IMMEDIATE');
    database.run('DELETE FROM asset');
    process.kill(process.pid, 'SIGKILL');
  `;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: import.meta.dirname });
  t.is(child.signal, 'SIGKILL');
  t.true(existsSync(`${path}.lock`));
  t.deepEqual(await stateOf(path), seen);
});

test('one process at a time has a file', async (t) => {
  const path = join(folder, 'claimed.db');
  writeFileSync(`${path}.pid`, `${process.ppid}\n`);
  t.regex(String(await stateOf(path)), /is open in the process \d+: one process at a time/);
});

test('what is no inventory is refused, and left as it is', async (t) => {
  const path = join(folder, 'notes.txt');
  writeFileSync(path, 'these are notes, and long enough to be looked at as the head of a database, they hope');
  t.regex(String(await stateOf(path)), /cannot be opened: file is not a database/);
  t.false(existsSync(`${path}.pid`));
});
