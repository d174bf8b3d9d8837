// The name at a place → where what it stands for is declared, or where its type is. What a document describes is declared
// where the policy names the document.

import {
  documentPlace,
  type DocumentPlace,
  type Inspector,
  type PolicySymbol,
  type RecordType,
  type Span,
  type Type,
  type ast,
} from '@rdp/language';
import type { At, Named } from './symbol-at.ts';
import { nameAt } from './symbol-at.ts';

/** A declaration: the name that is gone to, and the whole. */
export interface Target {
  readonly name: Span;
  readonly extent: Span;
}

/** Where to go from a name of the text. */
export interface Definition {
  /** The name that was asked about. */
  readonly origin: Span;
  readonly targets: readonly Target[];
  /** Where a document describes it: nearer than `targets`, for who can read the document. */
  readonly described: DocumentPlace | undefined;
}

/** Where the name at a place is declared. */
export function definitionAt(at: At): Definition | undefined {
  const named = nameAt(at);
  if (named === undefined) return undefined;
  const { inspector, name } = named;
  const found = definitionFrom(named, targetsOf(named, name.symbol));
  const { declared, field } = name.symbol;
  const described = declared || !field ? undefined : documentPlace(inspector.project, field.field);
  return found && { ...found, described };
}

/** Where the type of what stands at a place is declared. */
export function typeDefinitionAt(at: At): Definition | undefined {
  const named = nameAt(at);
  const type = named?.name.symbol.type;
  return named && type && definitionFrom(named, typeTargets(named.inspector, type));
}

function definitionFrom({ unit, name }: Named, targets: readonly Target[]): Definition | undefined {
  const origin = { file: unit.file, start: name.start, end: name.end };
  return targets.length === 0 ? undefined : { origin, targets, described: undefined };
}

function targetsOf(named: Named, symbol: PolicySymbol): readonly Target[] {
  if (symbol.kind === 'package') return packageTargets(named.inspector, symbol);
  if (symbol.declared) return [{ name: symbol.declared, extent: symbol.extent ?? symbol.declared }];
  return symbol.kind === 'field' || symbol.kind === 'kind' ? documentTargets(named) : [];
}

/** Every file of a package. */
function packageTargets(inspector: Inspector, { name }: PolicySymbol): readonly Target[] {
  return (inspector.package(name)?.units ?? []).flatMap(({ file, tree }) => {
    if (tree.package === undefined) return [];
    const span = { file, start: tree.package.start, end: tree.package.end };
    return [{ name: span, extent: span }];
  });
}

/** Where the documents are named that describe what the declaration around the name reads. */
function documentTargets({ inspector, unit, offset }: Named): readonly Target[] {
  const decl = inspector.declarationAt(unit, offset)?.decl;
  const on = decl && 'on' in decl ? decl.on : undefined;
  const surface = on && inspector.surface(unit, on.surface.text)?.surface;
  if (surface === undefined) return [];
  const texts = surface.decl.settings
    .filter(({ name }) => name.text === 'openapi' || name.text === 'tools')
    .flatMap(literalsOf)
    .map((literal) => spanOf(surface.unit.file, literal));
  const crds =
    surface.kind === 'k8s'
      ? (inspector.package(unit.package)?.declared ?? []).flatMap((declared) =>
          declared.decl.kind === 'use' ? [spanOf(declared.unit.file, declared.decl.path)] : [],
        )
      : [];
  return [...texts, ...crds].map((span) => ({ name: span, extent: span }));
}

function literalsOf(setting: ast.Setting): readonly ast.StringLiteral[] {
  const own = setting.values.flatMap((value) => (value.kind === 'string' ? [value] : []));
  return [...own, ...(setting.block ?? []).flatMap(literalsOf)];
}

function spanOf(file: Span['file'], { start, end }: ast.Node): Span {
  return { file, start, end };
}

function typeTargets(inspector: Inspector, type: Type): readonly Target[] {
  switch (type.kind) {
    case 'optional':
    case 'list':
    case 'set':
      return typeTargets(inspector, type.of);
    case 'map':
      return typeTargets(inspector, type.value);
    case 'record':
      return recordTargets(inspector, type.record);
    case 'union':
      return recordTargets(inspector, type.union.base);
    default:
      return [];
  }
}

/** A record that a policy declares is called as its package and itself: `std.llm.Prompt`. */
function recordTargets(inspector: Inspector, { name }: RecordType): readonly Target[] {
  const dot = name.lastIndexOf('.');
  const declared = inspector.package(name.slice(0, Math.max(dot, 0)))?.values.get(name.slice(dot + 1));
  if (declared?.decl.kind !== 'type') return [];
  const { file } = declared.unit;
  return [{ name: spanOf(file, declared.decl.name), extent: spanOf(file, declared.decl) }];
}
