// The ways into a gateway beside a base URL, and who it takes its callers for: absolute targets, tunnels, other protocols, TLS with HTTP/2,
// certificates and tokens of callers.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect as connectSecond } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { BlockList, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import test, { type ExecutionContext } from 'ava';
import { createAuthority } from '../admission/make-certificate.ts';
import { converse, sendRaw } from './raw-client.ts';
import { startService } from './replay-service.ts';
import { startGateway } from './running-gateway.ts';

const policy = `package shop
import std.ai

surface Shop: api { host "api.shop.example" }
surface Chat: llm { providers [ai.openai] }
surface Egress: net {}

defend Stop on Shop.request { when path.query[?"debug"] != none block 451 "no debugging here" }
defend Own on Shop.request { when path.text == "/own" && client.subject != "kim" block 403 "{client.subject}" }
defend Mesh on Shop.request { when path.text == "/mesh" && client.workload != "spiffe://shop/web" block 403 "{client.workload}" }
defend Named on Shop.request { when path.text == "/id" block 403 "{client.id}" }
defend NoBad on Egress.connection { when destination.host == "bad.example" block 403 "not there" }
defend Talk on Chat.request { when model == "none" block }
`;

async function shop(t: ExecutionContext, options: Parameters<typeof startGateway>[1]['options'] = {}) {
  const service = await startService(({ target, headers }) => ({ json: { target, host: headers.host } }));
  t.teardown(service.close);
  const running = await startGateway(t, {
    policy,
    upstreams: { Shop: service.url, 'api.openai.com': service.url },
    options,
  });
  return { ...running, service };
}

test('a request says where it goes by host, by path, by surface, or in full', async (t) => {
  const { url, port } = await shop(t);
  const ask = async (path: string, host?: string): Promise<unknown> => {
    const [answer] = (await once(
      httpRequest({ port, path, headers: host === undefined ? {} : { host } }).end(),
      'response',
    )) as [NodeJS.ReadableStream & { readonly statusCode?: number }];
    let text = '';
    for await (const chunk of answer) text += String(chunk);
    return [answer.statusCode, JSON.parse(text).target];
  };
  t.deepEqual(await ask('/v1/x?y=1', 'api.shop.example'), [200, '/v1/x?y=1']);
  t.deepEqual(await ask('/api.shop.example/v1/x?y=1'), [200, '/v1/x?y=1']);
  t.deepEqual(await ask('/Shop/v1/x'), [200, '/v1/x']);
  t.deepEqual(await ask('/shop.Shop/api.shop.example/v1/x'), [200, '/v1/x']);
  t.deepEqual(await ask('http://api.shop.example/v1/x'), [200, '/v1/x']);
  t.deepEqual(await ask('/v1/x'), [200, '/v1/x']);
  t.deepEqual(await ask('http://other.example/v1/x'), [404, undefined]);
  t.deepEqual(await ask('http://api.shop.example:22/v1/x'), [404, undefined]);
  const refused = await fetch(`${url}/api.openai.com/v1/models`);
  t.is(refused.status, 400);
});

test('tunnels lead where a policy lets them, and never past rules or into the house', async (t) => {
  const { port, log } = await shop(t);
  const tunnel = (where: string): Promise<string> =>
    sendRaw(port, `CONNECT ${where} HTTP/1.1\r\nhost: ${where}\r\n\r\n`);
  for (const known of ['api.openai.com:443', 'API.OpenAI.com.:443', 'api.openai.com:8443', 'api.shop.example:443'])
    t.regex(
      await tunnel(known),
      /^HTTP\/1\.1 403[^]*would go round[^]*use the gateway's own address, followed by \/api/,
      known,
    );
  t.regex(await tunnel('bad.example:443'), /^HTTP\/1\.1 403[^]*not there/);
  for (const address of [
    '169.254.169.254:80',
    '127.0.0.1:80',
    '[::1]:80',
    '[::ffff:127.0.0.1]:80',
    '[::ffff:7f00:1]:80',
    '10.0.0.1:80',
    '[fd00:ec2::254]:80',
    '1.1.1.1:443',
  ])
    t.regex(await tunnel(address), /^HTTP\/1\.1 403[^]*is an address/, address);
  for (const disguised of [
    'localhost:80',
    '2130706433:80',
    '0x7f000001:80',
    '0177.0.0.1:80',
    '127.1:80',
    '0:80',
    '2852039166:80',
  ])
    t.regex(await tunnel(disguised), /^HTTP\/1\.1 (403[^]*no tunnel leads to where|502)/, disguised);
  for (const broken of [
    'nowhere',
    'a.example:99999',
    'a.example:',
    'user@a.example:443',
    'a.example:443/x',
    '[::1',
    ':443',
    'a.example:443:443',
  ])
    t.regex(await tunnel(broken), /^HTTP\/1\.1 400/, broken);
  t.true((await log()).filter(({ event, reason }) => event === 'rejected' && reason === 'tunnel').length > 20);
});

