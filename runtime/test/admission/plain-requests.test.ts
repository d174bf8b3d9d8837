// Two readers of requests, ours and Node's: whatever bytes a client sends, in whatever pieces, both see the same reviews.

import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { createBodyBudget } from '../../src/server/body-budget.ts';
import type { Reviewer } from '../../src/admission/decide-review.ts';
import { createPlainRequests } from '../../src/admission/plain-requests.ts';
import { createReviewHandler } from '../../src/admission/review-handler.ts';

/** A reviewer that keeps what it is asked. */
function listening(): { readonly reviewer: Reviewer; readonly asked: string[] } {
  const asked: string[] = [];
  const reviewer: Reviewer = {
    mayWait: () => false,
    prepare: () => undefined,
    review: ({ phase, entrypoint, body }) => {
      asked.push(`${phase} ${entrypoint ?? ''} ${Buffer.from(body).toString('latin1')}`);
      return { status: 200, text: '{}' };
    },
  };
  return { reviewer, asked };
}

const shared = {
  metrics: { reviewed: () => undefined, rejected: () => undefined },
  bodyLimit: 1 << 20,
  timeouts: { head: 5000, request: 5000, idle: 5000 },
  isDraining: () => false,
};

async function portOf(t: ExecutionContext, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port; // it listens on a port
}

/** Sends the pieces, closes its half, and waits until the server closes the other. */
function send(port: number, pieces: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined).on('close', () => resolve());
    socket.resume();
    for (const piece of pieces) socket.write(Buffer.from(piece, 'latin1'));
    socket.end();
  });
}

const head = 'POST /validate?timeout=5s HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
const plain = (body: string): string => `${head}Content-Length: ${body.length}\r\n\r\n${body}`;

/** What makes one reader of HTTP differ from another. */
const tricks = [
  '\r',
  '\n',
  '\r\n',
  '\r\n\r\n',
  ' ',
  '\t',
  ':',
  '\u0000',
  'é',
  '+5',
  '0x5',
  '05',
  'Content-Length: 5\r\n',
  'content-length: 3\r\n',
  'Content-Length : 3\r\n',
  ' Content-Length: 3\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Connection: close\r\n',
  'Expect: 100-continue\r\n',
  'Host: b\r\n',
  'Content-Encoding: gzip\r\n',
  'GET ',
  'HTTP/1.0',
  '5\r\n[1,2]\r\n0\r\n\r\n',
];

const requests = fc.array(fc.constantFrom('{}', '[1,2,3]', '"a longer body, POST / HTTP/1.1"', ''), {
  minLength: 1,
  maxLength: 3,
});
/** Somewhere, or at the beginning of a line. */
const edits = fc.array(
  fc.record({
    where: fc.constantFrom('anywhere', 'line', 'line'),
    at: fc.nat(400),
    cut: fc.constantFrom(0, 0, 0, 1, 3),
    put: fc.constantFrom('', ...tricks),
  }),
  { minLength: 1, maxLength: 3 },
);
const cuts = fc.array(fc.nat(400), { maxLength: 3 });

test('the same reviews are seen, however requests are written and cut', async (t) => {
  const ours = listening();
  const nodes = listening();
  const budget = createBodyBudget(1 << 28);
  const fallback = createHttpServer(createReviewHandler({ ...shared, reviewer: ours.reviewer, budget }).handle);
  const requestsAt = createPlainRequests({ ...shared, reviewer: ours.reviewer, budget });
  const oursAt = await portOf(
    t,
    createServer({ allowHalfOpen: true }, (socket) => {
      requestsAt.accept(socket, (other) => fallback.emit('connection', other));
    }),
  );
  const nodesAt = await portOf(
    t,
    createHttpServer(createReviewHandler({ ...shared, reviewer: nodes.reviewer, budget }).handle),
  );
  await fc.assert(
    fc.asyncProperty(requests, edits, cuts, async (bodies, changes, places) => {
      let text = bodies.map(plain).join('');
      for (const { where, at, cut, put } of changes) {
        const starts = [...text.matchAll(/\n/g)].map(({ index }) => index + 1);
        const place = where === 'line' ? (starts[at % starts.length] ?? 0) : at;
        text = text.slice(0, place) + put + text.slice(place + cut);
      }
      const ends = [...places.filter((place) => place < text.length).toSorted((a, b) => a - b), text.length];
      const pieces = ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end)).filter((piece) => piece !== '');
      ours.asked.length = 0;
      nodes.asked.length = 0;
      await Promise.all([send(oursAt, pieces), send(nodesAt, pieces)]);
      return ours.asked.join('\n') === nodes.asked.join('\n');
    }),
    { numRuns: 400, seed: 7 },
  );
  t.pass();
});

test('what was received last does not show through in what comes next', async (t) => {
  const ours = listening();
  const requestsAt = createPlainRequests({ ...shared, reviewer: ours.reviewer, budget: createBodyBudget(1 << 28) });
  const port = await portOf(
    t,
    createServer({ allowHalfOpen: true }, (socket) => requestsAt.accept(socket, (other) => other.destroy())),
  );
  const long = `"${'x'.repeat(100_000)}"`;
  const cut = (text: string): readonly string[] => [text.slice(0, 200), text.slice(200)];
  await send(port, cut(plain(long)));
  await send(port, [plain('{"a":1}').slice(0, -3)]);
  await send(port, cut(plain(`"${'y'.repeat(50_000)}"`)));
  t.deepEqual(
    ours.asked.map((asked) => [asked.length, new Set(asked.slice(11, -1)).size]),
    [
      [100_012, 1],
      [50_012, 1],
    ],
  );
  t.is(requestsAt.pending(), 0);
});
