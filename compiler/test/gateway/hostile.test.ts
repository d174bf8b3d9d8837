// What nobody means well with: requests that two servers would read differently, bodies without end or measure, connections that dawdle,
// services that break their word. All of it is refused, logged and counted; the gateway goes on, and nothing reaches the service undecided.

import { request as httpRequest } from 'node:http';
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { converse, sendRaw } from './raw-client.ts';
import { startService, type Reply, type ReplayService } from './replay-service.ts';
import { startGateway, type RunningGateway } from './running-gateway.ts';

const policy = `package shop
import std.api
import std.pii

surface Shop: api { host "api.shop.example" }

pattern forbidden = re"forbidden"
pattern secret = re"top secret"

detect Pii on Shop.request { severity high find pii.us_ssn in texts(body) }
defend Redact on Shop.request { when Pii redact Pii with "[{kind}]" }
detect Forbidden on Shop.request { severity high find forbidden in texts(body) }
defend Stop on Shop.request { when Forbidden block 403 "stopped by policy" }
detect Secret on Shop.response { severity high find secret in texts(body) }
defend Quiet on Shop.response { when Secret block 403 "stopped by policy" }
`;

async function between(
  t: ExecutionContext,
  reply: (body: string) => Reply = () => ({ json: { text: 'fine' } }),
): Promise<RunningGateway & { readonly service: ReplayService }> {
  const service = await startService(({ body }) => reply(String(body)));
  t.teardown(service.close);
  const running = await startGateway(t, { policy, upstreams: { Shop: service.url } });
  return { ...running, service };
}

const jsonType = { 'content-type': 'application/json' } as const;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
/** Whether Node lets a server choose which upgrades it takes. */
const declinesUpgrades = major > 24 || (major === 24 && minor >= 9) || (major === 22 && minor >= 21);

const head = (...lines: readonly string[]): string => `${['POST /orders HTTP/1.1', ...lines].join('\r\n')}\r\n\r\n`;
const json = 'content-type: application/json';
const host = 'host: api.shop.example';

