// What to do about a name that means nothing: import the package of the library that is called so, or write the name that
// may be meant. The import is a safe fix, because no rule could be produced without it.

import type { DiagnosticExtra } from '../../diagnostics/catalog.ts';
import type { Name } from '../../syntax/ast.ts';
import type { Scope } from '../scope.ts';
import type { FileUnit } from '../symbols.ts';
import { importAlias, spanIn } from '../symbols.ts';
import type { Binder } from './binder.ts';
import { didYouMean } from './binder.ts';
import { packageExists } from './load-packages.ts';

/** Help and fix where `name`, which nothing is bound to, is a package of the library that the file does not import. */
export function importAdvice(binder: Binder, unit: FileUnit, name: Name): DiagnosticExtra | undefined {
  const path = `std.${name.text}`;
  if (!packageExists(binder, path) || unit.tree.imports.some((decl) => importAlias(decl) === name.text))
    return undefined;
  const head = unit.head ?? unit;
  const line = `import ${path}`;
  const last = head.tree.imports.at(-1);
  const after = last ?? head.tree.package;
  const at = after?.end ?? 0;
  const text = last ? `\n${line}` : after ? `\n\n${line}` : `${line}\n`;
  return {
    help: `add \`${line}\``,
    fixes: [
      { title: `add \`${line}\``, safety: 'safe', edits: [{ span: spanIn(head, { start: at, end: at }), text }] },
    ],
  };
}

/** Advice on `part`, the first part of a path without a meaning. `missing`: where `lookupPath` ended. */
export function nameAdvice(
  binder: Binder,
  unit: FileUnit,
  part: Name,
  missing: { readonly missing: number; readonly scope: Scope },
): DiagnosticExtra {
  const advice = missing.missing === 0 ? importAdvice(binder, unit, part) : undefined;
  return advice ?? didYouMean(unit, part, missing.scope.names());
}
