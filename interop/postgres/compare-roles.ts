// Who may do what in the database, versions of its tables, TLS and passwords: as the docs tell people to set it up.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import pg from 'pg';

import { observe, openStore, type InventoryStore } from '../../runtime/src/inventory/index.ts';
import { migrate, migrations, schemaVersion } from '../../runtime/src/inventory/postgres-schema.ts';
import type { Report } from '../check.ts';
import { password, type PostgresServer } from './postgres-server.ts';

const program = fileURLToPath(new URL('../../runtime/src/bin/rdp-inventory.ts', import.meta.url));

/** Runs all of it. */
export async function compareRoles(report: Report, server: PostgresServer): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rdp-roles-'));
  const file = join(folder, 'password');
  writeFileSync(file, `${password}\n`);
  const inventory = (verb: string, role: string, words: readonly string[] = [], env: NodeJS.ProcessEnv = {}): { readonly status: number | null; readonly said: string; readonly out: string } => {
    const { status, stderr, stdout } = spawnSync(process.execPath, [program, verb, '--inventory', server.address(role, 'roles'), ...words], { encoding: 'utf8', env: { ...process.env, ...env }, input: '{"kind":"k8s.image","fields":{"image":"shop/web"}}\n' });
    return { status, said: stderr, out: stdout };
  };
  const secret = ['--inventory-password', file];
  await server.query('CREATE ROLE rdp_owner LOGIN; CREATE ROLE rdp_gateway LOGIN; CREATE ROLE rdp_reader LOGIN');
  for (const role of ['owner', 'gateway', 'reader']) await server.query(`ALTER ROLE rdp_${role} PASSWORD '${password}'`);
  await server.query('CREATE DATABASE roles OWNER rdp_owner');

  const early = inventory('import', 'rdp_gateway', [...secret, '--format', 'records']);
  report.check('who may not make tables is told who makes them', early.status === 1 && /permission denied.*rdp-inventory prepare/.test(early.said), early.said);
  report.same('an inventory without tables is an empty one', JSON.parse(inventory('export', 'rdp_reader', secret).out), { version: 1, assets: [], flows: [], dropped: 0 });
  const made = inventory('prepare', 'rdp_owner', secret);
  report.check('its owner makes them', made.status === 0, made.said);
  report.check('once is enough', inventory('prepare', 'rdp_owner', secret).status === 0);
  const denied = inventory('export', 'rdp_reader', secret);
  report.check('nobody reads what was not granted', denied.status === 1 && /permission denied/.test(denied.said), denied.said);
  await server.query('GRANT USAGE ON SCHEMA rdp_inventory TO rdp_gateway, rdp_reader; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA rdp_inventory TO rdp_gateway; GRANT SELECT ON ALL TABLES IN SCHEMA rdp_inventory TO rdp_reader', 'roles');
  const written = inventory('import', 'rdp_gateway', [...secret, '--format', 'records']);
  report.check('a gateway needs to select, insert and update', written.status === 0, written.said);
  const read = inventory('export', 'rdp_reader', [], { PGPASSWORD: password });
  report.same('a reader needs to select', (JSON.parse(read.out) as { readonly assets: readonly { readonly count: number }[] }).assets.map(({ count }) => count), [1]);
  const unwritten = inventory('import', 'rdp_reader', [...secret, '--format', 'records']);
  report.check('and does not write', unwritten.status === 1 && /cannot be written: permission denied/.test(unwritten.said), unwritten.said);

  const wrong = join(folder, 'wrong');
  writeFileSync(wrong, 'another-word');
  const refused = inventory('export', 'rdp_reader', ['--inventory-password', wrong]);
  report.check('another password is refused', refused.status === 1 && /cannot be opened: password authentication failed/.test(refused.said), refused.said);
  report.check('no message has a password, and none a role', ![early, denied, unwritten, refused].some(({ said }) => /a word|another-word|rdp_reader@|sslmode/.test(said)), refused.said);
  const unvouched = await openStore({ address: server.address('rdp_reader', 'roles').replace(/&sslrootcert.*/, ''), password }, 'read');
  report.check('a server that nobody vouches for is refused', unvouched.kind === 'problem' && /certificate/.test(unvouched.problem.message), JSON.stringify(unvouched));
  const elsewhere = await openStore({ address: server.address('rdp_reader', 'roles').replace('localhost', '127.0.0.2'), password }, 'read');
  report.check('so is one at an address that its certificate does not have', elsewhere.kind === 'problem' && /does not match|altnames/.test(elsewhere.problem.message), JSON.stringify(elsewhere));
  const byAddress = await openStore({ address: server.address('rdp_reader', 'roles').replace('localhost', '127.0.0.1'), password }, 'read');
  report.check('one that it has is fine', byAddress.kind === 'ok', JSON.stringify(byAddress));
  if (byAddress.kind === 'ok') await byAddress.value.close();

  await compareVersions(report, server);
  rmSync(folder, { recursive: true, force: true });
}

