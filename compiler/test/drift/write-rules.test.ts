// Rules for what was seen and is not declared: whatever the names are, they check, say what they mean, and allow nothing.

import { checkProgram, hasErrors, format } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import test from 'ava';
import fc from 'fast-check';
import { fileOf, missingRules, type SeenThing } from '../../src/drift/write-rules.ts';

const policy = `package shop
import std.net
surface Api: api {}
surface Chat: llm {}
surface Tools: mcp { servers ["crm"] }
surface Net: net {}
detect Any on Api.request { severity low when method == "" }
`;
const surfaces = (['api', 'llm', 'mcp', 'net'] as const).map((kind, index) => ({
  name: ['Api', 'Chat', 'Tools', 'Net'][index] ?? '',
  kind,
  events:
    checkProgram({ files: [{ path: 'p.rdp', text: policy }], documents: new Map(), std: stdFiles }).model.surfaces[
      index
    ]?.events ?? [],
}));

const seen = (kind: string, fields: SeenThing['fields'], status: SeenThing['status'] = 'shadow'): SeenThing => ({
  kind,
  fields,
  count: 2,
  first: '2026-11-20',
  last: '2026-11-23',
  names: ['shop/web', 'shop/job', 'a', 'b'],
  status,
});

const check = (text: string) =>
  checkProgram({
    files: [
      { path: 'p.rdp', text: policy },
      { path: 'drift.rdp', text },
    ],
    documents: new Map(),
    std: stdFiles,
  });

test('a rule for each thing, in the one style', (t) => {
  const rules = missingRules(
    [
      seen('api.endpoint', { method: 'GET', path: '/v1/export/{id}' }, 'ghost'),
      seen('ai.model', { provider: 'other', model: 'm-1' }),
      seen('ai.endpoint', { host: 'api.other.example' }),
      seen('mcp.tool', { server: 'weather', name: 'forecast' }),
      seen('mcp.server', { name: 'weather' }),
      seen('k8s.image', { image: 'x' }),
    ],
    surfaces,
  );
  t.deepEqual(
    rules.map(({ name }) => name),
    ['GhostGETV1ExportId', 'ShadowApiOtherExample', 'ShadowOtherM1', 'ShadowWeather', 'ShadowWeatherForecast'],
  );
  const text = fileOf('shop', rules);
  t.like(format({ path: 'drift.rdp', text }), { text });
  t.regex(text, /seen 2 times from 2026-11-20 to 2026-11-23 by shop\/web, shop\/job, a and others\./);
  const result = check(text);
  t.deepEqual(
    result.diagnostics.map(({ code }) => code),
    [],
  );
  const watching = (result.programs?.[0]?.entrypoints ?? []).flatMap((entrypoint) =>
    entrypoint.rules.filter(({ mode }) => mode === 'observe').map(({ name }) => name),
  );
  t.deepEqual(
    [...new Set(watching)].toSorted(),
    rules.map(({ name }) => name),
  );
});

test('names are data, whatever they are', (t) => {
  const name = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('"', '\\', '{x}', '*/', '\u2028', '\n', 'a"}\nexempt', '\ud800'),
  );
  fc.assert(
    fc.property(name, name, (left, right) => {
      const things = [
        seen('ai.model', { provider: left, model: right }),
        seen('mcp.tool', { server: left, name: right }),
        { ...seen('api.endpoint', { method: left, path: right }, 'ghost'), names: [left, right] },
      ];
      const result = check(fileOf('shop', missingRules(things, surfaces)));
      t.false(hasErrors(result.diagnostics), result.diagnostics.map(({ message }) => message).join('\n'));
    }),
    { numRuns: 60 },
  );
});
