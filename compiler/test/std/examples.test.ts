// Every pattern of the standard library by its own examples, through the compiled module.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkProgram } from '@rdp/language';
import test from 'ava';
import { createScanner } from '../../src/cli/create-scanner.ts';
import { checkExamples, exampleGroups } from '../../src/testing/check-examples.ts';

// From the files: what is embedded is without examples.
const room = join(import.meta.dirname, '..', '..', '..', 'language', 'std');
const std = readdirSync(room, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.rdp'))
  .map((path) => ({ path: `std/${path}`, text: readFileSync(join(room, path), 'utf8') }));
const library = checkProgram({ files: [], documents: new Map(), std });

const names = [
  'attack',
  'identifiers',
  'injection',
  'owasp.agentic_v2026',
  'owasp.llm_v2026',
  'pii',
  'secrets',
  'unicode',
];

for (const name of names.map((last) => `std.${last}`)) {
  const models = library.patterns([name]);

  test(`${name}: every pattern says what it is, shows it, and names its source`, (t) => {
    const silent = models.filter(
      ({ isGroup, doc, examples, counterexamples, sources }) =>
        doc === '' || (!isGroup && [examples, counterexamples, sources].some((list) => list.length === 0)),
    );
    t.deepEqual(
      silent.map((model) => model.name),
      [],
    );
  });

  test(`${name}: every example has a match, every counterexample has none`, async (t) => {
    const { scan, close } = await createScanner({ groups: exampleGroups(models) });
    const failures = checkExamples(models, (text) => new Set(scan(text).map(({ group }) => group)));
    close();
    t.deepEqual(
      failures.map(({ message, model }) => `${model.span.file.path}: ${message}`),
      [],
    );
  });
}
