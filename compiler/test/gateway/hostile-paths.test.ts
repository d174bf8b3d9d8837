// Targets that two servers would resolve differently, and methods that headers change: what reaches the service is what was decided on, byte for
// byte, or nothing does.

import test, { type ExecutionContext } from 'ava';
import { sendRaw } from './raw-client.ts';
import { startService, type ReplayService } from './replay-service.ts';
import { startGateway, type RunningGateway } from './running-gateway.ts';

const document = {
  openapi: '3.0.0',
  info: { title: 'shop', version: '1' },
  paths: {
    '/public/{name}': { get: { operationId: 'getPublic', responses: {} } },
    '/admin/users': { get: { operationId: 'listUsers', responses: {} } },
  },
};
/** Whatever leads to the administration, as a server behind might see it, is to be refused. */
const policy = `package shop
surface Shop: api { host "api.shop.example", openapi "shop.json", default deny }
defend Public on Shop.request { when route is getPublic permit }
`;

async function between(
  t: ExecutionContext,
  text = policy,
): Promise<RunningGateway & { readonly service: ReplayService }> {
  const service = await startService(() => ({ json: {} }));
  t.teardown(service.close);
  const documents = new Map([['shop.json', document]]);
  return { ...(await startGateway(t, { policy: text, documents, upstreams: { Shop: service.url } })), service };
}

const get = (target: string, ...more: readonly string[]): Buffer =>
  Buffer.from(
    [`GET ${target} HTTP/1.1`, 'host: api.shop.example', 'connection: close', ...more, '', ''].join('\r\n'),
    'latin1',
  );

const toAdministration: readonly string[] = [
  '/admin/users',
  '/public/../admin/users',
  '/public/%2e%2e/admin/users',
  '/public/.%2E/admin/users',
  '/public/%2E./admin/users',
  '/public/..%2fadmin%2fusers',
  '/public/%2e%2e%2fadmin%2fusers',
  '/public/..%5cadmin%5cusers',
  '/public/..\\admin\\users',
  '/public/..;/admin/users',
  '/public/..;x=y/admin/users',
  '/public/.;/../admin/users',
  '/public/%252e%252e/admin/users',
  '/public/%252e%252e%252fadmin/users',
  '/public/..%252fadmin/users',
  '/public/%c0%ae%c0%ae/admin/users',
  '/public/%c0%ae%c0%ae%c0%afadmin/users',
  '/public/%e0%80%ae%e0%80%ae/admin/users',
  '/public/%uff0e%uff0e/admin/users',
  '/public/%u002e%u002e/admin/users',
  '/public/\xef\xbc\x8e\xef\xbc\x8e/admin/users',
  '/public/..%00/admin/users',
  '/public/x%00/../admin/users',
  '/public/..%09/admin/users',
  '/public/..%20/admin/users',
  '/public/..%0a/admin/users',
  '/public//../admin/users',
  '/public/./../admin/users',
  '//admin/users',
  '/./admin/users',
  '/%61dmin/users',
  '/%2561dmin/users',
  '/ADMIN/users',
  '/admin/users/',
  '/admin//users',
  '/admin/users;x=y',
  '/admin/users%2f',
  '/admin%2fusers',
  '/admin%5cusers',
  '/admin/users%00',
  '/admin/users%20',
  '/admin/users.json',
  '/admin/users?',
  '/admin/users#',
  '/public/x#/../../admin/users',
  '/public/x?/../../admin/users#y',
  'http://api.shop.example/admin/users',
  'http://api.shop.example/public/../admin/users',
  '/Shop/admin/users',
  '/Shop/public/../admin/users',
  '/api.shop.example/admin/users',
  '/api.shop.example//admin/users',
  '*',
];

test('nothing that could lead past a rule about routes reaches the service', async (t) => {
  const { port, service } = await between(t);
  for (const target of toAdministration) {
    const answer = await sendRaw(port, get(target));
    t.regex(answer, /^HTTP\/1\.1 4\d\d/, target);
  }
  t.deepEqual(service.seen, []);
  for (const target of [
    '/public/a',
    '/public/a%20b',
    '/public/a.b',
    '/public/%C3%A9',
    '/public/a?b=../c',
    '/public/...',
    '/public/a..b',
  ]) {
    t.regex(await sendRaw(port, get(target)), /^HTTP\/1\.1 200/, target);
    t.is(service.seen.at(-1)?.target, target);
  }
});