test('a private address is one that the operator names', async (t) => {
  const { port } = await shop(t, { tunnelAddresses: addresses('198.18.0.0', 15), services: quick });
  const ask = (where: string): Promise<string> => sendRaw(port, `CONNECT ${where} HTTP/1.1\r\nhost: ${where}\r\n\r\n`);
  t.notRegex(await ask('198.18.0.1:9'), /^HTTP\/1\.1 4/, 'whether somebody is there or not');
  t.regex(await ask('198.20.0.1:9'), /^HTTP\/1\.1 403/);
});

const quick = {
  timeouts: { connect: 300, head: 3000, idle: 600 },
  authorities: undefined,
  connections: 64,
} as const;

function addresses(network: string, bits: number): BlockList {
  const list = new BlockList();
  list.addSubnet(network, bits);
  return list;
}

/** A service that takes WebSockets; what it does with them `take` says. */
async function webSockets(
  t: ExecutionContext,
  take: (socket: Duplex) => void,
  accept = (key: string): string =>
    createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64'),
): Promise<{ readonly port: number; readonly asked: IncomingMessage[]; readonly open: () => Promise<number> }> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    response.end('plain');
  });
  server.on('upgrade', (request, socket) => {
    asked.push(request);
    const answer = accept(String(request.headers['sec-websocket-key']));
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${answer}\r\n\r\n`,
    );
    socket.on('error', () => socket.destroy());
    take(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return {
    port: (server.address() as AddressInfo).port, // it listens on a port
    asked,
    open: () => new Promise((resolve) => server.getConnections((_, count) => resolve(count))),
  };
}

const key = 'dGhlIHNhbXBsZSBub25jZQ==';
const handshake = (target: string, host = 'api.shop.example', more = ''): string =>
  `GET ${target} HTTP/1.1\r\nhost: ${host}\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-key: ${key}\r\nsec-websocket-version: 13\r\n${more}\r\n`;

async function until(isSo: () => boolean): Promise<void> {
  for (let count = 0; count < 200 && !isSo(); count++) await pause();
}

test('the handshake of a WebSocket is decided on, and its frames pass where the operator lets them', async (t) => {
  const service = await webSockets(t, (socket) => socket.on('data', (chunk: Buffer) => socket.write(chunk)));
  const url = `http://127.0.0.1:${service.port}`;
  const upstreams = { Shop: url, 'api.openai.com': url };
  const { port, log } = await startGateway(t, { policy, upstreams, webSockets: ['Shop', 'Chat'] });
  const { socket, received } = await converse(port);
  socket.write(handshake('/live'));
  await until(() => received().includes('\r\n\r\n'));
  t.regex(received(), /^HTTP\/1\.1 101/);
  t.is(service.asked[0]?.url, '/live');
  t.regex(String(service.asked[0]?.headers.via), /^1\.1 rdp-/);
  socket.write('frame');
  await until(() => received().endsWith('frame'));
  t.true(received().endsWith('frame'));
  socket.destroy();
  t.regex(await sendRaw(port, handshake('/live?debug=1')), /^HTTP\/1\.1 451/);
  const model = await sendRaw(port, handshake('/v1/realtime', 'api.openai.com'));
  t.regex(
    model,
    /^HTTP\/1\.1 403[^]*\{"error":\{[^]*"message":"what passes over such a connection cannot be decided on/,
  );
  for (const [name, text] of Object.entries({
    'another protocol': handshake('/x').replace('upgrade: websocket', 'upgrade: h2c'),
    'two protocols': handshake('/x').replace('upgrade: websocket', 'upgrade: websocket, h2c'),
    'no version': handshake('/x').replace('version: 13', 'version: 1337'),
    'no key': handshake('/x').replace(key, 'eA=='),
    'a body': handshake('/x', undefined, 'content-length: 3\r\n') + 'abc',
    'another method': handshake('/x').replace('GET', 'POST'),
  }))
    t.regex(await sendRaw(port, text), /^HTTP\/1\.1 (400|200)/, name);
  const reached = service.asked.filter(({ headers }) => headers.upgrade !== undefined);
  t.is(reached.length, 1, 'no other handshake reached the service');
  t.true((await log()).some(({ event, reason }) => event === 'rejected' && reason === 'upgrade'));
  const closed = await startGateway(t, { policy, upstreams });
  t.regex(await sendRaw(closed.port, handshake('/live')), /^HTTP\/1\.1 403[^]*--websockets shop.Shop/);
});

test('a service that says yes to something else has said nothing', async (t) => {
  const service = await webSockets(
    t,
    (socket) => void socket.pipe(socket),
    () => 'bm90aGluZw==',
  );
  const url = `http://127.0.0.1:${service.port}`;
  const { port } = await startGateway(t, { policy, upstreams: { Shop: url }, webSockets: ['Shop'] });
  t.regex(await sendRaw(port, handshake('/live')), /^HTTP\/1\.1 502/);
  await until(() => false);
  t.is(await service.open(), 0);
});

test('what is joined keeps its pace, its last words, and nothing else', async (t) => {
  const size = 8 * 1_048_576;
  const service = await webSockets(t, (socket) => {
    socket.write(Buffer.alloc(size, 'x'));
    socket.end('last words');
  });
  const url = `http://127.0.0.1:${service.port}`;
  const { port, gateway } = await startGateway(t, { policy, upstreams: { Shop: url }, webSockets: ['Shop'] });
  const slow = await converse(port);
  slow.socket.pause();
  slow.socket.write(handshake('/live'));
  await new Promise((resolve) => setTimeout(resolve, 500));
  slow.socket.resume();
  t.is(await slow.ended(5000), 'ended');
  t.true(slow.received().endsWith('last words'));
  t.true(slow.received().length > size);
  t.true(await isQuiet(gateway.metricsPort));
});

test('a connection over which nothing passes, or nothing may pass any more, ends', async (t) => {
  const service = await webSockets(t, (socket) => socket.on('data', (chunk: Buffer) => socket.write(chunk)));
  const url = `http://127.0.0.1:${service.port}`;
  const holding = `${policy}\ndefend Hold on Shop.request { when path.text == "/hold" quarantine client.ip }`;
  const { port, gateway } = await startGateway(t, {
    policy: holding,
    upstreams: { Shop: url },
    webSockets: ['Shop'],
    options: { services: quick },
  });
  const idle = await converse(port);
  idle.socket.write(handshake('/live'));
  t.is(await idle.ended(4000), 'ended', 'idle');
  const live = await converse(port);
  live.socket.write(handshake('/live'));
  await until(() => live.received().includes('\r\n\r\n'));
  t.regex(await sendRaw(port, 'GET /hold HTTP/1.1\r\nhost: api.shop.example\r\nconnection: close\r\n\r\n'), /403/);
  live.socket.write('frame');
  t.is(await live.ended(400), 'ended', 'in quarantine');
  t.false(live.received().includes('frame'));
  t.true(await isQuiet(gateway.metricsPort));
});

/** Whether nothing is pending, after a while. */
async function isQuiet(metricsPort: number | undefined): Promise<boolean> {
  for (let count = 0; count < 100; count++) {
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort ?? 0}/metrics`)).text();
    if (/rdp_gateway_pending_requests 0\n/.test(metrics) && /rdp_gateway_connections 0\n/.test(metrics)) return true;
    await pause();
  }
  return false;
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

test('over TLS in HTTP/2 and HTTP/1.1 alike, for clients that an authority has signed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rdp-gateway-tls-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const authority = createAuthority('gateway');
  const own = authority.issue({ name: 'localhost' });
  const caller = authority.issue({ name: 'web' });
  const files = {
    certificate: join(folder, 'tls.crt'),
    key: join(folder, 'tls.key'),
    clientAuthority: join(folder, 'ca'),
  };
  writeFileSync(files.certificate, own.certificate);
  writeFileSync(files.key, own.key);
  writeFileSync(files.clientAuthority, authority.certificate);
  const { port } = await shop(t, { tls: { files, clients: { kind: 'certified', names: [] } } });
  const secure = { ca: authority.certificate, cert: caller.certificate, key: caller.key };
  const session = connectSecond(`https://localhost:${port}`, secure);
  const ask = async (path: string): Promise<readonly [unknown, string]> => {
    const stream = session.request({ ':path': path, ':authority': 'api.shop.example' });
    const [headers] = (await once(stream, 'response')) as [Readonly<Record<string, unknown>>];
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    return [headers[':status'], text];
  };
  t.deepEqual(await ask('/v1/x'), [200, '{"target":"/v1/x","host":"api.shop.example"}']);
  const [status, text] = await ask('/mesh');
  t.is(status, 403);
  t.regex(text, /web|localhost/);
  session.close();
  const [first] = (await once(
    httpsRequest({ port, host: 'localhost', path: '/Shop/v1/x', ...secure }).end(),
    'response',
  )) as [{ readonly statusCode?: number }];
  t.is(first.statusCode, 200);
  const stranger = httpsRequest({ port, host: 'localhost', path: '/Shop/v1/x', ca: authority.certificate }).end();
  await t.throwsAsync(once(stranger, 'response'));
});

test('a token speaks for its subject when its signature, its times and its audience hold', async (t) => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const folder = mkdtempSync(join(tmpdir(), 'rdp-gateway-jwt-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const keys = join(folder, 'keys.json');
  writeFileSync(keys, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] }));
  const { url, service } = await shop(t, {
    tokens: { keys, issuer: 'https://login.example', audience: 'shop', header: 'x-token', subjectClaim: 'sub' },
  });
  const token = (
    changes: { readonly sub?: string; readonly aud?: string; readonly exp?: string } = {},
    key = privateKey,
  ) =>
    new SignJWT({ azp: 'web-shop' })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setSubject(changes.sub ?? 'kim')
      .setIssuer('https://login.example')
      .setAudience(changes.aud ?? 'shop')
      .setExpirationTime(changes.exp ?? '5m')
      .sign(key);
  const ask = async (path: string, given?: string): Promise<readonly [number, string]> => {
    const answer = await fetch(`${url}${path}`, { headers: given === undefined ? {} : { 'x-token': given } });
    return [answer.status, await answer.text()];
  };
  t.is((await ask('/own', await token()))[0], 200);
  t.is(service.seen.at(-1)?.headers['x-token'], undefined);
  t.deepEqual(await ask('/own', await token({ sub: 'mallory' })), [403, '{"message":"mallory"}']);
  t.is((await ask('/own'))[0], 403);
  t.regex((await ask('/id', await token()))[1], /web-shop/);
  const { privateKey: other } = await generateKeyPair('ES256');
  t.is((await ask('/own', await token({}, other)))[0], 401);
  t.is((await ask('/own', await token({ aud: 'bank' })))[0], 401);
  t.regex((await ask('/own', await token({ exp: '-5m' })))[1], /expired/);
  const [header, payload] = (await token()).split('.');
  t.is((await ask('/own', `${String(header)}.${String(payload)}.`))[0], 401);
});

