// The packs for Kubernetes: each rule of each pack fires on what it is against and leaves alone what it is not, in interpreter and
// modules alike, and says so in words that name what is wrong.

import { parse } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import test from 'ava';
import type { RuleCases } from './kubernetes/case.ts';
import { exposurePacks } from './kubernetes/exposure-cases.ts';
import { imagePacks } from './kubernetes/image-cases.ts';
import { modelPacks } from './kubernetes/model-cases.ts';
import { podSecurityPacks } from './kubernetes/pod-security-cases.ts';
import { rbacPacks } from './kubernetes/rbac-cases.ts';
import { resourcePacks } from './kubernetes/resource-cases.ts';
import { runCases } from './kubernetes/run-cases.ts';
import { secretPacks } from './kubernetes/secret-cases.ts';

const packs = [
  ...podSecurityPacks,
  ...imagePacks,
  ...rbacPacks,
  ...secretPacks,
  ...exposurePacks,
  ...resourcePacks,
  ...modelPacks,
];

for (const [index, cases] of packs.entries()) {
  test(`${index + 1}: ${[cases.pack, cases.settings].join(' ').trim()}`, (t) => {
    runCases(t, cases, { package: `std.k8s.${cases.pack.split('.')[0]}` });
  });
}

test('every pack says what it asks, every rule what it is against', (t) => {
  const packsOf = stdFiles
    .filter(({ package: of = '' }) => of.startsWith('std.k8s.'))
    .flatMap((file) => parse(file).ast.decls.flatMap((decl) => (decl.kind === 'pack' ? [decl] : [])));
  const silent = packsOf.flatMap(({ name, doc, rules }) => [
    ...(doc === '' ? [name.text] : []),
    ...rules
      .filter(
        (rule) => rule.doc === '' || (rule.kind !== 'discover' && !rule.clauses.some(({ kind }) => kind === 'covers')),
      )
      .map((rule) => `${name.text}.${rule.name.text}`),
  ]);
  t.deepEqual(silent, []);
});

test('every rule of every pack has cases that it fires on, and others', (t) => {
  const has = (pack: string, rule: string, kind: keyof RuleCases): boolean =>
    packs.some((cases) => cases.pack === pack && (cases.rules[rule]?.[kind].length ?? 0) > 0);
  const rules = stdFiles
    .filter(({ package: of = '' }) => of.startsWith('std.k8s.'))
    .flatMap((file) =>
      parse(file).ast.decls.flatMap((decl) =>
        decl.kind === 'pack'
          ? decl.rules.map(
              (rule) => [`${file.package?.slice('std.k8s.'.length)}.${decl.name.text}`, rule.name.text] as const,
            )
          : [],
      ),
    );
  t.true(rules.length > 50);
  t.deepEqual(
    rules.filter(([pack, rule]) => !has(pack, rule, 'denied') || !has(pack, rule, 'admitted')),
    [],
  );
});
