// The ways into a gateway beside a base URL, and who it takes its callers for: absolute targets, tunnels, other protocols, TLS with HTTP/2,
// certificates and tokens of callers.

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { connect as connectSecond } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { createServer as createTcp, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  const echo = createTcp((socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  t.teardown(() => echo.close());
  const { port } = await shop(t);
  const tunnel = (where: string): Promise<string> =>
    sendRaw(port, `CONNECT ${where} HTTP/1.1\r\nhost: ${where}\r\n\r\n`);
  t.regex(await tunnel('api.openai.com:443'), /^HTTP\/1\.1 403[^]*would go round/);
  t.regex(await tunnel('bad.example:443'), /^HTTP\/1\.1 403[^]*not there/);
  const { port: behind } = echo.address() as AddressInfo; // it listens on a port
  t.regex(await tunnel(`127.0.0.1:${behind}`), /^HTTP\/1\.1 403/);
  t.regex(await tunnel('169.254.169.254:80'), /^HTTP\/1\.1 403/);
  t.regex(await tunnel('[::1]:80'), /^HTTP\/1\.1 403/);
  t.regex(await tunnel('nowhere'), /^HTTP\/1\.1 400/);
});

test('the handshake of a WebSocket is decided on, and its frames pass', async (t) => {
  const server = createServer();
  server.on('upgrade', (request, socket) => {
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nx-asked: ' +
        String(request.url) +
        '\r\n\r\n',
    );
    socket.on('data', (chunk: Buffer) => socket.write(chunk));
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const { port: behind } = server.address() as AddressInfo; // it listens on a port
  const { port } = await startGateway(t, {
    policy,
    upstreams: { Shop: `http://127.0.0.1:${behind}`, 'api.openai.com': `http://127.0.0.1:${behind}` },
  });
  const ask = (target: string, host: string): string =>
    `GET ${target} HTTP/1.1\r\nhost: ${host}\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-key: eA==\r\nsec-websocket-version: 13\r\n\r\n`;
  const { socket, received } = await converse(port);
  socket.write(ask('/live', 'api.shop.example'));
  for (let count = 0; count < 100 && !received().includes('\r\n\r\n'); count++) await pause();
  t.regex(received(), /^HTTP\/1\.1 101[^]*x-asked: \/live/);
  socket.write('frame');
  for (let count = 0; count < 100 && !received().endsWith('frame'); count++) await pause();
  t.true(received().endsWith('frame'));
  socket.destroy();
  t.regex(await sendRaw(port, ask('/live?debug=1', 'api.shop.example')), /^HTTP\/1\.1 451/);
  t.regex(await sendRaw(port, ask('/v1/realtime', 'api.openai.com')), /^HTTP\/1\.1 403/);
});

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
