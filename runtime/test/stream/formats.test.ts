// Streams that are neither events nor lines: binary messages and the items of an array, in every cut; and what streams report.

import test from 'ava';
import type { StreamFormat } from '../../src/contract/index.ts';
import { encodeMessage } from '../../src/stream/event-stream.ts';
import { createRedactionStream, type RedactionStreamOptions } from '../../src/stream/redaction-stream.ts';
import type { StreamReport } from '../../src/stream/stream-report.ts';
import type { TextScanner } from '../../src/stream/text-scanner.ts';

const stream: RedactionStreamOptions['stream'] = {
  texts: [{ path: '/delta/text', join: 'stream', by: ['/index'] }],
  calls: [
    { id: 'c', path: '/start/name', part: 'name', by: ['/index'] },
    { id: 'c', path: '/delta/input', part: 'json', by: ['/index'] },
    { id: 'g', path: '/parts/*/call/name', part: 'name', by: [] },
    { id: 'g', path: '/parts/*/call/args', part: 'value', by: [] },
  ],
  usage: {
    input: [['/first/in', '/usage/in']],
    output: [['/usage/out']],
    more_input: [['/usage/read'], ['/usage/write']],
    more_output: [],
  },
  finish: ['/why'],
};

/** Everything is decided at once; `bad` becomes `[x]`. */
function scannerOf(): TextScanner {
  let safe = 0;
  return {
    push: (piece) => {
      const at = new TextDecoder().decode(piece).indexOf('bad');
      const start = safe + at;
      safe += piece.length;
      return { safe, edits: at < 0 ? [] : [{ start, end: start + 3, text: '[x"]' }], matches: [], block: undefined };
    },
    end: () => ({ safe, edits: [], matches: [], block: undefined }),
  };
}

interface Result {
  readonly bytes: Buffer;
  readonly report: StreamReport;
  readonly stopped: string | undefined;
}

function run(format: StreamFormat, chunks: readonly Uint8Array[], drop?: string): Result {
  const opened = createRedactionStream({ format, stream, createScanner: scannerOf, drop });
  const outputs = [...chunks.map((chunk) => opened.push(chunk)), opened.end()];
  const blocked = outputs.find(({ kind }) => kind === 'blocked');
  return {
    bytes: Buffer.concat(outputs.map(({ bytes }) => bytes)),
    report: opened.report(),
    stopped: blocked?.kind === 'blocked' ? blocked.decision.message : undefined,
  };
}

const header = (name: string, value: string): Buffer =>
  Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([7, 0, value.length]), Buffer.from(value)]);
const message = (type: string, payload: object): Uint8Array =>
  encodeMessage(header(':event-type', type), Buffer.from(JSON.stringify(payload)));
const chunk = (payload: object): Uint8Array =>
  message('chunk', { bytes: Buffer.from(JSON.stringify(payload)).toString('base64'), p: 'abc' });

const events = (word: string): readonly object[] => [
  { index: 0, delta: { text: `so ${word} é` } },
  { index: 1, start: { name: 'f' } },
  { index: 1, delta: { input: '{"a":' } },
  { index: 1, delta: { input: '[1]}' } },
  { parts: [{ call: { name: 'g', args: { b: 2 } } }, { call: { name: 'g', args: {} } }] },
  { first: { in: 3 }, why: 'end' },
  { usage: { in: 4, out: 2, read: 10, write: 1 } },
];

const forms: Readonly<Record<string, readonly [StreamFormat, (word: string) => Uint8Array]>> = {
  messages: ['eventstream', (word) => Buffer.concat(events(word).map((event) => message('delta', event)))],
  'messages with base64': ['eventstream', (word) => Buffer.concat(events(word).map(chunk))],
  'an array': [
    'json',
    (word) =>
      Buffer.from(
        `[${events(word)
          .map((event) => JSON.stringify(event))
          .join('\n,\r\n')}]\n`,
      ),
  ],
  lines: [
    'ndjson',
    (word) =>
      Buffer.from(
        events(word)
          .map((event) => `${JSON.stringify(event)}\n`)
          .join(''),
      ),
  ],
};

for (const [what, [format, wireOf]] of Object.entries(forms)) {
  test(`${what}: in every cut the same, edited and reported`, (t) => {
    const [wire, wanted] = [wireOf('bad'), wireOf('[x"]')];
    const report: StreamReport = {
      calls: [
        { name: 'f', arguments: { a: [1] } },
        { name: 'g', arguments: { b: 2 } },
        { name: 'g', arguments: {} },
      ],
      usage: { input: 4, output: 2, more_input: 11, more_output: 0 },
      finishReason: 'end',
      isWhole: true,
    };
    for (let cut = 0; cut <= wire.length; cut++) {
      const result = run(format, [wire.subarray(0, cut), wire.subarray(cut)]);
      t.is(result.stopped, undefined);
      t.true(result.bytes.equals(wanted), `cut at ${cut}`);
      t.deepEqual(result.report, report);
    }
    const clean = wireOf('good');
    t.true(
      run(
        format,
        Array.from(clean, (byte) => Uint8Array.of(byte)),
      ).bytes.equals(clean),
    );
  });
}

test('messages whose checksums or lengths are wrong stop the stream', (t) => {
  const wire = message('delta', { index: 0, delta: { text: 'x' } });
  for (let at = 0; at < wire.length; at++) {
    const broken = Uint8Array.from(wire);
    broken[at] = (broken[at] ?? 0) ^ 1;
    t.not(run('eventstream', [broken]).stopped, undefined, `byte ${at}`);
  }
  t.not(run('eventstream', [wire.subarray(0, 20)]).stopped, undefined);
});

test('what is no array of objects stops the stream', (t) => {
  for (const text of ['<html>', '[{]', '[1]', '{"a":1', '[{"a":1}] x'])
    t.not(run('json', [Buffer.from(text)]).stopped, undefined, text);
  t.is(
    run('json', [Buffer.from('{"index":0,"delta":{"text":"bad"}}')]).bytes.toString(),
    '{"index":0,"delta":{"text":"[x\\"]"}}',
  );
});

test('an event that is there for the count alone is noted and left out', (t) => {
  const wire = (last: string): string => `data: {"index":0,"delta":{"text":"a"},"list":[1]}\n\n${last}data: [DONE]\n\n`;
  const count = 'data: {"list":[],"usage":{"in":1,"out":2}}\n\n';
  const result = run('sse', [Buffer.from(wire(count))], '/list');
  t.is(result.bytes.toString(), wire(''));
  t.deepEqual(result.report.usage, { input: 1, output: 2, more_input: 0, more_output: 0 });
});