/** Still answers whom it should. */
async function isWell(t: ExecutionContext, { url }: RunningGateway): Promise<void> {
  const answer = await fetch(`${url}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"text":"hello"}',
  });
  t.is(answer.status, 200);
  t.deepEqual(await answer.json(), { text: 'fine' });
}

const smuggled: Readonly<Record<string, string>> = {
  'two lengths': head(host, json, 'content-length: 2', 'content-length: 30') + '{}',
  'two equal lengths': head(host, json, 'content-length: 2', 'content-length: 2') + '{}',
  'a list of lengths': head(host, json, 'content-length: 2, 2') + '{}',
  'a signed length': head(host, json, 'content-length: +2') + '{}',
  'length and chunks': head(host, json, 'content-length: 5', 'transfer-encoding: chunked') + '0\r\n\r\n',
  'chunks and length': head(host, json, 'transfer-encoding: chunked', 'content-length: 5') + '0\r\n\r\n',
  'chunks that are not last': head(host, json, 'transfer-encoding: chunked, identity') + '0\r\n\r\n',
  'chunks twice': head(host, json, 'transfer-encoding: chunked', 'transfer-encoding: chunked') + '0\r\n\r\n',
  'chunks in disguise': head(host, json, 'transfer-encoding: xchunked') + '0\r\n\r\n',
  'a folded header': head(host, json, 'x-a: b', ' c', 'content-length: 2') + '{}',
  'a space before a colon': head(host, json, 'content-length : 2') + '{}',
  'two hosts': head(host, 'host: other.example', json, 'content-length: 2') + '{}',
  'two types': head(host, json, 'content-type: text/plain', 'content-length: 2') + '{}',
  'two codings': head(host, json, 'content-encoding: gzip', 'content-encoding: br', 'content-length: 2') + '{}',
  'bare line ends': `POST /orders HTTP/1.1\n${host}\n${json}\ncontent-length: 2\n\n{}`,
  'a null in a header': head(host, json, 'x-a: b\0c', 'content-length: 2') + '{}',
  'no host': head(json, 'content-length: 2') + '{}',
  'a host that is none': head('host: api.shop.example@other.example', json, 'content-length: 2') + '{}',
  'a chunk of no size': head(host, json, 'transfer-encoding: chunked') + 'zz\r\n{}\r\n0\r\n\r\n',
  'a chunk longer than it says': head(host, json, 'transfer-encoding: chunked') + '1\r\n{}\r\n0\r\n\r\n',
  'segments of dots': `POST /a/../orders HTTP/1.1\r\n${host}\r\n${json}\r\ncontent-length: 2\r\n\r\n{}`,
  'encoded dots': `POST /a/%2e%2E/orders HTTP/1.1\r\n${host}\r\n${json}\r\ncontent-length: 2\r\n\r\n{}`,
  'a backslash': `POST /a\\..\\orders HTTP/1.1\r\n${host}\r\n${json}\r\ncontent-length: 2\r\n\r\n{}`,
  'another version': `POST /orders HTTP/9.9\r\n${host}\r\n\r\n`,
  'no request at all': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello',
  'a trace': `TRACE /orders HTTP/1.1\r\n${host}\r\n\r\n`,
};

test('what two servers could read differently is refused, and reaches nobody', async (t) => {
  const running = await between(t);
  for (const [name, bytes] of Object.entries(smuggled)) {
    const answer = await sendRaw(running.port, bytes);
    t.regex(answer, /^(HTTP\/1\.1 (400|405|505)|reset$)/, name);
    t.true((answer.match(/HTTP\/1\.1 /g) ?? []).length <= 1, name);
  }
  t.is(running.service.seen.length, 0);
  await isWell(t, running);
});

test('a second request in the body of a first stays a body', async (t) => {
  const running = await between(t);
  const inner = 'POST /orders HTTP/1.1\r\nhost: api.shop.example\r\ncontent-length: 0\r\n\r\n';
  await sendRaw(running.port, head(host, 'content-type: text/plain', `content-length: ${inner.length}`) + inner);
  t.is(running.service.seen.length, 1);
  t.is(String(running.service.seen[0]?.body), inner);
});

test('a body of more than one value adds nothing to the document', async (t) => {
  const running = await between(t);
  for (const body of [
    '{},"method":"GET"',
    '1,"x":2',
    '{"text":"a"} {"text":"b"}',
    '{}}',
    '',
    '{"text":',
    'null,1',
    '"a":1',
  ]) {
    const answer = await fetch(`${running.url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    t.is(answer.status, body === '' ? 200 : 400, body);
  }
  t.is(running.service.seen.length, 1);
});

test('a key that is there twice is malformed where a rule reads it', async (t) => {
  const running = await between(t);
  const answer = await fetch(`${running.url}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"text":"fine","text":"forbidden"}',
  });
  t.true(answer.status === 400 || answer.status === 403);
  t.is(running.service.seen.length, 0);
});

test('a body beyond the limit is refused while it comes, with or without a length', async (t) => {
  const running = await between(t);
  const large = 'x'.repeat(1_048_577);
  const announced = await fetch(`${running.url}/orders`, { method: 'POST', body: large });
  t.is(announced.status, 413);
  t.regex(await announced.text(), /larger than 1048576 bytes/);
  const chunked = await fetch(`${running.url}/orders`, {
    method: 'POST',
    body: new Blob([large]).stream(),
    duplex: 'half',
  } as RequestInit);
  t.is(chunked.status, 413);
  t.is(running.service.seen.length, 0);
  await isWell(t, running);
});

test('a body without end costs its connection', async (t) => {
  const { port, ...running } = await between(t);
  const { socket, received, ended } = await converse(port);
  socket.write(head(host, json, 'transfer-encoding: chunked'));
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
  const timer = setInterval(() => socket.write(chunk), 1);
  t.is(await ended(5000), 'ended');
  clearInterval(timer);
  t.regex(received(), /^HTTP\/1\.1 413/);
  t.is(running.service.seen.length, 0);
});

test('compressed bodies are read as they are, go on as they came, and unfold within bounds', async (t) => {
  const running = await between(t);
  const codings: Readonly<Record<string, (text: string) => Buffer>> = {
    gzip: gzipSync,
    deflate: deflateSync,
    br: (text) => brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } }),
    zstd: zstdCompressSync,
  };
  const send = (coding: string, body: Uint8Array): Promise<Response> =>
    fetch(`${running.url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': coding },
      body: body as Uint8Array<ArrayBuffer>,
    });
  for (const [coding, compress] of Object.entries(codings)) {
    const seen = running.service.seen.length;
    const plain = compress('{"text":"hello"}');
    t.is((await send(coding, plain)).status, 200, coding);
    t.deepEqual(running.service.seen[seen]?.body, plain, coding);
    t.is(running.service.seen[seen]?.headers['content-encoding'], coding);
    t.is((await send(coding, compress('{"text":"forbidden"}'))).status, 403, coding);
    t.is((await send(coding, compress('{"text":"536-90-4399"}'))).status, 200, coding);
    const edited = running.service.seen[seen + 1];
    t.is(String(edited?.body), '{"text":"[us_ssn]"}', coding);
    t.is(edited?.headers['content-encoding'], undefined);
    const bomb = compress(`{"text":"${'0'.repeat(50_000_000)}"}`);
    t.is((await send(coding, bomb)).status, 413, `${coding} of ${bomb.length} bytes`);
    t.is((await send(coding, Buffer.from('no such thing'))).status, 400, coding);
  }
  t.is((await send('gzip, br', gzipSync('{}'))).status, 415);
  t.is((await send('snappy', Buffer.from('{}'))).status, 415);
  await isWell(t, running);
});

