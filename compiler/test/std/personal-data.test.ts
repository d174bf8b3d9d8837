// std.pii on made-up sentences: modules and interpreter find the same, ordinary numbers are left alone, and what a number is
// called next to it is what makes it one.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkProgram } from '@rdp/language';
import test from 'ava';
import fc from 'fast-check';
import { createScanner } from '../../src/cli/create-scanner.ts';
import { lowerProgram } from '../../src/ir/lower.ts';
import { scanEntrypoint, scanProgram } from '../../src/scan/scan-program.ts';
import { selectPatterns } from '../../src/scan/select-patterns.ts';
import { agree, createDifferential } from '../differential.ts';

// From the files: what is embedded is without examples.
const room = join(import.meta.dirname, '..', '..', '..', 'language', 'std');
const std = readdirSync(room, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.rdp'))
  .map((path) => ({ path: `std/${path}`, text: readFileSync(join(room, path), 'utf8') }));
const models = checkProgram({ files: [], documents: new Map(), std }).patterns(['std.pii', 'std.identifiers']);

const selection = selectPatterns({ patterns: models, classifiers: [] }, ['std.pii.any']);
const groups = selection.kind === 'groups' ? selection.groups : [];
const examples = models.flatMap(({ examples: positive, counterexamples }) =>
  [...positive, ...counterexamples].map(({ text }) => text),
);

test('modules and interpreter find the same', (t) => {
  const differential = createDifferential(lowerProgram(scanProgram(groups)));
  const between = fc.constantFrom(' ', ', ', ' and ', '\n', '-', '');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...examples), between), { minLength: 1, maxLength: 4 }),
      fc.nat(),
      fc.constantFrom(...'0189aXé -.'),
      (parts, place, char) => {
        const whole = [...parts.flat().join('')];
        whole[place % whole.length] = char;
        agree(t, differential, { entrypoint: scanEntrypoint, input: JSON.stringify({ text: whole.join('') }) });
      },
    ),
    { numRuns: 60 },
  );
});

test('numbers that nothing is said of are left alone', async (t) => {
  const { scan, close } = await createScanner({ groups });
  const digits = (length: number): fc.Arbitrary<string> =>
    fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });
  const numbers = fc.sample(fc.oneof(...[6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17].map((length) => digits(length))), {
    numRuns: 600,
    seed: 1,
  });
  const found = numbers.flatMap((number) => scan(`Item ${number} of the list has been sent, build ${number}.`));
  close();
  // Fifteen digits that happen to be an American Express number with its check digit, or of a French social security number.
  t.true(found.length <= 4, JSON.stringify(found));
});

test('places count the byte order mark of a file', async (t) => {
  const { scan, close } = await createScanner({ groups });
  t.deepEqual(
    scan('\ufeffkim@example.org').map(({ kind, start, end }) => [kind, start, end]),
    [['email', 1, 16]],
  );
  close();
});

test('a word next to a number says what it is', async (t) => {
  const { scan, close } = await createScanner({ groups });
  const kindsIn = (text: string): readonly string[] => [...new Set(scan(text).map(({ kind }) => kind))].toSorted();
  t.deepEqual(kindsIn('PESEL: 44051401359'), ['pl_pesel']);
  t.deepEqual(kindsIn('order 44051401359'), []);
  t.deepEqual(kindsIn('PESEL: 44051401358'), []);
  t.deepEqual(kindsIn('My phone is 020 7946 0958'), ['phone']);
  t.deepEqual(kindsIn('Room 020 7946 0958'), []);
  t.deepEqual(kindsIn('Test card 4111 1111 1111 1111'), ['credit_card']);
  close();
});

test('the page of kinds names every kind', (t) => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'personal-data.md'), 'utf8');
  const kinds = [...new Set(groups.flatMap(({ patterns }) => patterns.map(({ kind }) => kind)))];
  t.deepEqual(
    kinds.filter((kind) => !page.includes(`\`${kind}\``)),
    [],
  );
  t.true(kinds.length >= 60);
});
