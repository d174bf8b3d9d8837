// What holds of any body: without edits it reaches the service byte for byte in whatever pieces it came, a document has the body in it as it
// was, and what is scanned of a body is what a parser reads of it.

import { request as httpRequest } from 'node:http';
import fc from 'fast-check';
import test from 'ava';
import {
  bytesOf,
  editedBody,
  exchangeDocument,
  openingOf,
  withBytes,
} from '../../../runtime/src/gateway/exchange-document.ts';
import { scanBody } from '../../../runtime/src/gateway/scan-body.ts';
import { startService } from './replay-service.ts';
import { startGateway } from './running-gateway.ts';

const policy = `package shop
surface Shop: api { host "api.shop.example" }
pattern forbidden = re"forbidden"
detect Forbidden on Shop.request { severity high find forbidden in texts(body) }
defend Stop on Shop.request { when Forbidden block }
detect Hidden on Shop.response { severity high find forbidden in texts(body) }
defend Hide on Shop.response { when Hidden block }
`;

const client = { ip: '', workload: '', id: '', subject: '' };
const caller = { method: 'POST', target: '/', host: 'h', client, now: 0 };

test('bodies pass both ways byte for byte, in whatever pieces they come', async (t) => {
  const service = await startService(({ body, headers }) => ({
    headers: { 'content-type': headers['content-type'] ?? '' },
    chunks: [body.subarray(0, body.length >> 1), body.subarray(body.length >> 1)].filter(({ length }) => length > 0),
  }));
  t.teardown(service.close);
  const { port } = await startGateway(t, { policy, upstreams: { Shop: service.url } });
  const send = (body: Buffer, sizes: readonly number[], type: string): Promise<readonly [number, Buffer]> =>
    new Promise((resolve, reject) => {
      const request = httpRequest({ port, path: '/x', method: 'POST', headers: { 'content-type': type } });
      request.on('error', reject);
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve([response.statusCode ?? 0, Buffer.concat(chunks)]));
      });
      let at = 0;
      for (const size of sizes) {
        if (at < body.length) request.write(body.subarray(at, at + size));
        at += size;
      }
      request.end(body.subarray(Math.min(at, body.length)));
    });
  const spaced = fc
    .tuple(fc.json({ maxDepth: 3 }), fc.constantFrom('', ' ', '\n\t'))
    .map(([text, space]) => [Buffer.from(`${space}${text}${space}`), 'application/json'] as const);
  const any = fc
    .uint8Array({ maxLength: 4000 })
    .map((bytes) => [Buffer.from(bytes), 'application/octet-stream'] as const);
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(spaced, any),
      fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 6 }),
      async ([body, type], sizes) => {
        const seen = service.seen.length;
        const [status, answer] = await send(body, sizes, type);
        t.is(status, 200);
        t.deepEqual(service.seen[seen]?.body, body);
        t.deepEqual(answer, body);
      },
    ),
    { numRuns: 60 },
  );
});

test('a document has the body in it as it was, and says what it says', (t) => {
  fc.assert(
    fc.property(fc.json(), fc.string(), fc.string({ unit: 'grapheme' }), (body, target, host) => {
      const opening = openingOf({ ...caller, target, host });
      const document = exchangeDocument({ opening, contentType: 'application/json' }, Buffer.from(body));
      const text = Buffer.from(bytesOf(document)).toString();
      t.is(
        withBytes(document, (bytes) => Buffer.from(bytes).toString()),
        text,
      );
      const read = JSON.parse(text);
      t.deepEqual(read.body, JSON.parse(body));
      t.deepEqual([read.path, read.host], [target, host]);
      t.is(Buffer.from(document.body).toString(), body);
    }),
  );
});

test('what is scanned of a body is what a parser reads of it', (t) => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), (text) => {
      const value: unknown = JSON.parse(text);
      const { values, keys } = scanBody(Buffer.from(text));
      t.is(values, 'one');
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
      const plain = isObject ? Object.keys(value).filter((key) => JSON.stringify(key).slice(1, -1) === key) : [];
      for (const key of plain) if (Buffer.byteLength(key) < 100) t.true(keys.has(key), `${key} of ${text}`);
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.json({ maxDepth: 2 }), { minLength: 2, maxLength: 3 }), (texts) => {
      t.is(scanBody(Buffer.from(texts.join(','))).values, 'several');
    }),
  );
  const long = fc.array(fc.constantFrom('x'.repeat(31), '\\', '"', 'é', '{,:}'), { maxLength: 40 });
  fc.assert(
    fc.property(long, (parts) => {
      const text = JSON.stringify({ text: parts.join(''), model: 'm' });
      const { values, model } = scanBody(Buffer.from(text));
      t.deepEqual([values, model], ['one', 'm']);
      t.is(scanBody(Buffer.from(`${text},${text}`)).values, 'several');
    }),
  );
  t.is(scanBody(Buffer.from('{"a":{"model":"no"},"model":"yes","b":["model"]}')).model, 'yes');
});

test('edits of a text are made in the text, and never outside of the body', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.nat(), fc.string(), (text, place, replacement) => {
      const document = exchangeDocument({ opening: openingOf(caller), contentType: 'text/plain' }, Buffer.from(text));
      const characters = [...text];
      const at = place % characters.length;
      const before = JSON.stringify(characters.slice(0, at).join('')).slice(1, -1);
      const own = JSON.stringify(characters[at]).slice(1, -1);
      const start = Buffer.byteLength(document.before) + 1 + Buffer.byteLength(before);
      const edit = { bytes: [start, start + Buffer.byteLength(own)] as const, text: replacement };
      const edited = editedBody(document, [edit]);
      t.is(edited && Buffer.from(edited).toString(), characters.with(at, replacement).join(''));
      t.is(editedBody(document, [{ bytes: [0, 1], text: '' }]), undefined);
    }),
  );
});
