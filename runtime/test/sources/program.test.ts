// `rdp-inventory`, as it is installed: a log is taken in with a policy's rules, exported, merged, and shown.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const program = join(root, 'runtime/src/bin/rdp-inventory.ts');
const folder = mkdtempSync(join(tmpdir(), 'rdp-inventory-program-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);
const rdp = (...words: readonly string[]) =>
  spawnSync(process.execPath, [program, ...words], { cwd: folder, encoding: 'utf8' });

test.before(() => {
  execFileSync(process.execPath, [
    join(root, 'compiler/dist/launch.js'),
    'compile',
    join(root, 'examples/checkout'),
    '-o',
    at('dist'),
  ]);
});

const line = (target: string): string =>
  `192.0.2.1 - - [23/Nov/2026:06:00:00 +0000] "GET ${target} HTTP/1.1" 200 12 "-" "curl/8"`;

test.serial('a log becomes an inventory, a graph, a picture and a bill of materials', (t) => {
  writeFileSync(
    at('access.log'),
    [line('/v1/orders'), line('/beta/export'), line('/beta/export'), 'no line of a log'].join('\n'),
  );
  const words = ['--inventory', 'a.db', '--bundle', 'dist/bundle.tar.gz'];
  const taken = rdp('import', ...words, '--format', 'combined', '--surface', 'Checkout', 'access.log');
  t.is(taken.stderr, 'access.log: 4 records, 3 decisions, 1 line is no `combined` (4…)\n');
  t.is(taken.status, 1);
  const state = JSON.parse(rdp('export', ...words).stdout);
  t.like(state.assets, {
    0: { kind: 'api.endpoint', fields: { method: 'GET', path: '/beta/export' }, count: 2 },
    length: 1,
  });
  const graph = JSON.parse(rdp('export', ...words, '--format', 'graph').stdout);
  const api = graph.nodes.find(({ kind }: { kind: string }) => kind === 'api');
  t.is(api.parts.find(({ label }: { label: string }) => label === 'GET /beta/export').status, 'ghost');
  t.is(api.parts.find(({ label }: { label: string }) => label === 'GET /v1/orders').status, 'declared');
  t.regex(rdp('export', ...words, '--format', 'svg').stdout, /^<svg /);
  t.regex(rdp('export', ...words, '--format', 'cyclonedx').stdout, /"CycloneDX"/);
});

test.serial('inventories of elsewhere are merged', (t) => {
  writeFileSync(at('a.json'), rdp('export', '--inventory', 'a.db').stdout);
  t.is(rdp('merge', '--inventory', 'all.db', 'a.json', 'a.json').status, 0);
  t.is(JSON.parse(rdp('export', '--inventory', 'all.db').stdout).assets[0].count, 4);
  writeFileSync(at('not.json'), '{}');
  t.regex(rdp('merge', '--inventory', 'all.db', 'not.json').stderr, /`not\.json` is no inventory/);
});

test.serial('records of clusters join it', (t) => {
  const records = '{"kind":"k8s.workload","fields":{"kind":"Deployment","namespace":"shop","name":"web"}}\n';
  writeFileSync(at('cluster.jsonl'), records);
  t.is(rdp('import', '--inventory', 'all.db', '--format', 'records', 'cluster.jsonl').status, 0);
  const graph = JSON.parse(rdp('export', '--inventory', 'all.db', '--format', 'graph').stdout);
  t.truthy(graph.nodes.find(({ id }: { id: string }) => id === 'workload:shop/web'));
});

test.serial('the blueprint is served', async (t) => {
  const child = spawn(process.execPath, [program, 'serve', '--inventory', 'all.db', '--port', '9192'], { cwd: folder });
  await new Promise((resolve) => child.stderr.once('data', resolve));
  const page = await fetch('http://127.0.0.1:9192/', { redirect: 'follow' });
  t.regex(await page.text(), /<title>Blueprint<\/title>/);
  t.is((await fetch('http://127.0.0.1:9192/blueprint.json')).status, 200);
  child.kill('SIGTERM');
  t.is(await new Promise((resolve) => child.once('exit', resolve)), 0);
});

test('there is nothing to read where nobody has written', (t) => {
  for (const verb of ['export', 'serve']) {
    const { status, stderr } = rdp(verb, '--inventory', 'misspelt.db');
    t.is(status, 1);
    t.regex(stderr, /there is no inventory `misspelt\.db`/);
  }
  t.false(existsSync(at('misspelt.db')));
});

test('wrong calls say what is wrong', (t) => {
  for (const [words, message] of [
    [['import', '--inventory', 'x.db', '--format', 'combined'], /--bundle is missing/],
    [['import', '--inventory', 'x.db', '--format', 'apache', '--bundle', 'b'], /--format is one of combined/],
    [['look', '--inventory', 'x.db'], /there is no `look`/],
    [['export'], /--inventory is missing/],
  ] as const) {
    const { status, stderr } = rdp(...words);
    t.is(status, 2);
    t.regex(stderr, message);
  }
});
