// Events whose documents tell kinds apart, from source to decision: what is of a kind, what of it is malformed, and where. The
// interpreter and both modules agree.

import test from 'ava';
import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { lowerProgram } from '../../src/ir/lower.ts';
import { agree, createDifferential } from '../differential.ts';
import type { Differential } from '../differential.ts';

const orders = {
  openapi: '3.1.0',
  servers: [{ url: '/v1' }, { url: '/api/v2' }],
  paths: {
    '/orders': {
      get: {
        operationId: 'list',
        parameters: [
          { name: 'limit', in: 'query', schema: { type: 'integer', default: 20 } },
          { name: 'least', in: 'query', schema: { type: 'number' } },
          { name: 'all', in: 'query', schema: { type: 'boolean' } },
          { name: 'X-Tenant', in: 'header', required: true, schema: { type: 'string' } },
        ],
      },
      post: {
        operationId: 'create',
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['amount'],
                properties: { amount: { type: 'integer' }, note: { type: 'string' } },
              },
            },
          },
        },
      },
    },
    '/orders/{id}/lines/{n}': {
      get: {
        operationId: 'line',
        parameters: [{ name: 'n', in: 'path', required: true, schema: { type: 'integer' } }],
        responses: {
          200: {
            content: {
              'application/json': {
                schema: { type: 'object', required: ['sku'], properties: { sku: { type: 'string' } } },
              },
            },
          },
          '4XX': {
            content: {
              'application/json': {
                schema: { type: 'object', required: ['code'], properties: { code: { type: 'integer' } } },
              },
            },
          },
          404: {},
          default: {
            content: {
              'application/json': {
                schema: { type: 'object', required: ['oops'], properties: { oops: { type: 'string' } } },
              },
            },
          },
        },
      },
    },
  },
};

const tools = {
  tools: [
    {
      name: 'send',
      inputSchema: {
        type: 'object',
        required: ['to'],
        properties: { to: { type: 'string' }, copies: { type: 'integer', default: 1 } },
      },
    },
    { name: 'drafts', inputSchema: { type: 'object', properties: { limit: { type: 'integer', default: 10 } } } },
  ],
};

const policy = `package p
surface Shop: api { openapi "orders.yaml" }
surface Tools: mcp { servers ["mail", "other"], tools { mail "mail.json" } }

detect Large on Shop.request { severity low  when route is create && body.amount > 100 }
detect Note on Shop.request { severity low  when route is create  find word in body.note }
detect Many on Shop.request { severity low  when route is list && params.limit > 50 && (params.least ?? 1.0) > 0.5 }
detect Own on Shop.request { severity low  when route is list && params.\`X-Tenant\` == "own" && !(params.all ?? false) }
detect Line on Shop.request { severity low  when route is line && params.n > 2 }
detect Found on Shop.response { severity low  when route is line.\`200\` && body.sku == "a" }
detect Refused on Shop.response { severity low  when route is line.\`4XX\` && body.code > 1 }
detect Odd on Shop.response { severity low  when route is line.default && body.oops != "" }
detect AnyLine on Shop.response { severity low  when route is line && params.n > 0 }
detect Mail on Tools.call { severity low  when tool is mail.send && tool.arguments.to == "a" && tool.arguments.copies < 3 }
detect Drafts on Tools.call { severity low  when tool is mail.drafts && tool.arguments.limit == 10 }
pattern word = re"secret"
`;

const differential = ((): Differential => {
  const documents = new Map<string, unknown>([
    ['orders.yaml', orders],
    ['mail.json', tools],
  ]);
  const { programs, diagnostics } = checkProgram({
    files: [{ path: 'p.rdp', text: policy }],
    documents,
    std: stdFiles,
  });
  const [program] = programs ?? [];
  if (!program) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return createDifferential(lowerProgram(program));
})();

interface Said {
  readonly message?: string;
  readonly path?: string;
  readonly findings?: readonly { readonly rule: string }[];
}

/** The rules that fired, or what is malformed and where. */
function outcome(text: string): string {
  const { message, path, findings } = JSON.parse(text) as Said; // a decision
  return message === undefined ? (findings ?? []).map(({ rule }) => rule).join(' ') : `${message} ${path ?? ''}`;
}

