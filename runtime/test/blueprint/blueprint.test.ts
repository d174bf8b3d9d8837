// The graph of what was discovered: what stands in it, what of it is shown, and how it leaves.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import test from 'ava';
import fc from 'fast-check';
import {
  answerBlueprint,
  billOfMaterials,
  blueprintOf,
  everything,
  filterBlueprint,
  renderSvg,
  type Declared,
} from '../../src/blueprint/index.ts';
import { driftOf } from '../../src/blueprint/filter.ts';
import { emptyState, mergeStates, observe, type InventoryState } from '../../src/inventory/index.ts';
import type { Decision } from '../../src/contract/index.ts';

const declared: Declared = {
  routes: [
    { hosts: ['api.shop.example'], method: 'GET', template: '/v1/orders' },
    { hosts: ['api.shop.example'], method: 'POST', template: '/v1/payments' },
  ],
  providers: [{ name: 'openai', hosts: ['api.openai.com', '*.openai.azure.com'] }],
  servers: ['crm'],
  kinds: ['api', 'llm', 'mcp'],
};

interface Call {
  readonly records?: readonly (readonly [string, Readonly<Record<string, unknown>>])[];
  readonly flows?: readonly (readonly [string, string])[];
  readonly data?: readonly string[];
  readonly action?: Decision['action'];
  readonly now?: number;
}

const call = ({ records = [], flows = [], data = [], action = 'allow', now = 1000 }: Call): InventoryState =>
  observe(
    {
      version: 1,
      action,
      findings: [
        {
          rule: 'Found',
          severity: 'high',
          matches: data.map((kind) => ({ kind, path: '/body', start: 0, end: 1, bytes: [0, 1] as const })),
        },
      ],
      records: records.map(([kind, fields]) => ({ rule: 'Seen', kind, fields })),
      flows: flows.map(([from, to]) => ({ rule: 'Way', from, to })),
    },
    { surface: 'shop.Any', client: { workload: 'shop/web', id: '', ip: '', subject: '' }, now },
  );

const state = [
  call({ records: [['ai.model', { provider: 'openai', model: 'gpt-5.2', workload: 'shop/web' }]], data: ['us_ssn'] }),
  call({
    records: [['ai.model', { provider: 'other', model: 'm', workload: 'shop/job' }]],
    action: 'block',
    now: 5000,
  }),
  call({
    records: [['api.endpoint', { method: 'GET', path: '/v1/orders', host: 'api.shop.example', caller: 'shop/web' }]],
  }),
  call({ records: [['api.endpoint', { method: 'GET', path: '/v1/export', host: 'api.shop.example', caller: '' }]] }),
  call({ records: [['mcp.tool', { server: 'weather', name: 'forecast', workload: 'shop/web' }]] }),
  call({ records: [['ai.endpoint', { host: 'eu.openai.azure.com', workload: 'shop/web' }]] }),
  call({
    flows: [
      ['shop/job', 'partner.example'],
      ['shop/job', 'shop/store'],
    ],
  }),
].reduce(mergeStates, emptyState);

const graph = blueprintOf(state, declared);
const nodeOf = (id: string) => graph.nodes.find((node) => node.id === id);

test('what is seen is observed, a ghost, or in the shadow; what is only declared is that', (t) => {
  const statuses = Object.fromEntries(graph.nodes.map(({ id, status }) => [id, status]));
  t.deepEqual(statuses, {
    'api:api.shop.example': 'observed',
    'host:partner.example': 'observed',
    'model:openai/gpt-5.2': 'observed',
    'model:other/m': 'shadow',
    'provider:openai': 'observed',
    'provider:other': 'shadow',
    'tools:crm': 'declared',
    'tools:weather': 'shadow',
    'workload:shop/job': 'observed',
    'workload:shop/store': 'observed',
    'workload:shop/web': 'observed',
  });
  t.deepEqual(
    nodeOf('api:api.shop.example')?.parts.map(({ label, status }) => [label, status]),
    [
      ['GET /v1/export', 'ghost'],
      ['GET /v1/orders', 'observed'],
      ['POST /v1/payments', 'declared'],
    ],
  );
  t.is(nodeOf('api:api.shop.example')?.seen?.count, 2);
});

test('every way leads from who uses to what is used', (t) => {
  t.deepEqual(
    graph.edges.map(({ from, to }) => `${from} > ${to}`),
    [
      'model:openai/gpt-5.2 > provider:openai',
      'model:other/m > provider:other',
      'workload:shop/job > host:partner.example',
      'workload:shop/job > model:other/m',
      'workload:shop/job > workload:shop/store',
      'workload:shop/web > api:api.shop.example',
      'workload:shop/web > model:openai/gpt-5.2',
      'workload:shop/web > provider:openai',
      'workload:shop/web > tools:weather',
    ],
  );
});

