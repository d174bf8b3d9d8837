// The catalog keeps the style of messages; names that are near are found.

import test from 'ava';
import { catalogEntry, diagnosticCodes } from '../../src/diagnostics/catalog.ts';
import { compileCatalog } from '../../src/diagnostics/catalog/compile.ts';
import { importCatalog } from '../../src/diagnostics/catalog/imports.ts';
import { nameCatalog } from '../../src/diagnostics/catalog/names.ts';
import { ruleCatalog } from '../../src/diagnostics/catalog/rules.ts';
import { syntaxCatalog } from '../../src/diagnostics/catalog/syntax.ts';
import { typeCatalog } from '../../src/diagnostics/catalog/types.ts';
import { fillTemplate } from '../../src/diagnostics/catalog-entry.ts';
import { editDistance, nearestName } from '../../src/diagnostics/suggest.ts';

test('a code belongs to one phase', (t) => {
  const phases = [syntaxCatalog, nameCatalog, typeCatalog, ruleCatalog, importCatalog, compileCatalog];
  t.is(phases.flatMap((phase) => Object.keys(phase)).length, diagnosticCodes().length);
});

for (const code of diagnosticCodes()) {
  test(`${code} speaks as the others do`, (t) => {
    t.regex(code, /^[a-z]+(-[a-z]+)*$/);
    const entry = catalogEntry(code);
    t.notRegex(entry?.message ?? '', /\n|[.!]$|^[A-Z][a-z]+ /);
    t.notRegex(`${entry?.message} ${entry?.note} ${entry?.help}`, /\billegal\b|\btoken stream\b|\bAST\b/i);
  });
}

test('holes are filled, and what is no hole stays', (t) => {
  t.is(fillTemplate('`{a}` of {b} {c} {{', { a: 'x', b: 3n }), '`x` of 3 {c} {{');
});

const slips: readonly (readonly [string, string | undefined])[] = [
  ['sevrity', 'severity'],
  ['serverity', 'severity'],
  ['wehn', 'when'],
  ['Severity', 'severity'],
  ['blok', 'block'],
  ['frobnicate', undefined],
  ['x', undefined],
  ['', undefined],
];

for (const [written, meant] of slips) {
  test(`${JSON.stringify(written)} is near ${meant ?? 'nothing'}`, (t) => {
    t.is(nearestName(written, ['when', 'severity', 'block', 'find']), meant);
  });
}

test('a swap of neighbours is one edit; far words cost no more than the bound', (t) => {
  t.is(editDistance('wehn', 'when', 9), 1);
  t.is(editDistance('abcdefgh', 'zyxwvuts', 3), 3);
});
