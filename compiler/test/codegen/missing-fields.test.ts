// A document that lacks a field: the decision names it, the first in the order of the wire's names, with the place of the
// object that lacks it.

import test from 'ava';
import { agree, createDifferential } from '../differential.ts';
import { lowerSource } from '../ir/lower-source.ts';

const names = Array.from({ length: 130 }, (_, i) => `f${String(i).padStart(3, '0')}`);
const policy = `
type Part { name: string  size: int at "part-size" }
event probe on data at "request.event" { ${names.map((name) => `${name}: int`).join(' ')} parts: [Part] = [] }
surface S: data {}
detect R on S.probe { when ${names.map((name) => `${name} > 0`).join(' || ')} || parts.exists(p, p.size > 1 && p.name == "") }`;

const whole = Object.fromEntries(names.map((name) => [name, 1]));
const without = (...left: readonly string[]): object =>
  Object.fromEntries(Object.entries(whole).filter(([name]) => !left.includes(name)));

const cases: readonly (readonly [document: unknown, path: string, field: string])[] = [
  [{}, '', 'request'],
  [{ request: { other: 1 } }, '/request', 'event'],
  [{ request: { event: {} } }, '/request/event', 'f000'],
  [{ request: { event: without('f129') } }, '/request/event', 'f129'],
  [{ request: { event: without('f128', 'f063') } }, '/request/event', 'f063'],
  [{ request: { event: without('f127', 'f064') } }, '/request/event', 'f064'],
  [{ request: { event: { ...whole, parts: [{ name: 'a' }] } } }, '/request/event/parts/0', 'part-size'],
  [{ request: { event: { ...whole, parts: [{ 'part-size': 1 }] } } }, '/request/event/parts/0', 'name'],
];

const differential = createDifferential(lowerSource(policy));

for (const [document, path, field] of cases) {
  test(`${path} lacks ${field}`, (t) => {
    const said = agree(t, differential, { entrypoint: 't/S/probe', input: JSON.stringify(document) });
    t.like(JSON.parse(said), { message: 'missing_field', path, field });
  });
}

test('another fault names no field', (t) => {
  const input = JSON.stringify({ request: { event: { ...without('f001'), f000: 'x' } } });
  const said = agree(t, differential, { entrypoint: 't/S/probe', input });
  t.deepEqual(Object.keys(JSON.parse(said) as object), [
    'version',
    'action',
    'reason',
    'status',
    'message',
    'path',
    'byte',
  ]);
});