test('risk names its reasons', (t) => {
  t.like(nodeOf('model:other/m')?.risk, { points: 55, reasons: ['no surface lists it', 'a call was blocked'] });
  t.deepEqual(nodeOf('model:openai/gpt-5.2')?.risk.reasons, ['personal data crossed: us_ssn', 'it is outside']);
  t.like(nodeOf('tools:crm')?.risk, { points: 0, reasons: [] });
});

test('filters leave what is asked for, and its neighbours when something is looked for', (t) => {
  const ids = (filter: object): readonly string[] =>
    filterBlueprint(graph, { ...everything, ...filter }).nodes.map(({ id }) => id);
  t.deepEqual(ids({ kinds: ['model'] }), ['model:openai/gpt-5.2', 'model:other/m']);
  t.deepEqual(ids({ statuses: ['ghost', 'shadow'] }), [
    'api:api.shop.example',
    'model:other/m',
    'provider:other',
    'tools:weather',
  ]);
  t.deepEqual(ids({ search: 'export' }), ['api:api.shop.example', 'workload:shop/web']);
  t.deepEqual(ids({ risk: 50 }), ['model:other/m', 'provider:other', 'tools:weather']);
  t.deepEqual(ids({ search: 'nothing of the kind' }), []);
});

test('drift: what is new since a date, and what was not seen again', (t) => {
  t.is(driftOf(nodeOf('model:other/m')?.seen, 4000), 'new');
  t.is(driftOf(nodeOf('model:openai/gpt-5.2')?.seen, 4000), 'gone');
  t.is(driftOf(nodeOf('model:openai/gpt-5.2')?.seen, undefined), 'steady');
  t.is(driftOf(undefined, 4000), 'steady');
});

test('the bill of materials is CycloneDX 1.6', (t) => {
  const schemas = new URL('../../../node_modules/@cyclonedx/cyclonedx-library/res/schema/', import.meta.url);
  const schema = (name: string): object => JSON.parse(readFileSync(fileURLToPath(new URL(name, schemas)), 'utf8'));
  const ajv = new Ajv({ strict: false, validateFormats: false });
  for (const name of ['spdx', 'jsf-0.82'])
    ajv.addSchema(schema(`${name}.SNAPSHOT.schema.json`), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  const validate = ajv.compile(schema('bom-1.6.SNAPSHOT.schema.json'));
  t.true(validate(billOfMaterials(graph)), ajv.errorsText(validate.errors));
  t.false(validate({ ...billOfMaterials(graph), components: [{ type: 'model' }] }));
  t.deepEqual(billOfMaterials(graph), billOfMaterials(blueprintOf(state, declared)));
});

test('names that would be markup stay text', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const hostile = call({ records: [['ai.model', { provider: `<script>${name}`, model: `"onload=x ${name}` }]] });
      const svg = renderSvg(blueprintOf(hostile, declared), { since: undefined });
      t.false(svg.includes('<script'));
      t.notRegex(svg, /[\0-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]/); // eslint-disable-line no-control-regex -- what XML has not
      t.is(svg.match(/"onload/g), null);
    }),
    { numRuns: 100 },
  );
});

const ask = (target: string) =>
  answerBlueprint(target, { read: () => Promise.resolve({ kind: 'ok', value: state }), declared: () => declared });

test('the page and its data', async (t) => {
  const page = await ask('/blueprint');
  t.is(page?.status, 200);
  t.regex(page?.headers['content-security-policy'] ?? '', /default-src 'none'.*connect-src 'self'/);
  const data = JSON.parse((await ask('/blueprint.json?kinds=model&since=1970-01-01'))?.body ?? '');
  t.deepEqual(
    data.nodes.map(({ id, drift, seen }: { id: string; drift: string; seen: { callers: number } }) => [
      id,
      drift,
      seen.callers,
    ]),
    [
      ['model:openai/gpt-5.2', 'new', 1],
      ['model:other/m', 'new', 1],
    ],
  );
  t.is((await ask('/blueprint.json?since=soon'))?.status, 400);
  t.is((await ask('/blueprint.svg?risk=much'))?.status, 400);
  t.is(await ask('/elsewhere'), undefined);
  t.regex((await ask('/blueprint.cdx.json'))?.body ?? '', /"CycloneDX"/);
});
