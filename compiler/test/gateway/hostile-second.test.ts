// HTTP/2 of clients that mean no good: fields that belong to connections, two answers to one question, floods of streams and of fields. What
// reaches the service is what was decided on; what is not HTTP/2 costs its stream or its connection, and nothing else.

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectSecond, type ClientHttp2Session } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createAuthority } from '../admission/make-certificate.ts';
import { converseSecond, endHeaders, endStream, fields, frame, frameTypes, type RawSecond } from './raw-second.ts';
import { startService, type ReplayService } from './replay-service.ts';
import { startGateway, type RunningGateway } from './running-gateway.ts';

const policy = `package shop
surface Shop: api { host "api.shop.example" }
pattern forbidden = re"forbidden"
detect Forbidden on Shop.request { severity high find forbidden in texts(body) }
defend Stop on Shop.request { when Forbidden block 403 "stopped by policy" }
defend NoAdmin on Shop.request { when path.text.startsWith("/admin") block 403 "not there" }
`;

const authority = createAuthority('second');
const own = authority.issue({ name: 'localhost' });
const folder = mkdtempSync(join(tmpdir(), 'rdp-second-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));
const files = { certificate: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
writeFileSync(files.certificate, own.certificate);
writeFileSync(files.key, own.key);

interface Between extends RunningGateway {
  readonly service: ReplayService;
  readonly open: () => Promise<RawSecond>;
}

async function between(t: ExecutionContext): Promise<Between> {
  const service = await startService(({ target }) =>
    target === '/cut'
      ? {
          write: (response) => {
            response.write('begun');
            setTimeout(() => response.destroy(), 100);
          },
        }
      : { json: { fine: true } },
  );
  t.teardown(service.close);
  const running = await startGateway(t, {
    policy,
    upstreams: { Shop: service.url },
    options: { tls: { files, clients: { kind: 'any' } } },
  });
  const open = async (): Promise<RawSecond> => {
    const raw = await converseSecond(running.port, authority.certificate);
    t.teardown(() => raw.socket.destroy());
    return raw;
  };
  return { ...running, service, open };
}

function session(t: ExecutionContext, port: number): ClientHttp2Session {
  const client = connectSecond(`https://localhost:${port}`, { ca: authority.certificate });
  client.on('error', () => {});
  t.teardown(() => client.destroy());
  return client;
}

/** Still answers whom it should. */
async function isWell(t: ExecutionContext, { port, gateway }: Between): Promise<void> {
  const client = session(t, port);
  const stream = client.request({ ':path': '/x', ':authority': 'api.shop.example' });
  const [headers] = (await once(stream, 'response')) as [Readonly<Record<string, unknown>>];
  t.is(headers[':status'], 200);
  stream.close();
  client.close();
  let metrics = '';
  for (let count = 0; count < 100 && !/rdp_gateway_pending_requests 0\n/.test(metrics); count++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    metrics = await (await fetch(`http://127.0.0.1:${gateway.metricsPort ?? 0}/metrics`)).text();
  }
  t.regex(metrics, /rdp_gateway_pending_requests 0\n/);
}

type Pairs = readonly (readonly [string, string])[];
const pseudo: Pairs = [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':path', '/x'],
  [':authority', 'api.shop.example'],
];
const without = (name: string): Pairs => pseudo.filter(([own_]) => own_ !== name);
const instead = (name: string, value: string): Pairs =>
  pseudo.map(([own_, old]) => [own_, own_ === name ? value : old]);

const heads: Readonly<Record<string, Pairs>> = {
  'a header of connections': [...pseudo, ['connection', 'close']],
  'another one': [...pseudo, ['transfer-encoding', 'chunked']],
  'an upgrade': [...pseudo, ['connection', 'upgrade'], ['upgrade', 'websocket']],
  'keep-alive': [...pseudo, ['keep-alive', 'timeout=5']],
  'te that is none': [...pseudo, ['te', 'gzip']],
  'a line end in a value': [...pseudo, ['x-a', 'b\r\nx-admin: 1']],
  'a line feed in a value': [...pseudo, ['x-a', 'b\nx-admin: 1']],
  'a null in a value': [...pseudo, ['x-a', 'b\0c']],
  'a line end in a name': [...pseudo, ['x-a\r\nx-admin', '1']],
  'a colon in a name': [...pseudo, ['x-a: b', '1']],
  'capital letters': [...pseudo, ['X-Admin', '1']],
  'a space in a name': [...pseudo, ['x admin', '1']],
  'two paths': [...pseudo, [':path', '/admin']],
  'a pseudo-header behind the others': [['x-a', 'b'], ...pseudo],
  'a pseudo-header that is none': [...pseudo, [':admin', '1']],
  'a status': [...pseudo, [':status', '200']],
  'no path': without(':path'),
  'no method': without(':method'),
  'no scheme': without(':scheme'),
  'no authority': without(':authority'),
  'an empty path': instead(':path', ''),
  'a path that is none': instead(':path', 'x'),
  'a path with a line end': instead(':path', '/x HTTP/1.1\r\nhost: other.example\r\n\r\nGET /admin'),
  'a path with a space': instead(':path', '/x HTTP/1.1'),
  'a path of dots': instead(':path', '/x/../admin'),
  'a method with a space': instead(':method', 'GET /admin HTTP/1.1\r\nx: '),
  'an authority with a line end': instead(':authority', 'api.shop.example\r\nx-admin: 1'),
  'an authority of two': instead(':authority', 'api.shop.example,other.example'),
  'an authority with a path': instead(':authority', 'api.shop.example/admin?'),
  'another host': [...pseudo, ['host', 'other.example']],
  'two hosts': [...pseudo, ['host', 'api.shop.example'], ['host', 'other.example']],
  'two lengths': [...pseudo, ['content-length', '0'], ['content-length', '5']],
  'a length without a body': [...pseudo, ['content-length', '5']],
  'a tunnel': [
    [':method', 'CONNECT'],
    [':authority', 'api.shop.example:443'],
  ],
  'a WebSocket': [...instead(':method', 'CONNECT'), [':protocol', 'websocket']],
};

test('heads that HTTP/1.1 would read differently reach nobody', async (t) => {
  const running = await between(t);
  for (const [name, pairs] of Object.entries(heads)) {
    const { socket, frames, ended } = await running.open();
    socket.write(frame(frameTypes.headers, endHeaders | endStream, 1, fields(pairs)));
    for (let count = 0; count < 100 && !frames.some(({ stream }) => stream === 1); count++) if (await ended(20)) break;
    const answered = frames.find(({ type }) => type === frameTypes.headers);
    // A value that is none costs its field at least; anything else costs the stream. `:status: 200` is one byte, 0x88.
    if (pairs.length === pseudo.length + 1 && answered?.payload[0] === 0x88) continue;
    t.not(answered?.payload[0], 0x88, name);
    socket.destroy();
  }
  for (const { target, rawHeaders, headers } of running.service.seen) {
    t.is(target, '/x');
    t.is(headers.host, 'api.shop.example');
    for (const text of rawHeaders) t.false(/admin|other|close|chunked|[\r\n\0]/i.test(text), text);
  }
  await isWell(t, running);
});

test('bodies that are longer or shorter than they say, and trailers, add nothing', async (t) => {
  const running = await between(t);
  const post: Pairs = [...instead(':method', 'POST'), ['content-type', 'application/json']];
  for (const [length, body] of [
    ['2', '{}{"text":"forbidden"}'],
    ['50', '{}'],
  ] as const) {
    const { socket, ended } = await running.open();
    socket.write(frame(frameTypes.headers, endHeaders, 1, fields([...post, ['content-length', length]])));
    socket.write(frame(frameTypes.data, endStream, 1, Buffer.from(body)));
    await ended(300);
    socket.destroy();
  }
  t.is(running.service.seen.length, 0);
  const { socket, ended } = await running.open();
  socket.write(frame(frameTypes.headers, endHeaders, 1, fields(post)));
  socket.write(frame(frameTypes.data, 0, 1, Buffer.from('{"a":1}')));
  socket.write(frame(frameTypes.headers, endHeaders | endStream, 1, fields([['x-user', 'admin']])));
  await ended(500);
  t.is(String(running.service.seen[0]?.body), '{"a":1}');
  t.is(running.service.seen[0]?.headers['x-user'], undefined);
  await isWell(t, running);
});

test('floods cost their connection: fields without end, and streams that are taken back', async (t) => {
  const running = await between(t);
  const flood = async (name: string, write: (raw: RawSecond) => void, patience = 6000): Promise<void> => {
    const raw = await running.open();
    write(raw);
    t.true(await raw.ended(patience), name);
  };
  await flood('continuations', ({ socket }) => {
    socket.write(frame(frameTypes.headers, endStream, 1, fields(pseudo)));
    for (let count = 0; count < 5000; count++)
      socket.write(frame(frameTypes.continuation, 0, 1, fields([[`x-${count}`, 'y'.repeat(100)]])));
  });
  await flood('empty continuations', ({ socket }) => {
    socket.write(frame(frameTypes.headers, endStream, 1, fields(pseudo)));
    for (let count = 0; count < 100_000; count++) socket.write(frame(frameTypes.continuation, 0, 1, Buffer.alloc(0)));
  });
  await flood('streams that are taken back', ({ socket }) => {
    const code = Buffer.alloc(4);
    code[3] = 8;
    for (let stream = 1; stream < 20_000; stream += 2) {
      socket.write(frame(frameTypes.headers, endHeaders | endStream, stream, fields(pseudo)));
      socket.write(frame(frameTypes.reset, 0, stream, code));
    }
  });
  t.true(running.service.seen.length < 10_000);
  await isWell(t, running);
});

test('what is cut off is not taken for all of it', async (t) => {
  const running = await between(t);
  const client = session(t, running.port);
  const stream = client.request({ ':path': '/cut', ':authority': 'api.shop.example' });
  stream.on('data', () => {});
  const how = await Promise.race([
    once(stream, 'error').then(() => 'error'),
    once(stream, 'aborted').then(() => 'aborted'),
    once(stream, 'end').then(() => `end ${stream.rstCode}`),
  ]);
  t.not(how, 'end 0');
});

test('a head that unfolds is a head that is too large', async (t) => {
  const running = await between(t);
  const { socket, frames, ended } = await running.open();
  // One large field goes into the table, and is named again and again in a byte each.
  const large = Buffer.concat([Buffer.from([0x40]), fields([['x-large', 'y'.repeat(3900)]]).subarray(1)]);
  const again = Buffer.alloc(16_000 - large.length - 200, 0xbe);
  socket.write(frame(frameTypes.headers, endHeaders | endStream, 1, Buffer.concat([fields(pseudo), large, again])));
  for (let count = 0; count < 100 && !frames.some(({ stream }) => stream === 1); count++) if (await ended(20)) break;
  t.not(frames.find(({ type }) => type === frameTypes.headers)?.payload[0], 0x88);
  t.is(running.service.seen.length, 0);
  await isWell(t, running);
});

test('streams that never end, on either side, end', async (t) => {
  const running = await between(t);
  const { socket, frames } = await running.open();
  const post: Pairs = [...instead(':method', 'POST'), ['content-type', 'application/json']];
  socket.write(frame(frameTypes.headers, endHeaders, 1, fields(post)));
  socket.write(frame(frameTypes.data, 0, 1, Buffer.from('{"a":')));
  for (let count = 0; count < 400 && !frames.some(({ stream }) => stream === 1); count++)
    await new Promise((resolve) => setTimeout(resolve, 20));
  t.true(
    frames.some(({ stream }) => stream === 1),
    'the stream is answered or taken back',
  );
  t.is(running.service.seen.length, 0);
  await isWell(t, running);
});
