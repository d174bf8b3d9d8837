// Lines of a text after any edits are those of the text read anew, whatever its lines end with.

import test from 'ava';
import fc from 'fast-check';
import type { SourceFile } from '@rdp/language';
import { carryLines, linesOf } from '../src/convert/positions.ts';

const piece = fc.constantFrom('', 'a', '\n', '\r', '\r\n', 'b\r\nc', 'é\n\n', '\n\r');

test('lines that are carried over edits are those of the text', (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }),
        fc.array(fc.record({ at: fc.nat(30), length: fc.nat(4), text: piece }), { minLength: 1, maxLength: 8 }),
        (start, edits) => {
          let file: SourceFile = { path: '', text: start.join('') };
          linesOf(file);
          for (const { at, length, text } of edits) {
            const from = Math.min(at, file.text.length);
            const to = Math.min(from + length, file.text.length);
            const next = { path: '', text: file.text.slice(0, from) + text + file.text.slice(to) };
            carryLines(file, next, { start: from, end: to, length: text.length });
            const fresh = linesOf({ path: '', text: next.text });
            if (Array.from(linesOf(next)).join() !== Array.from(fresh).join())
              throw new Error(JSON.stringify(next.text));
            file = next;
          }
        },
      ),
      { numRuns: 3000 },
    ),
  );
});
