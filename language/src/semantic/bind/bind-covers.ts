// `covers owasp.llm.v2026.LLM06`: threat ids of the lists in scope. The edition is part of an id; where it is missing, or
// another edition has the id, the diagnostic says which.

import type { QualifiedName } from '../../syntax/ast.ts';
import type { PackageSymbols, FileUnit } from '../symbols.ts';
import { dotted, importAlias } from '../symbols.ts';
import type { DiagnosticExtra } from '../../diagnostics/catalog.ts';
import { crosswalkTargets, threatLists } from './bind-threats.ts';
import type { Binder } from './binder.ts';
import { report } from './binder.ts';
import { nameAdvice } from './import-advice.ts';
import { findPackage } from './load-packages.ts';
import { fileScope, isBroken, lookupPath } from './package-scope.ts';

/** The id as decisions print it; undefined, and said so, when there is no such threat. */
export function bindThreat(binder: Binder, unit: FileUnit, name: QualifiedName): string | undefined {
  const result = lookupPath(fileScope(binder, unit), name.parts);
  const last = name.parts.at(-1);
  const symbols = listPackage(binder, unit, name.parts[0]?.text ?? '');
  if ('found' in result && result.found.kind === 'other' && result.found.what === 'a threat') {
    if (last) binder.recorder?.bindings.set(last, result.found);
    const list = symbols?.name.split('.').at(-1) ?? '';
    return [list, ...name.parts.slice(1).map((part) => part.text)].join('.');
  }
  if ('found' in result && isBroken(result.found)) return undefined;
  const part = 'missing' in result ? (name.parts[result.missing] ?? last) : last;
  if (part === undefined || part.text === '') return undefined;
  const extra = editionHint(symbols, name) ?? ('missing' in result ? nameAdvice(binder, unit, part, result) : {});
  report(binder, 'unknown-threat', { unit, node: part }, { name: dotted(name) }, extra);
  return undefined;
}

function listPackage(binder: Binder, unit: FileUnit, alias: string): PackageSymbols | undefined {
  const decl = unit.tree.imports.find((candidate) => importAlias(candidate) === alias);
  return decl ? findPackage(binder, dotted(decl.path)) : undefined;
}

/** Which edition may be meant. */
function editionHint(symbols: PackageSymbols | undefined, name: QualifiedName): DiagnosticExtra | undefined {
  if (symbols === undefined) return undefined;
  const parts = name.parts.map((part) => part.text);
  const [alias = '', list = ''] = parts;
  const id = parts.at(-1) ?? '';
  const editions = threatLists(symbols).filter((decl) => decl.edition.parts[0]?.text === list);
  if (editions.length === 0) return undefined;
  const written = parts.slice(1, -1).join('.');
  const moved = crosswalkTargets(symbols, written, id);
  if (moved.length > 0) return { help: `in the other edition it is \`${alias}.${moved[0]}\`` };
  const having = editions
    .filter((decl) => decl.entries.some((entry) => entry.id.text === id))
    .map((decl) => dotted(decl.edition));
  if (having.length > 0 && !having.includes(written)) {
    return {
      help: `the edition is part of the id: ${having.map((edition) => `\`${alias}.${edition}.${id}\``).join(', ')}`,
    };
  }
  const known = editions.map((decl) => `\`${alias}.${dotted(decl.edition)}\``);
  return editions.some((decl) => dotted(decl.edition) === written)
    ? undefined
    : { help: `editions are ${known.join(', ')}` };
}
