// Bodies that no rule reads: they stream both ways, whatever they are and however large, and are held by nobody; what rules read of the
// head is decided on all the same. As soon as something looks into them they are bodies like all others.

import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { startGateway } from './running-gateway.ts';

const heads = `package shop
surface Files: api { host "files.example" }
defend Own on Files.request { when path.text.startsWith("/private/") block 403 "not yours" }
defend Gone on Files.response { when status == 410 block 502 "it is gone" }
`;
const bodies = `package shop
surface Files: api { host "files.example" }
pattern forbidden = re"forbidden"
detect Found on Files.request { severity high find forbidden in texts(body) }
defend Stop on Files.request { when Found block }
`;
/** Bytes that a gateway of these tests holds of a body, and of all together. */
const limit = 65_536;

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** A service that says how much came, at once when the first bytes come if `path` is `/early`. */
async function startFiles(t: ExecutionContext): Promise<string> {
  const server = createServer(async (request, response) => {
    if (request.url === '/early') {
      await once(request, 'data');
      response.writeHead(200).end('early');
      request.resume();
      return;
    }
    let size = 0;
    for await (const chunk of request) size += (chunk as Buffer).length; // a stream of bytes
    if (request.url === '/gone') response.writeHead(410).end('gone');
    else if (request.url === '/large') response.writeHead(200).end(Buffer.alloc(4 * limit, 'x'));
    else if (request.url === '/part')
      response.writeHead(206, { 'content-range': 'bytes 0-1/9' }).end(String(request.headers.range));
    else if (request.url === '/zipped')
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(4 * limit, 'x')));
    else response.writeHead(200).end(String(size));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
}

async function gatewayFor(t: ExecutionContext, policy: string) {
  const url = await startFiles(t);
  const { port, gateway } = await startGateway(t, {
    policy,
    upstreams: { Files: url },
    options: { limits: { request: limit, answer: limit, buffer: 2 * limit } },
  });
  const ask = (path: string, body: Buffer | undefined, headers: Record<string, string> = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const method = body === undefined ? 'GET' : 'POST';
      const request = httpRequest({ port, path, method, headers: { host: 'files.example', ...headers } });
      request.on('error', reject);
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
        );
      });
      request.end(body);
    });
  return { ask, port, gateway };
}

test('a body of any size and kind passes where rules read the head alone', async (t) => {
  const { ask } = await gatewayFor(t, heads);
  const large = Buffer.alloc(16 * limit, '{');
  const json = { 'content-type': 'application/json' };
  t.is((await ask('/x', large, json)).body.toString(), String(large.length));
  t.is((await ask('/x', large, { ...json, 'content-encoding': 'nobody-knows' })).status, 200);
  t.is((await ask('/x', large, { 'content-type': 'text/plain; charset=utf-7' })).status, 200);
  t.is((await ask('/large', undefined)).body.length, 4 * limit);
  t.like(await ask('/part', undefined, { range: 'bytes=0-1' }), { status: 206, body: Buffer.from('bytes=0-1') });
  t.is((await ask('/zipped', undefined, { 'accept-encoding': 'gzip' })).headers['content-encoding'], 'gzip');
});

test('it does not wait for the end of a body', async (t) => {
  const { port } = await gatewayFor(t, heads);
  const request = httpRequest({ port, path: '/early', method: 'POST', headers: { host: 'files.example' } });
  request.write('the first bytes');
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  t.is(response.statusCode, 200);
  request.end();
});

test('what rules read of the head decides', async (t) => {
  const { ask } = await gatewayFor(t, heads);
  const refused = await ask('/private/a', Buffer.alloc(limit / 2));
  t.is(refused.status, 403);
  t.true(refused.body.includes('not yours'));
  const gone = await ask('/gone', undefined);
  t.is(gone.status, 410);
  t.true(gone.body.includes('it is gone'));
  t.is((await ask('/x', undefined)).status, 200);
});

test('a rule that reads the body has bodies held, and bounded', async (t) => {
  const { ask } = await gatewayFor(t, bodies);
  const json = { 'content-type': 'application/json' };
  t.is((await ask('/x', Buffer.from('["forbidden"]'), json)).status, 403);
  t.is((await ask('/x', Buffer.from('{"open":'), json)).status, 400);
  t.is((await ask('/x', Buffer.alloc(2 * limit, ' '), json)).status, 413);
});
