// Every `.run` file: what the real command prints is what the file says.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { isBuilt, runFile } from './run-file.ts';

const folder = join(import.meta.dirname, 'cases');

test('the command is built', (t) => {
  t.true(isBuilt(), 'run `npm run build` first');
});

for (const name of readdirSync(folder).sort()) {
  test(name, (t) => {
    const { expected, actual } = runFile(join(folder, name));
    t.is(actual, expected);
  });
}
