// The trees that come with the library are those of its texts.

import test from 'ava';
import { stdFiles } from '../../src/std.generated.ts';
import { parse } from '../../src/syntax/parse.ts';
import { readTree, writeTree } from '../../src/syntax/tree-text.ts';

for (const file of stdFiles.filter(({ path }) => path.endsWith('.rdp'))) {
  test(`the tree of ${file.path}`, (t) => {
    const { ast } = parse(file);
    t.deepEqual(readTree(file.tree ?? ''), defined(ast));
  });
}

test('integers are those of the text, however long', (t) => {
  const text =
    'package a\n\nfn most() -> int = 9223372036854775807\nfn few() -> uint = 7u\nfn day() -> duration = 24h\n';
  const { ast, diagnostics } = parse({ path: 'a.rdp', text });
  t.deepEqual(diagnostics, []);
  t.deepEqual(readTree(writeTree(ast)), defined(ast));
});

/** The same without properties that are undefined. */
function defined<T>(value: T): T {
  if (Array.isArray(value)) return value.map(defined) as T; // of the same elements
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.map(([key, each]) => [key, defined(each)])) as T; // of the same properties
}
