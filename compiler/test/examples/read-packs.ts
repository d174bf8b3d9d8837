// The folder of an example that is a library of packs → its files, and what its tests and its README leave out.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, type SourceFile } from '@rdp/language';
import type { PackCases } from '../std/kubernetes/case.ts';

export interface PackExample {
  /** Without the example's own policy. */
  readonly files: readonly SourceFile[];
  /** Of the packs. */
  readonly names: readonly string[];
  /** `pack.Rule denied`, `pack.Rule admitted`: what no case is for. */
  readonly rulesWithoutCases: (cases: readonly PackCases[]) => readonly string[];
  /** Packs that the README does not name. */
  readonly packsWithoutRow: () => readonly string[];
}

export function readPacks(root: string): PackExample {
  const files = readdirSync(root)
    .filter((name) => name.endsWith('.rdp') && name !== 'policy.rdp')
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
  const packs = files.flatMap((file) => parse(file).ast.decls.flatMap((decl) => (decl.kind === 'pack' ? [decl] : [])));
  const names = packs.map(({ name }) => name.text);
  return {
    files,
    names,
    rulesWithoutCases: (cases) =>
      packs.flatMap((pack) =>
        pack.rules.flatMap((rule) =>
          (['denied', 'admitted'] as const)
            .filter((kind) => !cases.some((one) => isFor(one, pack.name.text) && hasCases(one, rule.name.text, kind)))
            .map((kind) => `${pack.name.text}.${rule.name.text} ${kind}`),
        ),
      ),
    packsWithoutRow: () => {
      const readme = readFileSync(join(root, 'README.md'), 'utf8');
      return names.filter((name) => !readme.includes(`\`${name}\``));
    },
  };
}

function isFor({ pack }: PackCases, name: string): boolean {
  return pack.slice(pack.lastIndexOf('.') + 1) === name;
}

function hasCases({ rules }: PackCases, rule: string, kind: 'denied' | 'admitted'): boolean {
  return (rules[rule]?.[kind].length ?? 0) > 0;
}