test('text in a character set that patterns do not read is refused', async (t) => {
  const running = await between(t);
  const answer = await fetch(`${running.url}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-16' },
    body: Buffer.from('{"text":"forbidden"}', 'utf16le'),
  });
  t.is(answer.status, 415);
  t.is(running.service.seen.length, 0);
});

test('who dawdles in the head or in the body is shown out', async (t) => {
  const running = await between(t);
  const slowHead = await converse(running.port);
  slowHead.socket.write('POST /orders HTTP/1.1\r\n');
  const slowBody = await converse(running.port);
  slowBody.socket.write(head(host, json, 'content-length: 100') + '{');
  const timers = [slowHead, slowBody].map(({ socket }, index) =>
    setInterval(() => socket.write(index === 0 ? 'x-a: b\r\n' : ' '), 300),
  );
  t.is(await slowHead.ended(6000), 'ended');
  t.is(await slowBody.ended(9000), 'ended');
  timers.forEach(clearInterval);
  t.is(running.service.seen.length, 0);
  await isWell(t, running);
});

test('a client that closes its half, or leaves, ends its exchange at the service, too', async (t) => {
  let left = false;
  const running = await between(t, (body) =>
    body.includes('wait')
      ? {
          write: (response) => {
            response.on('close', () => (left = true));
          },
        }
      : { json: { text: 'fine' } },
  );
  const half = await converse(running.port);
  half.socket.end(head(host, json, 'content-length: 2') + '{}');
  t.is(await half.ended(2000), 'ended');

  const gone = await converse(running.port);
  gone.socket.write(head(host, json, 'content-length: 15') + '{"text":"wait"}');
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
  for (let count = 0; count < 200 && running.service.seen.length < 2; count++) await pause();
  gone.socket.destroy();
  for (let count = 0; count < 200 && !left; count++) await pause();
  t.true(left);
  await isWell(t, running);
});

test('a service that breaks its word gives no answer', async (t) => {
  const running = await between(t, (body) => ({
    write: (response) => {
      const socket = response.socket;
      const kind: unknown = JSON.parse(body).text;
      const raw = {
        short: 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"text":"top',
        long: 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}{"text":"top secret"}',
        both: 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}',
        none: 'HTTP/1.1 200',
        garbage: 'hello\r\n\r\n',
        chunks: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nabc',
      }[String(kind)];
      socket?.write(raw ?? '');
      socket?.end();
    },
  }));
  const ask = (text: string): Promise<Response> =>
    fetch(`${running.url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    });
  for (const kind of ['short', 'both', 'none', 'garbage', 'chunks']) t.is((await ask(kind)).status, 502, kind);
  const long = await ask('long');
  t.false((await long.text()).includes('secret'));
  const log = await running.log();
  t.true(log.some(({ event, fault }) => event === 'service_failed' && fault === 'broken'));
});

