// Streams in every cut: frames, escapes, texts that are spread over events. The scanner here is the plainest there can be; what a
// policy finds is another test's business.

import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import type { StreamFormat, StreamText } from '../../src/contract/index.ts';
import { createPlainStream } from '../../src/stream/plain-stream.ts';
import {
  createRedactionStream,
  type RedactionStream,
  type RedactionStreamOptions,
} from '../../src/stream/redaction-stream.ts';
import type { ScanProgress, TextEdit, TextScanner } from '../../src/stream/text-scanner.ts';

const utf8 = new TextEncoder();

/** Takes out `T-` and four digits that no digit follows: nothing of a text is decided that is no further from its end than that. */
function createTicketScanner(): TextScanner {
  let text = '';
  let done = 0;
  const decide = (ended: boolean): ScanProgress => {
    const bytes = utf8.encode(text).length;
    const safe = ended ? bytes : Math.max(done, bytes - 7);
    const edits: TextEdit[] = [...text.matchAll(/(?<!\d)T-\d{4}(?!\d)/g)].flatMap(({ index, 0: found }) => {
      const start = utf8.encode(text.slice(0, index)).length;
      const end = start + found.length;
      return start >= done && start < safe ? [{ start, end, text: '["t"]' }] : [];
    });
    done = Math.max(safe, edits.at(-1)?.end ?? 0);
    return { safe: done, edits, matches: [], block: undefined };
  };
  return {
    push: (piece) => {
      text += new TextDecoder().decode(piece);
      return decide(false);
    },
    end: () => decide(true),
  };
}

const chat: readonly StreamText[] = [
  { path: '/choices/*/delta/content', join: 'stream', by: ['/choices/*/index'] },
  { path: '/whole', join: 'frame', by: [] },
];

const streamOf = (texts: readonly StreamText[]): RedactionStreamOptions['stream'] => ({
  texts,
  calls: [],
  usage: { input: [], output: [], more_input: [], more_output: [] },
  finish: [],
});

const open = (format: StreamFormat, texts = chat): RedactionStream =>
  createRedactionStream({ format, stream: streamOf(texts), createScanner: createTicketScanner });

/** What comes out of a stream that is cut at `cuts`. */
function run(stream: RedactionStream, bytes: Uint8Array, cuts: readonly number[]): string {
  const out: string[] = [];
  const decoder = new TextDecoder();
  let at = 0;
  for (const cut of [...cuts, bytes.length]) {
    const output = stream.push(bytes.subarray(at, cut));
    out.push(decoder.decode(output.bytes, { stream: true }));
    if (output.kind === 'blocked') return `${out.join('')}<${output.decision.reason ?? ''}>`;
    at = cut;
  }
  const last = stream.end();
  out.push(decoder.decode(last.bytes));
  return out.join('') + (last.kind === 'blocked' ? `<${last.decision.reason ?? ''}>` : '');
}

function everyCut(t: ExecutionContext, source: string, expected: string, format: 'sse' | 'ndjson' = 'sse'): void {
  const bytes = utf8.encode(source);
  t.is(run(open(format), bytes, []), expected);
  for (let cut = 1; cut < bytes.length; cut++) t.is(run(open(format), bytes, [cut]), expected, `cut at ${cut}`);
  t.is(run(open(format), bytes, [...bytes.keys()].slice(1)), expected, 'byte by byte');
}

const delta = (content: string, index = 0): string =>
  `data: {"choices":[{"index":${index},"delta":{"content":${JSON.stringify(content)}}}]}\n\n`;

test('a match in one event is replaced, every other byte stays', (t) => {
  everyCut(
    t,
    `: ping\n\n${delta('see T-1234, please')}data: [DONE]\n\n`,
    `: ping\n\n${delta('see ["t"], please')}data: [DONE]\n\n`,
  );
});

test('a match over several events is replaced in the first and taken out of the others', (t) => {
  everyCut(
    t,
    delta('see T') + delta('-') + delta('12') + delta('34 and T-12345'),
    delta('see ["t"]') + delta('') + delta('') + delta(' and T-12345'),
  );
});

test('texts of different choices are different texts', (t) => {
  everyCut(
    t,
    delta('T-12', 0) + delta('T-98', 1) + delta('34', 0),
    delta('["t"]', 0) + delta('T-98', 1) + delta('', 0),
  );
});

test('a text of its own in a frame ends with it', (t) => {
  everyCut(
    t,
    'data: {"whole":"T-12"}\n\ndata: {"whole":"34 T-5678"}\n\n',
    'data: {"whole":"T-12"}\n\ndata: {"whole":"34 [\\"t\\"]"}\n\n',
  );
});

test('escapes, surrogate halves in two events, carriage returns, several data lines', (t) => {
  everyCut(
    t,
    'event: x\r\ndata: {"choices":[{"index":0,"delta":\r\ndata: {"content":"\\u0054\\u002d12\\ud83d"}}]}\r\n\r\n' +
      delta('😀').replace('😀', '\\ude00 T-\\u00312') +
      delta('34é'),
    'event: x\r\ndata: {"choices":[{"index":0,"delta":\r\ndata: {"content":"\\u0054\\u002d12\\ud83d"}}]}\r\n\r\n' +
      delta('😀').replace('😀', '\\ude00 [\\"t\\"]') +
      delta('é'),
  );
});

