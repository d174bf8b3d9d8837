// Every builtin on many values: the modules say what the interpreter says, value or error.

import { type BuiltinId, builtinRows, type CoreExpr, type Type } from '@rdp/language';
import test from 'ava';
import { agree, createDifferential } from '../differential.ts';
import { drawDocument, drawFrom } from './documents.ts';
import {
  bool,
  bytes,
  duration,
  dyn,
  field,
  float,
  int,
  list,
  optional,
  programOf,
  string,
  timestamp,
  uint,
} from './program.ts';

/** Fields that have a type of the builtin table, by what the table calls it. */
const fieldsOf: Readonly<Record<string, readonly string[]>> = {
  bool: ['b1', 'b2'],
  int: ['i1', 'i2'],
  uint: ['u1', 'u2'],
  float: ['f1', 'f2'],
  string: ['s1', 's2', 's3'],
  bytes: ['y1', 'y2'],
  timestamp: ['t1', 't2'],
  duration: ['d1', 'd2'],
  dyn: ['x1', 'x2'],
  T: ['i1', 'i2'],
  'list<T>': ['li', 'li2'],
  'list<string>': ['ls', 'ls2'],
  'list<int>': ['li', 'li2'],
  'list<list<T>>': ['lls'],
  'list<dyn>': ['lx'],
  'map<K, V>': ['mi', 'mi2'],
  'optional<T>': ['oi'],
};

const results: Readonly<Record<string, Type>> = {
  bool,
  int,
  uint,
  float,
  string,
  bytes,
  timestamp,
  duration,
  dyn,
  type: { kind: 'type' },
  T: int,
  'list<T>': list(int),
  'list<string>': list(string),
  'optional<T>': optional(int),
  'map<string, string>': { kind: 'map', key: string, value: string },
};

/** `a, map<K, V>` → its parts. */
function partsOf(params: string): readonly string[] {
  return params.split(/, (?![^<]*>)/).filter((part) => part !== '');
}

function callOf(id: BuiltinId, params: string, result: string): CoreExpr {
  const used = new Map<string, number>();
  const args = partsOf(params).map((param) => {
    const names = fieldsOf[param];
    if (!names) throw new Error(`no field for ${param} of ${id}`);
    const next = used.get(param) ?? 0;
    used.set(param, next + 1);
    return field(names[next] ?? names[0] ?? '');
  });
  const type = id === 'list_flatten' ? list(string) : results[result];
  if (!type) throw new Error(`no type for ${result} of ${id}`);
  return { op: 'call', builtin: id, args, type };
}

const cases = Object.fromEntries(builtinRows.map((row) => [row.id, callOf(row.id, row.params, row.result)]));
const differential = createDifferential(programOf(cases));
const data = '{"rdp":{"hash_key":"a key for tests alone"}}';

for (const { id } of builtinRows) {
  test(id, (t) => {
    const draw = drawFrom(id.length * 7919 + id.charCodeAt(0) * 31 + id.charCodeAt(id.length - 1));
    const seen = new Set<string>();
    for (let round = 0; round < 150; round++)
      seen.add(agree(t, differential, { entrypoint: `test/${id}`, input: drawDocument(draw), data }));
    t.true(
      [...seen].some((text) => text.includes('"action":"allow"')),
      'some values have a result',
    );
    t.false([...seen].some((text) => text.includes('malformed')));
  });
}
