// The same notes through SQLite, by one, and through PostgreSQL, by four at once whose connections are cut, give the same bytes.

import { connect, createServer, type Server, type Socket } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';

import { answerBlueprint, declaredBy } from '../../runtime/src/blueprint/index.ts';
import { createInventory, openStore, type Inventory, type InventoryState, type InventoryStore, type Occasion } from '../../runtime/src/inventory/index.ts';
import type { Decision } from '../../runtime/src/contract/index.ts';
import type { Report } from '../check.ts';
import { password, pause, type PostgresServer } from './postgres-server.ts';

type Note = readonly [Decision, Occasion];

/** Runs all of it. */
export async function compareMerges(report: Report, server: PostgresServer): Promise<void> {
  await server.query('CREATE DATABASE merges OWNER rdp_owner');
  const folder = mkdtempSync(join(tmpdir(), 'rdp-merges-'));
  await compareOrders(report, server, folder);
  await compareCuts(report, server);
  await compareCrowd(report, server);
  rmSync(folder, { recursive: true, force: true });
}

/** Names that order differently in UTF-8 and UTF-16, that JSON escapes, and that are long. */
const words = fc.oneof(fc.constantFrom('a', 'b', 'shop/web', '\u{1f600}', '\uffee', '\u0000', '\ud800', '"\\', 'x'.repeat(9000)), fc.string({ unit: 'binary', maxLength: 3 }));
const note: fc.Arbitrary<Note> = fc
  .record({ model: words, workload: words, from: words, now: fc.nat(1000), kind: fc.constantFrom('ai.model', 'api.endpoint'), action: fc.constantFrom('allow', 'redact', 'block'), found: fc.subarray(['email', 'iban', 'us_ssn']) })
  .map(({ model, workload, from, now, kind, action, found }) => [
    {
      version: 1,
      action,
      findings: [{ rule: 'Data', severity: 'high', message: 'found', matches: found.map((name) => ({ kind: name, path: '/body', start: 0, end: 1, bytes: [0, 1] as const })) }],
      records: [{ rule: `Rule${now % 3}`, kind, fields: { workload, model, number: now % 2, list: [null, true, model] } }],
      flows: [{ rule: 'Ways', from, to: model }],
    },
    { surface: `shop.S${now % 4}`, client: { workload, id: '', ip: '', subject: '' }, now },
  ]);

