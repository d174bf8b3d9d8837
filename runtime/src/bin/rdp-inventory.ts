#!/usr/bin/env node
// The program `rdp-inventory`: its command line, files and exit code. 0 when all is done, 1 when something cannot be had or records
// were left out, 2 for a wrong call.

import { createReadStream, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { answerBlueprint, declaredBy, isInventory, type Declared } from '../blueprint/index.ts';
import { createEnforcer, type Enforcer, type EnforcerOptions } from '../enforce/enforcer.ts';
import {
  createInventory,
  emptyState,
  openStore,
  type Inventory,
  type InventoryPlace,
  type InventoryState,
  type InventoryStore,
} from '../inventory/index.ts';
import { endWhenAsked } from '../server/end-when-asked.ts';
import { wrongCall } from '../server/option-table.ts';
import { listenFault } from '../server/start-and-drain.ts';
import { parseObject } from '../sources/json.ts';
import { recordReaders, takeIn, type RecordForm } from '../sources/index.ts';
import { inventoryHelp, readInventoryCall, type InventoryCall } from '../sources/read-options.ts';

type Asked<Kind extends InventoryCall['kind']> = Extract<InventoryCall, { readonly kind: Kind }>;

/** Milliseconds that an import waits for its store at the end. */
const closePatience = 30_000;

/** Something that ends the program with a line. */
class Failure extends Error {}

// Whoever reads what is exported may stop early.
process.stdout.on('error', () => process.exit());

void run(readInventoryCall(process.argv.slice(2))).catch((error: unknown) => {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`rdp-inventory: ${error.message}\n`);
  process.exitCode = 1;
});

async function run(call: InventoryCall): Promise<void> {
  switch (call.kind) {
    case 'help':
      process.stdout.write(inventoryHelp());
      return;
    case 'fault':
      process.stderr.write(wrongCall('rdp-inventory', call.message));
      process.exitCode = 2;
      return;
    case 'import':
      return importRecords(call);
    case 'export':
      return withStore(call.inventory, 'read', (store) => exportInventory(call, store));
    case 'merge':
      return withStore(call.inventory, 'write', (store) => mergeFiles(call, store));
    case 'serve':
      return serve(call);
    case 'prepare':
      return withStore(call.inventory, 'write', async (store) => void (await readState(store)));
  }
}

type Purpose = Parameters<typeof openStore>[1];

async function withStore(
  place: InventoryPlace,
  purpose: Purpose,
  work: (store: InventoryStore) => Promise<void>,
): Promise<void> {
  const store = await storeAt(place, purpose);
  try {
    await work(store);
  } finally {
    await store.close();
  }
}

async function storeAt(place: InventoryPlace, purpose: Purpose): Promise<InventoryStore> {
  const store = await openStore(place, purpose);
  if (store.kind === 'problem') throw new Failure(store.problem.message);
  return store.value;
}

async function openPolicy(policy: Pick<EnforcerOptions, 'source' | 'verification' | 'hashKey'>): Promise<Enforcer> {
  const enforcer = createEnforcer(policy);
  const outcome = await enforcer.ready;
  if (outcome.kind === 'problem') throw new Failure(outcome.problem.message);
  return enforcer;
}

async function declaredIn(policy: Asked<'export'>['policy']): Promise<Declared> {
  if (policy === undefined) return declaredBy([]);
  const enforcer = await openPolicy(policy);
  const declared = declaredBy(enforcer.stats().surfaces);
  enforcer.close();
  return declared;
}

async function importRecords(call: Asked<'import'>): Promise<void> {
  if (call.form === 'records') return importAssets(call);
  if (call.policy === undefined) throw new Failure('there is no policy'); // the reader of the call asks for one
  const enforcer = await openPolicy(call.policy);
  const inventory = createInventory({ store: await storeAt(call.inventory, 'write') });
  for (const file of call.files) {
    const taken = await takeIn(linesOf(file), {
      read: recordReaders[call.form as RecordForm],
      enforcer,
      inventory,
      surface: call.surface,
    }); // `records` went its own way
    const failed = Object.entries(taken.failed).map(([reason, count]) => `${count} ${reason}`);
    const parts = [
      `${taken.records} records`,
      `${taken.decisions} decisions`,
      ...(taken.unclaimed === 0 ? [] : [`${taken.unclaimed} events that no surface is about`]),
      ...(failed.length === 0 ? [] : [`failed: ${failed.join(', ')}`]),
      ...(taken.unread === 0
        ? []
        : [
            `${taken.unread} ${taken.unread === 1 ? 'line is' : 'lines are'} no \`${call.form}\` (${taken.unreadLines.join(', ')}…)`,
          ]),
    ];
    process.stderr.write(`${nameOf(file)}: ${parts.join(', ')}\n`);
    if (taken.unread > 0 || failed.length > 0) process.exitCode = 1;
  }
  enforcer.close();
  await closeInventory(inventory);
}

