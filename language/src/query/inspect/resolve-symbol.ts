// Bindings and fields → symbols: what is declared in a file is the symbol of that place, all else (fields of documents,
// functions of the language, kinds of objects) is known by its name.

import type { Name } from '../../syntax/ast.ts';
import { crosswalkSources, crosswalkTargets } from '../../semantic/bind/bind-threats.ts';
import { findPackage } from '../../semantic/bind/load-packages.ts';
import type { Binding } from '../../semantic/scope.ts';
import type { Span } from '../../source/source-file.ts';
import type { FieldUse } from '../../semantic/recorder.ts';
import type { Type } from '../../semantic/types.ts';
import { declaredSymbols } from './declared-symbols.ts';
import type { Session } from './session.ts';
import type { PolicySymbol, SymbolKind } from './symbol.ts';
import { makeSymbol } from './symbol.ts';

/** The symbol that is declared at `span`; undefined where no declaration has its name there. */
export function symbolAt(session: Session, span: Span): PolicySymbol | undefined {
  const unit = session.unitAt(span.file);
  return unit && declaredSymbols(unit).get(span.start);
}

/** The type of the values that a binding stands for. */
export function typeOfBinding(binding: Binding): Type | undefined {
  switch (binding.kind) {
    case 'value':
      return binding.core.type;
    case 'fn':
    case 'intrinsic':
      return binding.result;
    case 'set':
      return { kind: 'set', of: binding.of };
    case 'data':
    case 'type':
      return binding.type;
    case 'rule':
      return { kind: 'bool' };
    case 'lookup':
      return { kind: 'optional', of: { kind: 'string', sensitive: false } };
    default:
      return undefined;
  }
}

/** What `name`, which `binding` was found for, stands for. */
export function symbolOfBinding(session: Session, name: string, binding: Binding): PolicySymbol | undefined {
  const type = typeOfBinding(binding);
  const known = type === undefined ? { binding } : { binding, type };
  const declared = 'declared' in binding ? binding.declared : undefined;
  if (declared) {
    const found = symbolAt(session, declared);
    if (found) return { ...found, ...known };
    return makeSymbol(kindOfBinding(binding), name, { ...known, declared });
  }
  switch (binding.kind) {
    case 'package':
      return packageSymbol(session, binding.name);
    case 'value':
      // What has no meaning has no symbol.
      return binding.core.type.kind === 'unknown' ? undefined : makeSymbol('variable', name, known);
    case 'other':
      return undefined;
    default:
      return makeSymbol(kindOfBinding(binding), name, known);
  }
}

function kindOfBinding(binding: Binding): SymbolKind {
  switch (binding.kind) {
    case 'fn':
    case 'set':
    case 'data':
    case 'pattern':
    case 'classifier':
    case 'rule':
    case 'type':
    case 'package':
      return binding.kind;
    case 'lookup':
    case 'intrinsic':
      return 'function';
    case 'value':
    case 'other':
      return 'variable';
  }
}

/** The package of that name: its symbol is declared in the first of its files that says something of it. */
export function packageSymbol(session: Session, name: string): PolicySymbol {
  const symbols = findPackage(session.binder, name);
  const units = symbols?.units ?? [];
  const documented = units.find((unit) => unit.tree.doc !== '') ?? units[0];
  const node = documented?.tree.package;
  return makeSymbol('package', name, {
    key: `package ${name}`,
    ...(documented && node ? { declared: { file: documented.file, start: node.start, end: node.end } } : {}),
    doc: documented?.tree.doc ?? '',
  });
}

/** A field of a record, as it was looked up. */
export function symbolOfField(session: Session, use: FieldUse): PolicySymbol {
  const { field, record } = use;
  const { declared } = session.recorder;
  const span = declared.get(field) ?? declared.get(`${record.name}.${field.name}`);
  const type: Type = field.presence === 'optional' ? { kind: 'optional', of: field.type } : field.type;
  const known = { type, field: use };
  const found = span && symbolAt(session, span);
  if (found) return { ...found, ...known };
  const key = `field ${record.name}.${field.name}`;
  return makeSymbol('field', field.name, { ...known, key, doc: field.doc, container: record.name });
}

/** `count`, `score` and `matches` of a rule. */
export function facetSymbol(rule: string, name: Name, type: Type | undefined): PolicySymbol {
  return makeSymbol('field', name.text, { key: `facet ${name.text}`, container: rule, ...(type ? { type } : {}) });
}

/** What a threat is in other editions: `llm.v2026.LLM04`. */
export function threatElsewhere(session: Session, threat: PolicySymbol): readonly string[] {
  const { declaration } = threat;
  if (threat.kind !== 'threat' || declaration === undefined) return [];
  const symbols = session.binder.packages.get(declaration.unit.package);
  const edition = threat.container.slice(declaration.unit.package.length + 1);
  if (symbols === undefined) return [];
  return [...crosswalkSources(symbols, edition, threat.name), ...crosswalkTargets(symbols, edition, threat.name)];
}
