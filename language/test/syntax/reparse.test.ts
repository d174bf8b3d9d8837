// Re-parsing an edited file gives what a fresh parse gives, in every part.

import test from 'ava';
import fc from 'fast-check';
import { reparse } from '../../src/syntax/blocks.ts';
import { parse } from '../../src/syntax/parse.ts';
import { mutatedPolicy, policies } from './corpus.ts';

const path = 'policy.rdp';
const replacement = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\n',
    'x',
    '"',
    '"""',
    '{',
    '}',
    '(',
    ']',
    '// c\n',
    '/// d\n',
    'in',
    ':',
    '=',
    'set a = [1]\n',
    '\ndetect X on Y.z {',
  ),
  fc.string({ maxLength: 4 }),
);
const edited = fc.tuple(
  fc.oneof(fc.constantFrom(...policies), mutatedPolicy),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.nat(40),
  replacement,
);

test('an edit gives the tree, tokens, comments and diagnostics of a fresh parse', (t) => {
  fc.assert(
    fc.property(edited, ([text, place, length, inserted]) => {
      const start = Math.floor(place * text.length);
      const end = Math.min(start + length, text.length);
      const file = { path, text: text.slice(0, start) + inserted + text.slice(end) };
      const found = reparse(parse({ path, text }), file, { start, end, length: inserted.length });
      t.deepEqual({ ...found }, { ...parse(file) });
    }),
    { numRuns: 300 },
  );
});

test('faults ahead of the first block are said, when an edit leaves no block there', (t) => {
  const text = policies[0]?.slice(3) ?? ''; // begins with words that are no comment any more
  const file = { path, text: `#${text}` };
  const found = reparse(parse({ path, text }), file, { start: 0, end: 0, length: 1 });
  t.deepEqual({ ...found }, { ...parse(file) });
  t.is(found.diagnostics[0]?.code, 'unexpected-character');
});

test('declarations ahead of the edit stay the same objects', (t) => {
  const text = policies[0] ?? '';
  const before = parse({ path, text });
  const start = text.indexOf('given  {');
  const after = reparse(
    before,
    { path, text: `${text.slice(0, start)} ${text.slice(start)}` },
    { start, end: start, length: 1 },
  );
  t.is(after.ast.decls[0], before.ast.decls[0]);
  t.is(after.ast.decls.length, before.ast.decls.length);
});
