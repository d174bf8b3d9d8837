// The page of each code about syntax, names, types, rules and imports: its first example fires that code, its second has no diagnostics.

import { existsSync, readFileSync } from 'node:fs';
import test from 'ava';
import { importCatalog } from '../../src/diagnostics/catalog/imports.ts';
import { nameCatalog } from '../../src/diagnostics/catalog/names.ts';
import { ruleCatalog } from '../../src/diagnostics/catalog/rules.ts';
import { syntaxCatalog } from '../../src/diagnostics/catalog/syntax.ts';
import { typeCatalog } from '../../src/diagnostics/catalog/types.ts';
import { checkChunk } from './case-file.ts';

const docs = new URL('../../../docs/diagnostics/', import.meta.url);

for (const code of [syntaxCatalog, nameCatalog, ruleCatalog, typeCatalog, importCatalog].flatMap((catalog) =>
  Object.keys(catalog),
)) {
  test(code, (t) => {
    const path = new URL(`${code}.md`, docs);
    t.true(existsSync(path), `docs/diagnostics/${code}.md is missing`);
    const examples = [...readFileSync(path, 'utf8').matchAll(/^```rdp\n([\s\S]*?)^```$/gm)].map(
      (match) => match[1] ?? '',
    );
    t.is(examples.length, 2);
    const [fires, corrected] = examples.map((example) => checkChunk(example).diagnostics.map((each) => each.code));
    t.deepEqual([...new Set(fires)], [code]);
    t.deepEqual(corrected, []);
  });
}
