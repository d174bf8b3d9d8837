// Edits of a decision applied to a document.

import { assert, property, string } from 'fast-check';
import test from 'ava';

import { applyEdits } from '../src/index.ts';
import type { DocumentEdit } from '../src/index.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

test('ranges are replaced and everything else stays', (t) => {
  const document = bytesOf('{"a": "é1234",  "b":"5678"}');
  const edits: readonly DocumentEdit[] = [
    { bytes: [9, 13], text: '[ssn]' },
    { bytes: [22, 26], text: 'say "hi"\n' },
  ];
  t.is(textOf(applyEdits(document, edits)), '{"a": "é[ssn]",  "b":"say \\"hi\\"\\n"}');
});

test('no edits, same document', (t) => t.is(textOf(applyEdits(bytesOf('{}'), [])), '{}'));

for (const [name, ranges] of Object.entries({
  'out of order': [
    [3, 4],
    [0, 1],
  ],
  overlapping: [
    [0, 3],
    [2, 4],
  ],
  backwards: [[3, 2]],
  outside: [[2, 99]],
  negative: [[-1, 2]],
  'not a number': [[NaN, 2]],
} satisfies Record<string, [number, number][]>)) {
  test(`edits that are ${name} give no document`, (t) => {
    const edits = ranges.map((bytes): DocumentEdit => ({ bytes: [bytes[0] ?? 0, bytes[1] ?? 0], text: 'x' }));
    t.is(applyEdits(bytesOf('"secret"'), edits), undefined);
  });
}

test('a redacted string is still JSON and holds the replacement', (t) => {
  assert(
    property(string(), string({ unit: 'binary' }), string(), (before, text, after) => {
      const head = JSON.stringify(before).slice(0, -1);
      const document = bytesOf(`${head}SECRET${JSON.stringify(after).slice(1)}`);
      const start = bytesOf(head).length;
      const edited = applyEdits(document, [{ bytes: [start, start + 6], text }]);
      t.is(JSON.parse(textOf(edited)), before + text + after);
    }),
  );
});