async function compareVersions(report: Report, server: PostgresServer): Promise<void> {
  await server.query('CREATE DATABASE versions OWNER rdp_owner');
  const open = (): Promise<InventoryStore | string> =>
    openStore({ address: server.address('rdp_owner', 'versions'), password }, 'write').then((store) => (store.kind === 'ok' ? store.value : store.problem.message));
  const stores = await Promise.all(Array.from({ length: 6 }, open));
  report.check('six who make the tables at once make them once', stores.every((store) => typeof store !== 'string'), stores.filter((store) => typeof store === 'string').join(', '));
  const [store] = stores;
  if (store === undefined || typeof store === 'string') return;
  const seen = observe({ version: 1, action: 'allow', flows: [{ rule: 'Ways', from: 'shop/web', to: 'api.example' }] }, { surface: 'shop.Api', client: { workload: '', id: '', ip: '', subject: '' }, now: 1 });
  const merged = await store.merge(seen, { writer: '00000000-0000-4000-8000-000000000001', number: 1 });
  report.check('they are written into', merged.kind === 'ok', JSON.stringify(merged));

  const pool = new pg.Pool({ connectionString: server.address('rdp_owner', 'versions').replace('rdp_owner@', `rdp_owner:${encodeURIComponent(password)}@`) });
  const client = await pool.connect();
  await migrate(client, [...migrations, 'ALTER TABLE rdp_inventory.asset ADD COLUMN note text; ALTER TABLE rdp_inventory.flow ADD COLUMN note text']);
  report.same('a newer program brings the tables to its version', await schemaVersion(client), migrations.length + 1);
  const { rows } = await client.query('SELECT value FROM rdp_inventory.flow');
  report.same('and keeps what is in them', rows.length, 1);
  const broken = await migrate(client, [...migrations, 'SELECT 1', 'ALTER TABLE rdp_inventory.flow ADD COLUMN other text; SELECT 1 / 0']).then(() => 'done', String);
  const { rows: columns } = await client.query(`SELECT FROM information_schema.columns WHERE table_schema = 'rdp_inventory' AND column_name = 'other'`);
  report.check('a step that fails leaves the tables as they were', /division by zero/.test(broken) && columns.length === 0 && (await schemaVersion(client)) === migrations.length + 1, broken);
  const older = await store.merge(seen, { writer: '00000000-0000-4000-8000-000000000001', number: 2 });
  report.check('an older program writes nothing into newer tables', older.kind === 'problem' && /of version 2; this program knows 1/.test(older.problem.message), JSON.stringify(older));
  const fresh = await open();
  report.check('nor does it start with them', typeof fresh === 'string' && /of version 2; this program knows 1/.test(fresh), String(fresh));
  client.release();
  await pool.end();
  for (const each of stores) if (typeof each !== 'string') await each.close();
}