test('callers are who somebody trusted says; a key is known by its hash alone', async (t) => {
  const { url } = await shop(t, {
    clients: { trustedHops: 1, idHeader: undefined, workloadHeader: 'x-forwarded-client-cert' },
  });
  const ask = async (path: string, headers: Readonly<Record<string, string>>): Promise<string> =>
    (await fetch(`${url}${path}`, { headers })).text();
  t.regex(await ask('/id', { authorization: 'Bearer a-key' }), /^\{"message":"key:[0-9a-f]{32}"\}$/);
  t.is(await ask('/id', { authorization: 'Bearer a-key' }), await ask('/id', { authorization: 'bearer a-key' }));
  t.not(await ask('/id', { authorization: 'Bearer a-key' }), await ask('/id', { authorization: 'Bearer b-key' }));
  const mesh =
    'By=spiffe://shop/gw;Hash=1;URI=spiffe://shop/evil,By=spiffe://shop/gw;Hash=2;Subject="CN=x";URI=spiffe://shop/web';
  t.regex(await ask('/mesh', { 'x-forwarded-client-cert': mesh }), /"target":"\/mesh"/);
  t.regex(await ask('/mesh', { 'x-forwarded-client-cert': 'By=spiffe://shop/gw;Hash=2' }), /"message":""/);
});