test('a service that is not there, or says nothing, is the service’s failure', async (t) => {
  const silent = await startService(() => ({ write: () => {} }));
  t.teardown(silent.close);
  const running = await startGateway(t, { policy, upstreams: { Shop: silent.url } });
  t.is((await fetch(`${running.url}/orders`)).status, 504);
  const nobody = await startGateway(t, { policy, upstreams: { Shop: 'http://127.0.0.1:9' } });
  t.is((await fetch(`${nobody.url}/orders`)).status, 502);
});

test('an answer that is larger than the limit, or a part, is refused', async (t) => {
  const running = await between(t, (body) =>
    body.includes('large')
      ? { headers: { 'content-type': 'text/plain' }, chunks: Array.from({ length: 40 }, () => 'x'.repeat(65_536)) }
      : { status: 206, headers: { 'content-range': 'bytes 0-1/9' }, json: {} },
  );
  const ask = (text: string): Promise<Response> =>
    fetch(`${running.url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    });
  t.is((await ask('large')).status, 502);
  t.is((await ask('part')).status, 502);
});

test('ten thousand headers, and one that is endless, are too much', async (t) => {
  const running = await between(t);
  const many = Array.from({ length: 10_000 }, (_, index) => `x-${index}: y`);
  t.regex(await sendRaw(running.port, head(host, ...many)), /^(HTTP\/1\.1 (400|431)|reset$)/);
  t.regex(await sendRaw(running.port, head(host, `x-long: ${'y'.repeat(100_000)}`)), /^(HTTP\/1\.1 (400|431)|reset$)/);
  await isWell(t, running);
});

test('a request that has been here before goes no further', async (t) => {
  const service = await startService(({ headers }) => ({ json: { via: headers.via ?? '' } }));
  t.teardown(service.close);
  const first = await startGateway(t, { policy, upstreams: { Shop: service.url } });
  const { via } = (await (await fetch(`${first.url}/orders`)).json()) as { readonly via: string };
  const again = await fetch(`${first.url}/orders`, { headers: { via } });
  t.is(again.status, 508);
});

test('many broken connections leave nothing behind', async (t) => {
  const running = await between(t);
  const broken = Array.from({ length: 200 }, async (_, index) => {
    const { socket } = await converse(running.port);
    socket.write(head(host, json, 'content-length: 50') + '{"text":"'.slice(0, index % 9));
    await new Promise((resolve) => setTimeout(resolve, index % 20));
    socket.destroy();
  });
  await Promise.all(broken);
  let metrics = '';
  for (let attempt = 0; attempt < 100 && !/rdp_gateway_pending_requests 0\n/.test(metrics); attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    metrics = await (await fetch(`http://127.0.0.1:${running.gateway.metricsPort ?? 0}/metrics`)).text();
  }
  t.regex(metrics, /rdp_gateway_pending_requests 0\n/);
  t.regex(metrics, /rdp_gateway_rejected_requests_total\{reason="aborted"\} \d+/);
  await isWell(t, running);
});

test('nothing of HTTP/2 without TLS', async (t) => {
  const running = await between(t);
  t.regex(await sendRaw(running.port, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), /^(HTTP\/1\.1 (400|505)|reset$)/);
  const answer = await new Promise<number>((resolve, reject) => {
    const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' };
    const request = httpRequest(`${running.url}/orders`, { method: 'POST', headers: { ...headers, ...jsonType } });
    request.on('response', ({ statusCode = 0 }) => resolve(statusCode));
    request.on('upgrade', () => reject(new Error('the protocol changed')));
    request.on('error', reject);
    request.end('{"text":"hello"}');
  });
  // Whoever asks for it gets an answer as if nobody had, or on an older Node is told no.
  t.is(answer, declinesUpgrades ? 200 : 400);
  for (const { headers } of running.service.seen) t.is(headers.upgrade ?? headers['http2-settings'], undefined);
});