/** `{"kind": "k8s.image", "fields": {…}}` a line, seen now. */
async function importAssets({ files, inventory: place }: Asked<'import'>): Promise<void> {
  const inventory = createInventory({ store: await storeAt(place, 'write') });
  const nobody = { workload: '', id: '', ip: '', subject: '' };
  for (const file of files) {
    let unread = 0;
    for await (const line of linesOf(file)) {
      const record = line.trim() === '' ? undefined : parseObject(line);
      const { kind, fields } = record ?? {};
      if (typeof kind === 'string' && typeof fields === 'object' && fields !== null)
        inventory.note(
          {
            version: 1,
            action: 'allow',
            records: [{ rule: 'discover', kind, fields: fields as Record<string, unknown> }],
          }, // an object, as tested
          { surface: 'discover', client: nobody, now: Date.now() },
        );
      else if (line.trim() !== '') unread += 1;
    }
    if (unread === 0) continue;
    process.stderr.write(`${nameOf(file)}: ${unread} lines are no records\n`);
    process.exitCode = 1;
  }
  await closeInventory(inventory);
}

/** A database that is away for a moment is waited for: what was read is not read again. */
async function closeInventory(inventory: Inventory): Promise<void> {
  const outcome = await inventory.close(closePatience);
  if (outcome.kind === 'problem') throw new Failure(outcome.problem.message);
}

async function exportInventory({ form, policy, since }: Asked<'export'>, store: InventoryStore): Promise<void> {
  const state = await readState(store);
  const paths = {
    inventory: 'inventory.json',
    graph: 'blueprint.json',
    svg: 'blueprint.svg',
    cyclonedx: 'blueprint.cdx.json',
  };
  const declared = await declaredIn(policy);
  const query = since === undefined ? '' : `?since=${encodeURIComponent(since)}`;
  const answer = await answerBlueprint(`/${paths[form]}${query}`, {
    read: () => Promise.resolve({ kind: 'ok', value: state }),
    declared: () => declared,
  });
  if (answer?.status !== 200) throw new Failure(answer?.body.trim() ?? 'there is no such form');
  process.stdout.write(answer.body);
}

async function mergeFiles({ files }: Asked<'merge'>, store: InventoryStore): Promise<void> {
  const writer = randomUUID();
  for (const [number, file] of files.entries()) {
    let value: unknown;
    try {
      value = JSON.parse(readFileSync(file, 'utf8'));
    } catch (error) {
      throw new Failure(`\`${file}\` cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (!isInventory(value)) throw new Failure(`\`${file}\` is no inventory as \`export\` writes one`);
    const outcome = await store.merge({ ...emptyState, ...value }, { writer, number });
    if (outcome.kind === 'problem') throw new Failure(outcome.problem.message);
  }
}

async function serve({ inventory: place, policy, host, port }: Asked<'serve'>): Promise<void> {
  const store = await storeAt(place, 'read');
  const declared = await declaredIn(policy);
  const server = createServer((request, response) => {
    void answerBlueprint(request.url ?? '/', { read: store.read, declared: () => declared }).then((answer) => {
      response.writeHead(answer?.status ?? 302, answer?.headers ?? { location: '/blueprint' });
      response.end(request.method === 'HEAD' ? undefined : answer?.body);
    });
  });
  server.listen({ host, port }, () => {
    const { port: open } = server.address() as AddressInfo; // it listens on a port
    process.stderr.write(`rdp-inventory serves http://${host}:${open}/blueprint\n`);
  });
  const end = (): void => {
    server.close();
    server.closeAllConnections();
    void store.close();
  };
  server.once('error', (error) => {
    process.stderr.write(`rdp-inventory: ${listenFault(error)}\n`);
    process.exitCode = 1;
    void store.close();
  });
  endWhenAsked('rdp-inventory', end);
}

async function readState(store: InventoryStore): Promise<InventoryState> {
  const state = await store.read();
  if (state.kind === 'problem') throw new Failure(state.problem.message);
  return state.value;
}

function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file;
}

async function* linesOf(file: string): AsyncIterable<string> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  try {
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    throw new Failure(`\`${nameOf(file)}\` cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
