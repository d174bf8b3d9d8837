// Parts of JSON by their places: what is cut out and put back is the JSON that JSON.parse sees.

import test from 'ava';
import fc from 'fast-check';
import { applyEdits } from '../../src/enforce/edits.ts';
import { elementsOf, membersOf, parseWhole, textOf } from '../../src/mcp/json-slices.ts';
import { listWithout } from '../../src/mcp/list-without.ts';
import { readMessage } from '../../src/mcp/message.ts';

/** JSON with white space wherever it may stand. */
const written = fc
  .tuple(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 1, '\t', ' \n'))
  .map(([value, space]) => `\n ${JSON.stringify(value, null, space)} `);

test('members and elements are the values that JSON.parse sees', (t) => {
  fc.assert(
    fc.property(written, (text) => {
      const bytes = Buffer.from(text);
      const whole = parseWhole(bytes);
      if (whole === undefined) return t.fail(text);
      const { value, slice } = whole;
      t.deepEqual(JSON.parse(textOf(bytes, slice)), value);
      const members = membersOf(bytes, slice);
      const elements = elementsOf(bytes, slice);
      if (Array.isArray(value))
        t.deepEqual(
          elements?.map((element) => JSON.parse(textOf(bytes, element))),
          value,
        );
      else if (typeof value === 'object' && value !== null)
        t.deepEqual(
          [...(members ?? [])].map(([key, member]) => [key, JSON.parse(textOf(bytes, member))]),
          Object.entries(value),
        );
      else t.deepEqual([members, elements], [undefined, undefined]);
    }),
    { numRuns: 300 },
  );
});

test('a list without some of its elements', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue({ maxDepth: 2 })),
      fc.infiniteStream(fc.boolean()),
      fc.constantFrom(0, 2),
      (values, drop, space) => {
        const text = JSON.stringify(values, null, space);
        const bytes = Buffer.from(text);
        const elements = elementsOf(bytes, { start: 0, end: bytes.length }) ?? [];
        const kept = values.map(() => drop.next().value !== true);
        const edited = applyEdits(
          bytes,
          listWithout(
            elements,
            kept.map((keep) => (keep ? [] : 'removed')),
          ),
        );
        t.deepEqual(
          JSON.parse(Buffer.from(edited ?? []).toString('utf8')),
          (JSON.parse(text) as unknown[]).filter((_, index) => kept[index]), // a list, as it was written
        );
        if (kept.every(Boolean)) t.is(Buffer.from(edited ?? []).toString('utf8'), text);
      },
    ),
    { numRuns: 300 },
  );
});

test('a key that stands twice makes no object', (t) => {
  const bytes = Buffer.from('{"a":1,"\\u0061":2}');
  t.is(membersOf(bytes, { start: 0, end: bytes.length }), undefined);
});

test('no bytes make the reader of messages throw', (t) => {
  const bytes = fc.oneof(
    fc.uint8Array(),
    fc.json().map((text) => Buffer.from(`{"jsonrpc":"2.0","id":1,"result":${text}}`)),
  );
  fc.assert(
    fc.property(bytes, (message) => {
      t.true(['string', 'object'].includes(typeof readMessage(message)));
    }),
  );
});
