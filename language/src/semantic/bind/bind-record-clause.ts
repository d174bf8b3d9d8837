// `record ai.model { provider: provider }`: an entry of the inventory, its fields checked against the kind's declaration.

import type { QualifiedName, RecordClause } from '../../syntax/ast.ts';
import type { CoreRule } from '../core.ts';
import type { Declared, PackageSymbols } from '../symbols.ts';
import { dotted, importAlias, spanIn } from '../symbols.ts';
import { fieldType } from './bind-event.ts';
import { bindRecord } from './bind-record.ts';
import { didYouMean, report } from './binder.ts';
import { importAdvice } from './import-advice.ts';
import { findPackage } from './load-packages.ts';
import { fileScope, isSurfaceKind } from './package-scope.ts';
import type { RuleContext } from './rule-context.ts';
import { warnOfBraces } from './braces-in-text.ts';
import { valueIn } from './rule-context.ts';

/** The record; undefined, and said so, when there is no such kind. */
export function bindRecordClause(ctx: RuleContext, clause: RecordClause): CoreRule['records'][number] | undefined {
  const { binder, unit } = ctx;
  const found = findInventory(ctx, clause.inventory);
  if (found === undefined) return undefined;
  const { decl, unit: home } = found.declared;
  if (decl.kind !== 'inventory') return undefined;
  const record = bindRecord(binder, {
    unit: home,
    name: found.kind,
    doc: decl.doc,
    fields: decl.fields,
    scope: fileScope(binder, home),
  });
  const known = record.fields();
  binder.recorder?.records.set(clause, record);
  const given = new Map<string, CoreRule['records'][number]['fields'][number]>();
  for (const { name, value } of clause.fields) {
    const field = known.get(name.text);
    if (field === undefined) {
      if (name.text === '') continue;
      const holes = { name: name.text, kind: found.kind };
      report(binder, 'unknown-inventory-field', { unit, node: name }, holes, didYouMean(unit, name, known.keys()));
      continue;
    }
    binder.recorder?.fields.set(name, { field, record });
    if (given.has(name.text)) report(binder, 'duplicate-field', { unit, node: name }, { name: name.text });
    warnOfBraces({ binder, unit, scope: ctx.names.scope }, value);
    given.set(name.text, { name: field.name, value: valueIn(ctx, value, fieldType(field), 'an inventory record') });
  }
  const missing = [...known.values()].filter((field) => field.presence === 'required' && !given.has(field.name));
  if (missing.length > 0) {
    const fields = missing.map((field) => `\`${field.name}\``).join(', ');
    report(binder, 'missing-inventory-field', { unit, node: clause.inventory }, { kind: found.kind, fields });
  }
  return { kind: found.kind, fields: [...known.keys()].flatMap((name) => given.get(name) ?? []) };
}

function findInventory(
  ctx: RuleContext,
  name: QualifiedName,
): { readonly declared: Declared; readonly kind: string } | undefined {
  const { binder, unit } = ctx;
  const last = name.parts.at(-1);
  if (last === undefined || last.text === '') return undefined;
  const [first] = name.parts;
  const symbols = name.parts.length === 1 ? binder.packages.get(unit.package) : packageOf(ctx, first?.text ?? '');
  // A package that is missing has been reported.
  if (symbols === undefined && unit.tree.imports.some((decl) => importAlias(decl) === first?.text)) return undefined;
  const declared = symbols?.inventories.get(last.text);
  if (declared === undefined || name.parts.length > 2) {
    const advice = symbols === undefined && first !== undefined ? importAdvice(binder, unit, first) : undefined;
    const extra = symbols ? didYouMean(unit, last, symbols.inventories.keys()) : (advice ?? {});
    report(binder, 'unknown-inventory', { unit, node: symbols ? last : name }, { name: dotted(name) }, extra);
    return undefined;
  }
  binder.used.add(declared.decl);
  binder.recorder?.bindings.set(last, {
    kind: 'other',
    what: 'an inventory kind',
    declared: spanIn(declared.unit, declared.decl.name),
  });
  const home = symbols?.name.split('.').at(-1) ?? '';
  return { declared, kind: `${home}.${last.text}` };
}

function packageOf(ctx: RuleContext, alias: string): PackageSymbols | undefined {
  const { binder, unit } = ctx;
  const decl = unit.tree.imports.find((candidate) => importAlias(candidate) === alias);
  if (decl) {
    binder.used.add(decl);
    return findPackage(binder, dotted(decl.path));
  }
  return isSurfaceKind(alias) ? findPackage(binder, `std.${alias}`) : undefined;
}
