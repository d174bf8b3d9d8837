// Every case file has exactly the diagnostics that it says; `UPDATE=1` writes what there is.

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import test from 'ava';
import { annotate, splitChunks, withoutExpectations } from './case-file.ts';

const root = new URL('../cases/', import.meta.url);

for (const area of ['syntax', 'names', 'rules', 'types', 'imports']) {
  const folder = new URL(`${area}/`, root);
  for (const name of readdirSync(folder).toSorted()) {
    test(`${area}/${name}`, (t) => {
      const path = new URL(name, folder);
      const text = readFileSync(path, 'utf8');
      const found = splitChunks(text)
        .map((chunk) => annotate(withoutExpectations(chunk)))
        .join('// ---\n');
      if (process.env['UPDATE'] === '1' && process.env['CI'] === undefined) writeFileSync(path, found);
      t.is(found, process.env['UPDATE'] === '1' ? found : text);
    });
  }
}
