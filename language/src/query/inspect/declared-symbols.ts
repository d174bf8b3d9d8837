// A file → the symbols that it declares, by the offset of their names: declarations and what has a name inside of them.
// Types are not resolved here; who asks for a symbol by a reference knows its type.

import type { Decl, FieldDecl, Name, Node } from '../../syntax/ast.ts';
import { dotted, spanIn } from '../../semantic/symbols.ts';
import type { FileUnit } from '../../semantic/symbols.ts';
import type { PolicySymbol, SymbolKind } from './symbol.ts';
import { makeSymbol } from './symbol.ts';

const known = new WeakMap<FileUnit['tree'], ReadonlyMap<number, PolicySymbol>>();

/** The symbols that `unit` declares. */
export function declaredSymbols(unit: FileUnit): ReadonlyMap<number, PolicySymbol> {
  const before = known.get(unit.tree);
  if (before) return before;
  const symbols = new Map<number, PolicySymbol>();
  const { tree } = unit;
  const last = tree.package?.parts.at(-1);
  if (tree.package && last && last.text !== '') {
    const name = dotted(tree.package);
    const declared = spanIn(unit, tree.package);
    symbols.set(last.start, makeSymbol('package', name, { key: `package ${name}`, declared, doc: tree.doc }));
  }
  for (const decl of tree.decls) addDeclaration(unit, decl, symbols);
  known.set(unit.tree, symbols);
  return symbols;
}

/** What kind of symbol the name of a declaration is; undefined where it is a reference, or no name. */
function kindOf(decl: Decl): SymbolKind | undefined {
  switch (decl.kind) {
    case 'discover':
    case 'detect':
    case 'defend':
      return 'rule';
    case 'apply':
      return 'application';
    case 'exempt':
    case 'use':
    case 'crosswalk':
      return undefined;
    default:
      return decl.kind;
  }
}

function addDeclaration(unit: FileUnit, decl: Decl, symbols: Map<number, PolicySymbol>): void {
  const kind = kindOf(decl);
  const declaration = { decl, unit };
  const add = (
    kindOfPart: SymbolKind,
    name: Name,
    part: { readonly doc?: string; readonly extent?: Node; readonly container?: string },
  ): void => {
    if (name.text === '') return;
    const declared = spanIn(unit, name);
    const extent = spanIn(unit, part.extent ?? name);
    const { doc = '', container = unit.package } = part;
    symbols.set(name.start, makeSymbol(kindOfPart, name.text, { declared, extent, doc, container, declaration }));
  };
  // The name of an application without `as` is the pack's.
  const isOwnName = decl.kind !== 'apply' || decl.name.start !== decl.pack.parts.at(-1)?.start;
  if (kind && isOwnName) add(kind, decl.name, { doc: decl.doc, extent: decl });
  const container = decl.name.text;
  const addFields = (fields: readonly (FieldDecl | ({ readonly doc: string; readonly name: Name } & Node))[]): void => {
    for (const field of fields) add('field', field.name, { doc: field.doc, extent: field, container });
  };
  switch (decl.kind) {
    case 'event':
      addFields(decl.fields);
      addFields(decl.derived);
      break;
    case 'type':
    case 'inventory':
      addFields(decl.fields);
      break;
    case 'fn':
      for (const { name } of decl.params) add('parameter', name, { container });
      break;
    case 'pack':
      for (const param of decl.params) add('parameter', param.name, { doc: param.doc, extent: param, container });
      for (const rule of decl.rules) {
        const part = { decl: rule, unit };
        const declared = spanIn(unit, rule.name);
        const extent = spanIn(unit, rule);
        const { doc } = rule;
        if (rule.name.text === '') continue;
        symbols.set(
          rule.name.start,
          makeSymbol('rule', rule.name.text, { declared, extent, doc, container, declaration: part }),
        );
      }
      break;
    case 'threats':
      for (const { id, title } of decl.entries) {
        const extent = { start: id.start, end: title.end };
        add('threat', id, { doc: title.value, extent, container: `${unit.package}.${dotted(decl.edition)}` });
      }
      break;
    case 'deploy':
      for (const setting of decl.settings) {
        if (setting.name.text !== 'clusters') continue;
        for (const cluster of setting.block ?? []) {
          const [name] = cluster.values;
          if (name?.kind !== 'string' || name.value === '') continue;
          const { start, end } = name;
          add('cluster', { text: name.value, start, end }, { extent: cluster, container });
        }
      }
      break;
    default:
  }
}