const request = (method: string, path: string, more: object = {}): object => ({ method, path, ...more });
const answer = (status: number, body?: unknown): object => request('GET', '/v1/orders/7/lines/1', { status, body });
const call = (server: string, name: string, args?: unknown): object => ({ tool: { server, name, arguments: args } });
const own = { headers: { 'x-tenant': 'own' } };

const cases: readonly (readonly [event: string, document: object, said: string])[] = [
  ['Shop/request', request('POST', '/v1/orders', { body: { amount: 101 } }), 'Large'],
  ['Shop/request', { body: { amount: 101, note: 'a secret' }, path: '/api/v2/orders', method: 'POST' }, 'Large Note'],
  ['Shop/request', request('POST', '/v1/orders', { body: { amount: 7, more: [] } }), ''],
  ['Shop/request', request('POST', '/v1/orders', { body: { amount: '101' } }), 'wrong_type /body/amount'],
  ['Shop/request', { body: { amount: 1.5 }, method: 'POST', path: '/v1/orders' }, 'wrong_type /body/amount'],
  ['Shop/request', request('POST', '/v1/orders', { body: { note: 'x' } }), 'missing_field /body'],
  ['Shop/request', request('POST', '/v1/orders', { body: 'amount=101' }), 'wrong_type /body'],
  ['Shop/request', request('POST', '/v1/orders'), 'missing_field '],
  ['Shop/request', request('POST', '/v1/other', { body: 'amount=101' }), ''],
  ['Shop/request', request('PUT', '/v1/orders', { body: [] }), ''],
  ['Shop/request', request('GET', '/v1/orders?limit=51', own), 'Many Own'],
  ['Shop/request', request('GET', '/v1/orders?limit=51&least=0.25&all=true', own), ''],
  ['Shop/request', request('GET', '/v1/orders?%6cimit=51&least=1e0', own), 'Many Own'],
  ['Shop/request', request('GET', '/v1/orders?limit=x', own), 'invalid_argument /path'],
  ['Shop/request', request('GET', '/v1/orders?limit=', own), 'invalid_argument /path'],
  ['Shop/request', request('GET', '/v1/orders?limit=51&limit=1', own), 'invalid_argument /path'],
  ['Shop/request', request('GET', '/v1/orders?least=nan', own), 'invalid_argument /path'],
  ['Shop/request', request('GET', '/v1/orders?all=1', own), 'invalid_argument /path'],
  ['Shop/request', request('GET', '/v1/orders'), 'no_such_key /headers'],
  ['Shop/request', request('GET', '/v1/orders/7/lines/3'), 'Line'],
  ['Shop/request', request('GET', '/api/v2/orders/7/lines/3'), 'Line'],
  ['Shop/request', request('GET', '/v1/orders/7/lines/three'), 'invalid_argument /path'],
  ['Shop/response', answer(200, { sku: 'a' }), 'Found AnyLine'],
  ['Shop/response', answer(200, { code: 2 }), 'missing_field /body'],
  ['Shop/response', answer(403, { code: 2 }), 'Refused AnyLine'],
  ['Shop/response', answer(404, 'no such page'), 'AnyLine'],
  ['Shop/response', answer(500, { oops: 'x' }), 'Odd AnyLine'],
  ['Shop/response', answer(500, '<html>'), 'wrong_type /body'],
  ['Shop/response', { ...answer(200, 3), path: '/elsewhere' }, ''],
  ['Tools/call', call('mail', 'send', { to: 'a' }), 'Mail'],
  ['Tools/call', call('mail', 'send', { to: ['a'] }), 'wrong_type /tool/arguments/to'],
  ['Tools/call', call('mail', 'send'), 'missing_field /tool'],
  ['Tools/call', call('other', 'send', { to: ['a'] }), ''],
  ['Tools/call', call('mail', 'drafts'), 'Drafts'],
  ['Tools/call', call('mail', 'drafts', { limit: 11 }), ''],
];

for (const [event, document, said] of cases) {
  const input = JSON.stringify(document);
  test(`${event} ${input}`, (t) => {
    t.is(outcome(agree(t, differential, { entrypoint: `p/${event}`, input })), said);
  });
}
