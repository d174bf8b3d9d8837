// JSON Schema, in the dialects that are about: which type each schema gives, and that no schema makes the reader throw.

import test from 'ava';
import fc from 'fast-check';
import { importJsonSchema, readSchemas } from '../../src/import/json-schema.ts';
import { fieldsOf, showType } from './show-type.ts';

test('scalars, lists and maps', (t) => {
  const { type, problems } = importJsonSchema(
    {
      type: 'object',
      required: ['id', 'at', 'maybe'],
      properties: {
        id: { type: 'integer' },
        big: { type: 'integer', format: 'uint64' },
        ratio: { type: 'number' },
        on: { type: 'boolean', default: true },
        at: { type: 'string', format: 'date-time' },
        tags: { type: 'array', items: { type: 'string' } },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        free: { type: 'object' },
        any: true,
        maybe: { type: ['string', 'null'] },
        level: { enum: ['low', 'high'] },
        fixed: { const: 3 },
      },
    },
    'Thing',
  );
  t.deepEqual(problems, []);
  t.deepEqual(fieldsOf(type), {
    id: 'int',
    big: 'uint?',
    ratio: 'float?',
    on: 'bool=',
    at: 'timestamp',
    tags: '[string]?',
    labels: 'map<string>?',
    free: 'map<dyn>?',
    any: 'dyn?',
    maybe: 'string?',
    level: 'string?',
    fixed: 'int?',
  });
});

test('a required field that may be null is optional, in every dialect', (t) => {
  const spellings = [
    { type: ['string', 'null'] },
    { type: 'string', nullable: true },
    { anyOf: [{ type: 'string' }, { type: 'null' }] },
    { $ref: '#/definitions/Name', nullable: true },
  ];
  for (const spelling of spellings) {
    const document = { required: ['a'], properties: { a: spelling }, definitions: { Name: { type: 'string' } } };
    t.deepEqual(fieldsOf(importJsonSchema(document, 'T').type), { a: 'string?' });
  }
});

test('allOf joins fields; a branch keeps what it requires', (t) => {
  const { type } = importJsonSchema(
    {
      allOf: [
        { $ref: '#/definitions/Base' },
        { type: 'object', required: ['b'], properties: { b: { type: 'string' } } },
      ],
      definitions: { Base: { type: 'object', required: ['a'], properties: { a: { type: 'integer' } } } },
    },
    'T',
  );
  t.deepEqual(fieldsOf(type), { a: 'int', b: 'string' });
});

test('oneOf of objects: the fields of all, none of them sure; of different scalars: anything', (t) => {
  const { type } = importJsonSchema(
    {
      oneOf: [
        { type: 'object', required: ['kind', 'x'], properties: { kind: { const: 'a' }, x: { type: 'integer' } } },
        { type: 'object', required: ['kind'], properties: { kind: { const: 'b' }, x: { type: 'string' } } },
      ],
    },
    'T',
  );
  t.deepEqual(fieldsOf(type), { kind: 'string?', x: 'dyn?' });
  t.is(showType(importJsonSchema({ oneOf: [{ type: 'string' }, { type: 'integer' }] }, 'T').type), 'dyn');
  t.is(showType(importJsonSchema({ anyOf: [{ type: 'string' }, { const: 'x' }] }, 'T').type), 'string');
});

test('schemas that refer to themselves', (t) => {
  const tree = importJsonSchema(
    { type: 'object', properties: { value: { type: 'string' }, children: { type: 'array', items: { $ref: '#' } } } },
    'Tree',
  );
  t.is(tree.type.kind, 'record');
  if (tree.type.kind !== 'record') return;
  const children = tree.type.record.fields().get('children')?.type;
  t.is(children?.kind === 'list' && children.of.kind === 'record' ? children.of.record : undefined, tree.type.record);

  for (const schema of [
    { $ref: '#' },
    { type: 'array', items: { $ref: '#' } },
    { oneOf: [{ $ref: '#' }, { type: 'string' }] },
    { allOf: [{ $ref: '#' }] },
    { additionalProperties: { $ref: '#' } },
  ]) {
    t.notThrows(() => showType(importJsonSchema(schema, 'T').type));
  }
});

test('a reference that leads nowhere is told once and is anything', (t) => {
  const { type, problems } = importJsonSchema(
    { properties: { a: { $ref: 'other.json#/A' }, b: { $ref: 'other.json#/A' } } },
    'T',
  );
  t.deepEqual(fieldsOf(type), { a: 'dyn?', b: 'dyn?' });
  t.deepEqual(problems, [{ code: 'unresolved-reference', reference: 'other.json#/A', at: '/properties/a' }]);
});

test('references decode their escapes', (t) => {
  const document = { definitions: { 'a/b c': { type: 'integer' } }, $ref: '#/definitions/a~1b%20c' };
  t.is(showType(importJsonSchema(document, 'T').type), 'int');
});

test('no document makes the reader throw or loop', (t) => {
  const keywords = [
    'type',
    'properties',
    'items',
    'allOf',
    'oneOf',
    'anyOf',
    'additionalProperties',
    'required',
    '$ref',
    'enum',
    'default',
  ];
  const { schema } = fc.letrec((tie) => ({
    schema: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<unknown>('object', 'string', 'array', '#', '#/properties/a', '#/items', null, true, 3, [
        'string',
        'null',
      ]),
      fc.array(tie('schema'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keywords, 'a', 'b'), tie('schema'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(schema, (document) => {
      for (const presence of ['schema', 'kubernetes'] as const) {
        const type = readSchemas({ document, presence }).type(document, 'T', '');
        if (type.kind === 'record') for (const field of type.record.fields().values()) showType(field.type);
      }
    }),
    { numRuns: 300 },
  );
  t.pass();
});