async function compareOrders(report: Report, server: PostgresServer, folder: string): Promise<void> {
  let runs = 0;
  let cut = 0;
  const outcome = await fc.check(
    fc.asyncProperty(fc.array(fc.tuple(note, fc.nat(3), fc.nat(20)), { minLength: 1, maxLength: 80 }), async (notes) => {
      runs += 1;
      const one = await inventoryAt(join(folder, `${runs}.db`));
      for (const [[decision, occasion]] of notes) one.note(decision, occasion);
      const expected = await exported(one);
      await one.close();
      await server.query('TRUNCATE rdp_inventory.asset, rdp_inventory.flow, rdp_inventory.writer', 'merges').catch(() => []);
      const address = server.address('rdp_owner', 'merges');
      const writers = await Promise.all(Array.from({ length: 4 }, () => inventoryAt(address)));
      await Promise.all(
        writers.map(async (writer, index) => {
          for (const [[decision, occasion], whose, wait] of notes) {
            if (whose === index) writer.note(decision, occasion);
            if (whose === index && wait < 6) await writer.flush();
            else if (wait < 3) await pause(wait);
            if (whose === index && wait > 17) cut += (await server.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rdp' AND datname = 'merges'")).length;
          }
        }),
      );
      for (const writer of writers) await until(async () => (await writer.flush()).kind === 'ok');
      const [first, last] = [await exported(writers[0]), await exported(writers[3])];
      for (const writer of writers) await writer.close();
      return first === expected && last === expected;
    }),
    { numRuns: 15, endOnFailure: true, seed: 20_261_123 },
  );
  report.check(`four at once in PostgreSQL leave the bytes of one in SQLite (${outcome.numRuns} runs, ${cut} connections cut)`, !outcome.failed && cut > 0, String(outcome.errorInstance ?? JSON.stringify(outcome.counterexample)));
}

/** The connection breaks when the server has done what it was asked, and before it has said so. */
async function compareCuts(report: Report, server: PostgresServer): Promise<void> {
  await server.query('TRUNCATE rdp_inventory.asset, rdp_inventory.flow, rdp_inventory.writer', 'merges');
  const wire = await cuttingWire(server.port);
  const address = server.address('rdp_owner', 'merges').replace(/:\d+\/(.*)\?.*/, `:${wire.port}/$1`);
  const inventory = await inventoryAt(address);
  const flows = { rule: 'Ways', from: 'shop/web', to: 'api.example' };
  const see = (): void => inventory.note({ version: 1, action: 'allow', flows: [flows] }, { surface: 'shop.Api', client: { workload: 'w', id: '', ip: '', subject: '' }, now: 1 });
  const failures: boolean[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    see();
    wire.cutAfter('COMMIT');
    failures.push((await inventory.flush()).kind === 'problem');
    see();
    await until(async () => (await inventory.flush()).kind === 'ok');
  }
  report.same('a commit whose answer was lost looks failed', failures, [true, true, true, true]);
  const read = await inventory.read();
  report.same('and is not counted twice', read.kind === 'ok' && read.value.flows.map(({ count }) => count), [8]);
  await inventory.close();
  await wire.close();
}

/** Eight writers of the same 300 things and ways, all at the same time and in other orders. */
async function compareCrowd(report: Report, server: PostgresServer): Promise<void> {
  await server.query('TRUNCATE rdp_inventory.asset, rdp_inventory.flow, rdp_inventory.writer', 'merges');
  const stores = await Promise.all(Array.from({ length: 8 }, () => openStore({ address: server.address('rdp_owner', 'merges'), password }, 'write')));
  const before = await deadlocks(server);
  const writers: Inventory[] = [];
  const problems: string[] = [];
  for (const store of stores) if (store.kind === 'ok') writers.push(createInventory({ store: counted(store.value, problems) }));
  const began = performance.now();
  for (let turn = 0; turn < 4; turn += 1) {
    for (const [index, writer] of writers.entries())
      for (let at = 0; at < 300; at += 1) {
        const which = (at * 7 + index * 41 + turn) % 300;
        if ((which + index + turn) % 3 === 0) continue;
        writer.note({ version: 1, action: 'allow', records: [{ rule: 'R', kind: 'k', fields: { which } }], flows: [{ rule: 'W', from: `a${which}`, to: 'b' }] }, { surface: 's', client: { workload: `w${index}`, id: '', ip: '', subject: '' }, now: turn });
      }
    await Promise.all(writers.map((writer) => writer.flush()));
  }
  const took = performance.now() - began;
  const state = await writers[0]?.read();
  const total = state?.kind === 'ok' ? state.value.assets.reduce((sum, { count }) => sum + count, 0) : 0;
  report.same('eight writers of the same rows count each of theirs', [total, state?.kind === 'ok' ? state.value.assets.length : 0], [8 * 4 * 200, 300]);
  report.check(`and wait for each other, not in a circle (32 batches of 400 rows in ${Math.round(took)} ms)`, problems.length === 0 && (await deadlocks(server)) === before, problems.join(', '));
  for (const writer of writers) await writer.close();
}

async function deadlocks(server: PostgresServer): Promise<unknown> {
  return (await server.query("SELECT deadlocks FROM pg_stat_database WHERE datname = 'merges'"))[0]?.['deadlocks'];
}

function counted(store: InventoryStore, problems: string[]): InventoryStore {
  return {
    ...store,
    merge: async (...batch) => {
      const outcome = await store.merge(...batch);
      if (outcome.kind === 'problem') problems.push(outcome.problem.message);
      return outcome;
    },
  };
}

async function inventoryAt(address: string): Promise<Inventory> {
  const store = await openStore({ address, password }, 'write');
  if (store.kind === 'problem') throw new Error(store.problem.message);
  return createInventory({ store: store.value, interval: 1e6 });
}

/** As `rdp-inventory export` and the page write it. */
async function exported(inventory: Inventory | undefined): Promise<string | undefined> {
  const read = async (): Promise<{ readonly kind: 'ok'; readonly value: InventoryState }> => {
    for (;;) {
      const state = await inventory?.read();
      if (state?.kind === 'ok') return state;
      await pause(20);
    }
  };
  return (await answerBlueprint('/inventory.json', { read, declared: () => declaredBy([]) }))?.body;
}

/** Tries for 20 s. */
async function until(done: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await done())) {
    if (Date.now() > end) throw new Error('it takes too long');
    await pause(50);
  }
}

/** A wire to the server that is cut when the client has sent a word and the server has answered, once for each time that it is asked to. */
async function cuttingWire(to: number): Promise<{ readonly port: number; readonly cutAfter: (word: string) => void; readonly close: () => Promise<void> }> {
  let word: string | undefined;
  const server: Server = createServer((client: Socket) => {
    const beyond = connect(to, '127.0.0.1');
    let cutting = false;
    for (const socket of [client, beyond]) socket.on('error', () => {});
    client.on('data', (data) => {
      if (word !== undefined && data.includes(word)) {
        word = undefined;
        cutting = true;
      }
      beyond.write(data);
    });
    beyond.on('data', (data) => {
      if (cutting) {
        client.destroy();
        beyond.destroy();
      } else client.write(data);
    });
    client.on('close', () => beyond.destroy());
    beyond.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port, // it listens on a port
    cutAfter: (next) => (word = next),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