test('the host that is decided on is the one that is asked', async (t) => {
  const { port, service } = await between(t);
  const refused: Readonly<Record<string, Buffer>> = {
    'another host in the target': get('http://other.example/public/a'),
    'a user in the target': get('http://user@api.shop.example/public/a'),
    'a port that is none': get('http://api.shop.example:22/public/a'),
    'two hosts': get('/public/a', 'host: other.example'),
    'another scheme': get('ftp://api.shop.example/public/a'),
    'a host with a space': Buffer.from('GET /public/a HTTP/1.1\r\nhost: api.shop.example other\r\n\r\n'),
    'a host with a slash': Buffer.from('GET /public/a HTTP/1.1\r\nhost: api.shop.example/x\r\n\r\n'),
    'no host': Buffer.from('GET /public/a HTTP/1.1\r\n\r\n'),
  };
  for (const [name, bytes] of Object.entries(refused)) t.regex(await sendRaw(port, bytes), /^HTTP\/1\.1 4\d\d/, name);
  t.deepEqual(service.seen, []);
  const absolute = (host: string): Buffer =>
    Buffer.from(`GET http://api.shop.example/public/a HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
  t.regex(await sendRaw(port, absolute('other.example')), /^HTTP\/1\.1 200/, 'the target says it');
  t.regex(await sendRaw(port, absolute('api.shop.example:80')), /^HTTP\/1\.1 200/);
  for (const { rawHeaders } of service.seen) t.false(rawHeaders.includes('other.example'));
  t.is(service.seen[0]?.headers.host, 'api.shop.example');
  for (const name of [
    'x-forwarded-host',
    'x-original-url',
    'x-rewrite-url',
    'x-host',
    'forwarded',
    'x-forwarded-prefix',
  ])
    await sendRaw(port, get('/public/a', `${name}: /admin/users`));
  for (const { headers } of service.seen.slice(1))
    for (const name of ['x-original-url', 'x-rewrite-url']) t.is(headers[name], undefined, name);
});

test('a header does not make another method of a request', async (t) => {
  const { port, service } = await between(t);
  for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
    t.regex(await sendRaw(port, get('/public/a', `${name}: DELETE`)), /^HTTP\/1\.1 400/);
    t.regex(await sendRaw(port, get('/public/a', `${name}: get`)), /^HTTP\/1\.1 200/);
  }
  const seen = service.seen.length;
  for (const method of ['TRACE', 'CONNECT', 'get', 'DELETE', 'PROPFIND', 'X'])
    t.notRegex(
      await sendRaw(port, `${method} /public/a HTTP/1.1\r\nhost: api.shop.example\r\nconnection: close\r\n\r\n`),
      /^HTTP\/1\.1 2/,
      method,
    );
  t.is(service.seen.length, seen);
});

test('what stands around a body is not part of it, and does not go on', async (t) => {
  const reading = `package shop
surface Shop: api { host "api.shop.example" }
pattern forbidden = re"forbidden"
detect Forbidden on Shop.request { severity high find forbidden in texts(body) }
defend Stop on Shop.request { when Forbidden block 403 "stopped by policy" }
`;
  const { port, service } = await between(t, reading);
  const post = (...lines: readonly string[]): string =>
    [
      'POST /x HTTP/1.1',
      'host: api.shop.example',
      'content-type: application/json',
      'connection: close',
      ...lines,
      '',
      '',
    ].join('\r\n');
  const trailing = `${post('transfer-encoding: chunked', 'trailer: x-user')}4;ext=forbidden\r\n{"a"\r\n3;q=b\r\n:1}\r\n0;last\r\nx-user: admin\r\n\r\n`;
  t.regex(await sendRaw(port, trailing), /^HTTP\/1\.1 200/);
  t.is(String(service.seen[0]?.body), '{"a":1}');
  t.is(service.seen[0]?.headers['x-user'], undefined);
  t.false(service.seen[0]?.rawHeaders.some((text) => text.includes('ext')) ?? true);
  const expecting = await sendRaw(port, `${post('expect: 100-continue', 'content-length: 2')}{}`);
  t.regex(expecting, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200/);
  t.is(service.seen[1]?.headers['expect'], undefined);
  t.regex(await sendRaw(port, `${post('expect: 200-ok', 'content-length: 2')}{}`), /^HTTP\/1\.1 417/);
  const large = await sendRaw(port, post('expect: 100-continue', 'content-length: 99999999'));
  t.regex(large, /HTTP\/1\.1 413/);
  for (const named of ['host', 'x-user', 'close, content-type', 'authorization'])
    t.regex(await sendRaw(port, `${post(`connection: ${named}`, 'content-length: 2')}{}`), /^HTTP\/1\.1 400/, named);
  for (const { headers } of service.seen) t.is(headers.host, 'api.shop.example');
  t.is(service.seen.filter(({ body }) => String(body).includes('forb')).length, 0);
});
