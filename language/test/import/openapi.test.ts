// OpenAPI documents: routes with their base paths, types of parameters and bodies, faults.

import test from 'ava';
import { importOpenapi } from '../../src/import/openapi.ts';
import { fieldsOf, showType } from './show-type.ts';

const answer = { 200: { description: '', content: { 'application/json': { schema: { type: 'string' } } } } };

test('routes carry the base path of every server, variables filled in', (t) => {
  const { routes, problems } = importOpenapi({
    openapi: '3.1.0',
    servers: [
      { url: 'https://api.example/{version}/', variables: { version: { default: 'v2' } } },
      { url: 'https://old.example/api' },
      { url: '/local?x=1' },
    ],
    paths: {
      '/users/{id}': { get: { operationId: 'getUser' }, delete: {} },
      '/health': { servers: [{ url: 'https://api.example' }], get: { operationId: 'health' } },
    },
  });
  t.deepEqual(problems, []);
  t.deepEqual(
    routes.map(({ method, template, operation }) => `${method} ${template} ${operation}`),
    [
      'GET /v2/users/{id} getUser',
      'GET /api/users/{id} getUser',
      'GET /local/users/{id} getUser',
      'DELETE /v2/users/{id} DELETE /v2/users/{id}',
      'DELETE /api/users/{id} DELETE /v2/users/{id}',
      'DELETE /local/users/{id} DELETE /v2/users/{id}',
      'GET /health health',
    ],
  );
});

test('types of parameters and bodies, through references', (t) => {
  const { operations } = importOpenapi({
    openapi: '3.0.3',
    paths: {
      '/pets/{id}': {
        parameters: [
          { $ref: '#/components/parameters/Id' },
          { name: 'trace', in: 'header', schema: { type: 'boolean' } },
        ],
        put: {
          operationId: 'put-pet',
          parameters: [{ name: 'trace', in: 'header', required: true, schema: { type: 'integer' } }],
          requestBody: { $ref: '#/components/requestBodies/Pet' },
          responses: {
            ...answer,
            default: { content: { 'application/problem+json': { schema: { type: 'object' } } } },
          },
        },
      },
    },
    components: {
      parameters: { Id: { name: 'id', in: 'path', required: true, schema: { type: 'string' } } },
      requestBodies: { Pet: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } } } },
      schemas: {
        Pet: {
          type: 'object',
          required: ['name', 'chip'],
          properties: {
            name: { type: 'string' },
            chip: { type: 'string', nullable: true },
            parent: { $ref: '#/components/schemas/Pet' },
          },
        },
      },
    },
  });
  const operation = operations.get('put-pet');
  t.deepEqual(
    operation?.parameters.map(({ name, in: place, required, type }) => [name, place, required, showType(type)]),
    [
      ['trace', 'header', true, 'int'],
      ['id', 'path', true, 'string'],
    ],
  );
  t.deepEqual(fieldsOf(operation?.requestBody), { name: 'string', chip: 'string?', parent: 'Pet?' });
  t.deepEqual(
    [...(operation?.responses ?? [])].map(([status, type]) => [status, showType(type)]),
    [
      ['200', 'string'],
      ['default', 'map<dyn>'],
    ],
  );
});

test('a body has a type where the document leaves it no other form', (t) => {
  const text = { schema: { type: 'string' } };
  const body = (content: object, more: object = {}): readonly unknown[] => {
    const requestBody = { content, ...more };
    const { operations } = importOpenapi({
      openapi: '3.1.0',
      paths: { '/a': { post: { operationId: 'a', requestBody } } },
    });
    const operation = operations.get('a');
    return [operation?.requestBody && showType(operation.requestBody), operation?.bodyRequired];
  };
  t.deepEqual(body({ 'application/json': text }), ['string', false]);
  t.deepEqual(body({ 'application/json; charset=utf-8': text }, { required: true }), ['string', true]);
  t.deepEqual(body({ 'application/json': text, 'application/vnd.a+json': text }), ['string', false]);
  t.deepEqual(body({ 'application/json': text, 'text/plain': text }), [undefined, false]);
  t.deepEqual(body({ '*/*': text }), [undefined, false]);
  t.deepEqual(body({ 'application/json': text, 'application/b+json': { schema: { type: 'integer' } } }), [
    undefined,
    false,
  ]);
  t.deepEqual(body({ 'application/json': { schema: { type: ['string', 'null'] } } }, { required: true }), [
    'string',
    false,
  ]);
});

test('an operation id names one route, a route is described once', (t) => {
  const { routes, problems } = importOpenapi({
    openapi: '3.1.0',
    paths: {
      '/a/{x}': { get: { operationId: 'read' } },
      '/a/{y}': { get: { operationId: 'read' } },
    },
  });
  t.deepEqual(routes, [{ method: 'GET', template: '/a/{x}', operation: 'read' }]);
  t.deepEqual(problems, [
    { code: 'repeated-operation', operation: 'read', route: 'GET /a/{y}' },
    { code: 'repeated-route', route: 'GET /a/{y}' },
  ]);
});

test('what is no OpenAPI 3 document gives a problem and no routes', (t) => {
  const codes = (document: unknown): readonly string[] => importOpenapi(document).problems.map(({ code }) => code);
  t.deepEqual(codes(undefined), ['invalid-document']);
  t.deepEqual(codes([]), ['invalid-document']);
  t.deepEqual(codes({ info: {} }), ['invalid-document']);
  t.deepEqual(codes({ openapi: '3.1.0', paths: [] }), ['invalid-document']);
  t.deepEqual(codes({ swagger: '1.2', paths: {} }), ['unsupported-openapi']);
  t.deepEqual(codes({ openapi: '4.0.0', paths: {} }), ['unsupported-openapi']);
  t.deepEqual(codes({ openapi: '3.2.0', paths: { '/a': null, '/b': { get: 3 }, 'x-own': {} } }), []);
});
