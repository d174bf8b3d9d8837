// Documents of Swagger 2.0, by what becomes of them: the routes, parameters and bodies of the document of 3.0 that says the same.

import test from 'ava';
import { importOpenapi } from '../../src/import/openapi.ts';
import { showType } from './show-type.ts';

const imported = importOpenapi({
  swagger: '2.0',
  host: 'api.shop.example',
  basePath: '/v1',
  schemes: ['https'],
  consumes: ['application/json'],
  produces: ['application/json'],
  parameters: { limit: { name: 'limit', in: 'query', type: 'integer', default: 20 } },
  definitions: {
    Order: { type: 'object', required: ['id'], properties: { id: { type: 'integer' }, note: { type: 'string' } } },
  },
  responses: { Gone: { description: 'gone', schema: { type: 'object', properties: { why: { type: 'string' } } } } },
  paths: {
    '/orders': {
      get: {
        operationId: 'listOrders',
        parameters: [
          { $ref: '#/parameters/limit' },
          { name: 'tag', in: 'query', type: 'array', items: { type: 'string' } },
        ],
        responses: {
          200: { description: 'orders', schema: { type: 'array', items: { $ref: '#/definitions/Order' } } },
        },
      },
      post: {
        operationId: 'createOrder',
        parameters: [{ name: 'order', in: 'body', required: true, schema: { $ref: '#/definitions/Order' } }],
        responses: { 201: { description: 'made' }, 410: { $ref: '#/responses/Gone' } },
      },
    },
    '/orders/{id}/photo': {
      parameters: [{ name: 'id', in: 'path', required: true, type: 'integer' }],
      put: {
        operationId: 'putPhoto',
        consumes: ['multipart/form-data'],
        parameters: [{ name: 'photo', in: 'formData', type: 'file' }],
        responses: {},
      },
    },
  },
});
const operation = (name: string) => imported.operations.get(name);

test('routes have the base path, and addresses the host', (t) => {
  t.deepEqual(
    imported.routes.map(({ method, template }) => `${method} ${template}`),
    ['GET /v1/orders', 'POST /v1/orders', 'PUT /v1/orders/{id}/photo'],
  );
  t.deepEqual(imported.addresses, ['https://api.shop.example/v1']);
  t.deepEqual(imported.problems, []);
});

test('parameters have their types, those of references and paths too', (t) => {
  const shown = (name: string) =>
    operation(name)?.parameters.map((one) => `${one.in} ${one.name}: ${showType(one.type)}${one.required ? '' : '?'}`);
  t.deepEqual(shown('listOrders'), ['query limit: int?', 'query tag: [string]?']);
  t.deepEqual(shown('putPhoto'), ['path id: int']);
});

test('bodies and answers that are JSON have types; forms have none', (t) => {
  const created = operation('createOrder');
  t.true(created?.bodyRequired);
  t.is(created?.requestBody?.kind, 'record');
  t.is(operation('listOrders')?.responses.get('200')?.kind, 'list');
  t.is(created?.responses.get('410')?.kind, 'record');
  t.is(operation('putPhoto')?.requestBody, undefined);
});
