// Declarations and imports that nothing refers to: dead weight, or a rule that was meant to use them. A package that others
// import, or that has no rules itself, is there for others.

import type { Decl } from '../../syntax/ast.ts';
import type { Fix } from '../../diagnostics/diagnostic.ts';
import type { FileUnit, PackageSymbols } from '../symbols.ts';
import { declaredAs, dotted, importAlias, spanIn } from '../symbols.ts';
import type { Binder } from '../bind/binder.ts';
import { report } from '../bind/binder.ts';
import { packageExists } from '../bind/load-packages.ts';

/** Warns of what is unused. `role`: whether other packages are there to use it. */
export function checkUnused(binder: Binder, symbols: PackageSymbols, role: 'policy' | 'library'): void {
  const kinds = new Set(declaredAs(symbols, 'surface').map(({ decl }) => `std.${decl.surfaceKind.text}`));
  for (const unit of symbols.units) {
    const aliases = new Set<string>();
    for (const decl of unit.tree.imports) {
      // The second of a name is at fault for that.
      const repeated = aliases.has(importAlias(decl));
      aliases.add(importAlias(decl));
      const name = dotted(decl.path);
      // The package of a surface's kind is in use by the surface, and a missing one has been reported.
      if (
        repeated ||
        importAlias(decl) === '' ||
        binder.used.has(decl) ||
        kinds.has(name) ||
        !packageExists(binder, name)
      )
        continue;
      report(
        binder,
        'unused-import',
        { unit, node: decl },
        { name: importAlias(decl) },
        { fixes: [removal(unit, decl)] },
      );
    }
  }
  const hasRules = symbols.rules.size > 0;
  if (role === 'library' || !hasRules) return;
  for (const { decl, unit } of symbols.declared) {
    const what = unusedWord(decl);
    if (what === undefined || decl.name.text === '' || binder.used.has(decl)) continue;
    report(binder, 'unused-declaration', { unit, node: decl.name }, { name: decl.name.text, what });
  }
}

/** A pattern is a word for others to use, so an unused one is nothing to complain of. */
function unusedWord(decl: Decl): string | undefined {
  switch (decl.kind) {
    case 'set':
    case 'data':
    case 'type':
      return decl.kind;
    case 'fn':
      return 'function';
    default:
      return undefined;
  }
}

/** Takes an import away, with its line. Nothing used it, so no rule changes. */
function removal(unit: FileUnit, decl: { readonly start: number; readonly end: number }): Fix {
  const { text } = unit.file;
  let { end } = decl;
  while (text[end] === ' ' || text[end] === '\t') end++;
  if (text[end] === '\n') end++;
  else end = decl.end;
  return {
    title: 'remove the import',
    safety: 'safe',
    edits: [{ span: spanIn(unit, { start: decl.start, end }), text: '' }],
  };
}
