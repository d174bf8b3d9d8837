// Two declarations of one name in a package, over all its files: nobody could say which one a rule means.

import type { Decl } from '../../syntax/ast.ts';
import type { Declared, PackageSymbols } from '../symbols.ts';
import { dotted, isRule, isValueDecl, spanIn } from '../symbols.ts';
import type { Binder } from '../bind/binder.ts';
import { report } from '../bind/binder.ts';

/** Reports every declaration whose name an earlier one has. */
export function checkDuplicateNames(binder: Binder, symbols: PackageSymbols): void {
  const make = (): void => reportDuplicates(binder, symbols);
  if (binder.memo) binder.memo.mended(symbols, 'names', {}, { make, mend: () => undefined });
  else make();
}

function reportDuplicates(binder: Binder, symbols: PackageSymbols): void {
  const spaces = new Map<string, Map<string, Declared>>();
  for (const declared of symbols.declared) {
    const space = nameSpace(declared.decl);
    const name = declared.decl.kind === 'threats' ? dotted(declared.decl.edition) : declared.decl.name.text;
    if (space === undefined || name === '') continue;
    const first = spaces.get(space) ?? new Map<string, Declared>();
    spaces.set(space, first);
    const before = first.get(name);
    if (before === undefined) {
      first.set(name, declared);
      continue;
    }
    const labels = [{ span: spanIn(before.unit, before.decl.name), text: 'first here' }];
    const what = before.decl.kind === declared.decl.kind ? wordFor(declared.decl) : 'name';
    report(binder, 'duplicate-name', { unit: declared.unit, node: declared.decl.name }, { name, what }, { labels });
  }
}

/** Declarations of one name space must have different names; undefined: names that may repeat. */
function nameSpace(decl: Decl): string | undefined {
  if (isRule(decl) || isValueDecl(decl)) return 'name';
  switch (decl.kind) {
    case 'inventory':
    case 'threats':
    case 'test':
    case 'deploy':
      return decl.kind;
    case 'event':
      return `event on ${decl.surfaceKind.text}`;
    default:
      return undefined;
  }
}

function wordFor(decl: Decl): string {
  return isRule(decl) ? 'rule' : decl.kind === 'threats' ? 'threat list' : decl.kind === 'fn' ? 'function' : decl.kind;
}
