// Asking for the count of a stream: spliced in where it is missing, and nothing else is touched.

import test from 'ava';
import fc from 'fast-check';
import { askForUsage } from '../../src/provider/index.ts';

const asks = [
  {
    paths: ['/chat/completions'],
    when: '/stream',
    set: '/stream_options/include_usage',
    drop: '/choices',
  },
];
const path = '/v1/chat/completions?api-version=1';
const ask = (body: string, at = path): string | undefined => {
  const asked = askForUsage({ asks }, at, new TextEncoder().encode(body));
  return asked && Buffer.from(asked.body).toString();
};

test('what is missing is spliced in', (t) => {
  t.is(ask('{"stream":true}'), '{"stream_options":{"include_usage":true},"stream":true}');
  t.is(
    ask(' {\n "a": [{"stream_options": {}}], "stream_options" : { "x": 1 }, "stream": true }'),
    ' {\n "a": [{"stream_options": {}}], "stream_options" : {"include_usage":true, "x": 1 }, "stream": true }',
  );
  t.is(ask('{"stream":true,"stream_options":{}}'), '{"stream":true,"stream_options":{"include_usage":true}}');
  t.is(
    ask(String.raw`{"stream":true,"stream\u005foptions":{}}`),
    String.raw`{"stream":true,"stream\u005foptions":{"include_usage":true}}`,
  );
});

test('what is there, or cannot be told, stays', (t) => {
  for (const body of [
    '{"stream":false}',
    '{}',
    '[]',
    'no JSON',
    '{"stream":true,"stream_options":{"include_usage":false}}',
    '{"stream":true,"stream_options":{"include_usage":true}}',
    '{"stream":true,"stream_options":null}',
    '{"stream":true,"stream_options":{},"stream_options":{}}',
  ])
    t.is(ask(body), undefined, body);
  t.is(ask('{"stream":true}', '/v1/responses'), undefined);
});

test('any request stays the same but for what was asked', (t) => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(2), (value, indent) => {
      const body = { ...value, stream: true };
      const asked = ask(JSON.stringify(body, null, indent));
      if (asked === undefined) return;
      const options = (value['stream_options'] ?? {}) as object; // what asked would not take is left alone
      const expected = { ...body, stream_options: { include_usage: true, ...options } };
      t.deepEqual(JSON.parse(asked), JSON.parse(JSON.stringify(expected))); // JSON has no -0
    }),
  );
});