test('lines of NDJSON are frames; the last needs no end', (t) => {
  const line = (content: string): string => JSON.stringify({ choices: [{ delta: { content } }] });
  everyCut(t, `${line('T-12')}\n\n${line('34')}`, `${line('["t"]')}\n\n${line('')}`, 'ndjson');
});

test('what cannot be read for sure ends the stream, and nothing behind it passes', (t) => {
  const first = delta('hello there, friend');
  for (const bad of [
    'data: {"choices":\n\n',
    'data: {"whole":"a","whole":"b"}\n\n',
    'data: {"whole":"\\ud83d"}\n\n',
    'data: nonsense\n\n',
    '{"choices":[{"message":{"content":"T-1234"}}]}\n\n',
    '<html>\n\n',
    'data: {}\ndatum: T-1234\n\n',
  ])
    t.is(run(open('sse'), utf8.encode(first + bad + first), []), '<malformed_input>', bad);
  const decided = 'data: {"whole":"a"}\n\n';
  t.is(run(open('sse'), utf8.encode(`${decided}data: x\n\n${first}`), []), `${decided}<malformed_input>`);
});

test('a frame beyond the limit ends the stream', (t) => {
  const stream = createRedactionStream({
    format: 'sse',
    stream: streamOf(chat),
    createScanner: createTicketScanner,
    frameLimit: 100,
  });
  t.is(stream.push(utf8.encode(`data: ${'x'.repeat(200)}`)).kind, 'blocked');
});

test('what waits is bounded: bytes that are held, and texts that are told apart', (t) => {
  const held = createRedactionStream({
    format: 'sse',
    stream: streamOf(chat),
    createScanner: createTicketScanner,
    heldLimit: 10_000,
    held: { decideOnEnd: () => undefined },
  });
  const outputs = Array.from({ length: 200 }, () => held.push(utf8.encode(delta('x'.repeat(80), 0))));
  t.is(outputs[0]?.kind, 'pass');
  t.is(outputs.at(-1)?.kind, 'blocked');
  t.true(outputs.every(({ bytes }) => bytes.length === 0));
  t.is(held.held(), 0);
  const many = createRedactionStream({ format: 'sse', stream: streamOf(chat), createScanner: createTicketScanner });
  t.is(many.push(utf8.encode(delta('x', 1))).kind, 'pass');
  const each = Array.from({ length: 5000 }, (_, index) => many.push(utf8.encode(delta('x', index))).kind);
  t.is(each.at(-1), 'blocked');
});

test('a frame that comes a byte at a time costs no more than its bytes', (t) => {
  const stream = createRedactionStream({ format: 'sse', stream: streamOf(chat), createScanner: createTicketScanner });
  const took = (size: number): number => {
    const began = process.cpuUsage();
    const piece = utf8.encode('x'.repeat(16));
    for (let count = 0; count < size; count++) stream.push(piece);
    return process.cpuUsage(began).user;
  };
  stream.push(utf8.encode(': '));
  took(20_000);
  const [first, last] = [took(20_000), took(20_000)];
  t.true(last < 8 * first + 20_000, `${first} µs, then ${last} µs`);
});

test('any texts in any frames in any cut', (t) => {
  const piece = fc.stringMatching(/^[T\-1-4 é😀"\\]{0,6}$/u);
  fc.assert(
    fc.property(fc.array(fc.tuple(piece, fc.nat(1)), { maxLength: 12 }), fc.array(fc.nat(2000)), (pieces, places) => {
      const bytes = utf8.encode(pieces.map(([content, index]) => delta(content, index)).join(''));
      const cuts = [...new Set(places.filter((place) => place < bytes.length))].toSorted((a, b) => a - b);
      const whole = run(open('sse'), bytes, []);
      t.is(run(open('sse'), bytes, cuts), whole);
      const textOf = (index: number): string =>
        whole
          .split('\n\n')
          .filter((line) => line.includes(`"index":${index}`))
          .map(
            (line) =>
              (JSON.parse(line.slice(6)) as { choices: [{ delta: { content: string } }] }).choices[0].delta.content,
          )
          .join('');
      for (const index of [0, 1]) {
        const given = pieces.flatMap(([content, own]) => (own === index ? [content] : [])).join('');
        t.is(textOf(index), given.replace(/(?<!\d)T-\d{4}(?!\d)/g, '["t"]'));
      }
    }),
    { numRuns: 200 },
  );
});

test('plain text, cut anywhere, also inside of a character', (t) => {
  const bytes = utf8.encode('é T-1234 😀 and T-12345, T-9876');
  const expected = 'é ["t"] 😀 and T-12345, ["t"]';
  const plain = (cuts: readonly number[]): string => run(createPlainStream(createTicketScanner()), bytes, cuts);
  t.is(plain([]), expected);
  for (let cut = 1; cut < bytes.length; cut++) t.is(plain([cut]), expected, `cut at ${cut}`);
  t.is(plain([...bytes.keys()].slice(1)), expected);
  t.true(run(createPlainStream(createTicketScanner()), Uint8Array.of(97, 0xff), []).endsWith('<malformed_input>'));
  t.true(
    run(createPlainStream(createTicketScanner()), utf8.encode('é').subarray(0, 1), []).endsWith('<malformed_input>'),
  );
});
