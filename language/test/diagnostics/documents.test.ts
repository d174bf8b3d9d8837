// Documents and code agree: every code has a page and every page a code; the reference's examples are sound.

import { readFileSync, readdirSync } from 'node:fs';
import test from 'ava';
import { diagnosticCodes } from '../../src/diagnostics/catalog.ts';
import { checkChunk } from '../semantic/case-file.ts';

const docs = new URL('../../../docs/', import.meta.url);

test('every code has a page, and every page a code', (t) => {
  const pages = readdirSync(new URL('diagnostics/', docs)).map((name) => name.replace(/\.md$/, ''));
  t.deepEqual(pages.sort(), [...diagnosticCodes()]);
});

for (const name of ['language.md', 'attacks.md']) {
  test(`the examples of ${name} have no diagnostics`, (t) => {
    const text = readFileSync(new URL(name, docs), 'utf8');
    const examples = [...text.matchAll(/^```rdp\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
    t.true(examples.length > 0);
    for (const example of examples) {
      t.deepEqual(
        checkChunk(example).diagnostics.map(({ message }) => message),
        [],
      );
    }
  });
}
