// What names mean in a file, before any event: declarations of its package, then imports, then the packages of the surface
// kinds, which need no import. Looking a name up binds it and counts as a use.

import { isKubernetesGroup, kubernetesType, kubernetesTypeNames } from '../../import/kubernetes.ts';
import { unknownValue } from '../infer/context.ts';
import type { Binding, Scope } from '../scope.ts';
import type { FileUnit, PackageSymbols } from '../symbols.ts';
import { declaredAs, dotted, importAlias, spanIn } from '../symbols.ts';
import { threatNames, threatScope } from './bind-threats.ts';
import type { Binder } from './binder.ts';
import { findPackage, nearestPackage, packageExists } from './load-packages.ts';

/** The kinds of surfaces; each is also the package `std.<kind>`, in scope everywhere. */
export const surfaceKinds = ['api', 'llm', 'mcp', 'k8s', 'net', 'data'] as const;
export type SurfaceKind = (typeof surfaceKinds)[number];

export function isSurfaceKind(name: string): name is SurfaceKind {
  return surfaceKinds.some((kind) => kind === name);
}

/** The scope of a file: no event, no rule. */
export function fileScope(binder: Binder, unit: FileUnit): Scope {
  const known = binder.scopes.get(unit);
  if (known) return known;
  const scope: Scope = {
    lookup: (name) => lookupInFile(binder, unit, name),
    names: () => namesInFile(binder, unit),
  };
  binder.scopes.set(unit, scope);
  return scope;
}

function ownPackage(binder: Binder, unit: FileUnit): PackageSymbols | undefined {
  return binder.packages.get(unit.package);
}

function lookupInFile(binder: Binder, unit: FileUnit, name: string): Binding | undefined {
  binder.memo?.readName(unit.package, name);
  const own = ownPackage(binder, unit);
  const member = own && lookupMember(binder, own, name);
  if (member) return member;
  const imported = unit.tree.imports.find((decl) => importAlias(decl) === name);
  if (imported) {
    binder.used.add(imported);
    const symbols = findPackage(binder, dotted(imported.path));
    // The missing package has its own diagnostic; what is read from it must not get a second one.
    if (symbols === undefined) return brokenBinding;
    return packageBinding(binder, symbols);
  }
  if (isSurfaceKind(name)) {
    const symbols = findPackage(binder, `std.${name}`);
    if (symbols) return packageBinding(binder, symbols);
  }
  const rule = own?.rules.get(name);
  if (rule && binder.unplaced.has(rule.decl)) return brokenBinding;
  if (rule) return { kind: 'other', what: 'a rule of another event', declared: spanIn(rule.unit, rule.decl.name) };
  const applied = own && declaredAs(own, 'apply').find(({ decl }) => decl.name.text === name);
  if (applied && binder.unplaced.has(applied.decl)) return brokenBinding;
  if (applied) return { kind: 'other', what: 'a pack that is applied to other events' };
  return isMeantImport(binder, unit, name) ? brokenBinding : undefined;
}

/** Whether `name` is what a misspelt import would be used by, had it been written as it was meant. */
function isMeantImport(binder: Binder, unit: FileUnit, name: string): boolean {
  return unit.tree.imports.some((decl) => {
    const path = dotted(decl.path);
    if (decl.alias !== undefined || packageExists(binder, path)) return false;
    return nearestPackage(binder, path)?.split('.').at(-1) === name;
  });
}

function* namesInFile(binder: Binder, unit: FileUnit): Iterable<string> {
  binder.memo?.readNames();
  const own = ownPackage(binder, unit);
  if (own) yield* own.values.keys();
  for (const decl of unit.tree.imports) yield importAlias(decl);
}

function packageBinding(binder: Binder, symbols: PackageSymbols): Binding {
  return { kind: 'package', name: symbols.name, members: memberScope(binder, symbols) };
}

/** What stands behind `alias.`: declarations, threat lists, `provider_of`. */
export function memberScope(binder: Binder, symbols: PackageSymbols): Scope {
  const known = binder.members.get(symbols.name);
  if (known) return known;
  const scope: Scope = {
    // The package may have other declarations by then.
    lookup: (name) => lookupMember(binder, binder.packages.get(symbols.name) ?? symbols, name),
    names: () => memberNames(binder, binder.packages.get(symbols.name) ?? symbols),
  };
  binder.members.set(symbols.name, scope);
  return scope;
}

function lookupMember(binder: Binder, symbols: PackageSymbols, name: string): Binding | undefined {
  binder.memo?.readName(symbols.name, name);
  const declared = symbols.values.get(name);
  if (declared) {
    binder.used.add(declared.decl);
    return binder.late.bindDeclaration(binder, declared);
  }
  const threats = threatScope(symbols, [], name);
  if (threats) return threats;
  if (name === 'provider_of') return binder.late.providerLookup(binder, symbols);
  return symbols.name === 'std.k8s' ? kubernetesName([], name) : undefined;
}

/** `PodSpec` to Kubernetes' type of that name; `rbac` and `rbac.v1` to what stands behind them. */
function kubernetesName(before: readonly string[], name: string): Binding | undefined {
  const parts = [...before, name];
  const type = before.length === 1 ? undefined : kubernetesType(parts.join('.'));
  if (type !== undefined) return { kind: 'type', type };
  // Group and version stand before the name.
  if (parts.length > 2) return undefined;
  if (!isKubernetesGroup(parts.join('.'))) return undefined;
  const members: Scope = { lookup: (next) => kubernetesName(parts, next), names: () => [] };
  return { kind: 'package', name: `std.k8s.${parts.join('.')}`, members };
}

function* memberNames(binder: Binder, symbols: PackageSymbols): Iterable<string> {
  binder.memo?.readNames();
  yield* symbols.values.keys();
  yield* threatNames(symbols, []);
  if (declaredAs(symbols, 'provider').length > 0) yield 'provider_of';
  if (symbols.name === 'std.k8s') yield* kubernetesTypeNames();
}

/** Walks `a.b.c` from `scope`; the index of the first part without a meaning, and the scope that lacks it, when it fails. */
export function lookupPath(
  scope: Scope,
  parts: readonly { readonly text: string }[],
): { readonly found: Binding } | { readonly missing: number; readonly scope: Scope; readonly inside: string } {
  let current = scope;
  let inside = '';
  for (const [index, part] of parts.entries()) {
    const binding = current.lookup(part.text);
    if (binding === undefined) return { missing: index, scope: current, inside };
    if (index === parts.length - 1) return { found: binding };
    if (isBroken(binding)) return { found: binding };
    if (binding.kind !== 'package') return { missing: index + 1, scope: emptyScope, inside: part.text };
    current = binding.members;
    inside = binding.name;
  }
  return { missing: 0, scope, inside };
}

/** What a name stands for whose fault has been reported: nothing more is said of what is read from it. */
const brokenBinding: Binding = { kind: 'value', core: unknownValue };

/** Whether the fault of a name has been reported where it is declared. */
export function isBroken(binding: Binding): boolean {
  if (binding.kind === 'value') return binding.core.type.kind === 'unknown';
  return binding.kind === 'type' && binding.type.kind === 'unknown';
}

/** A scope without names. */
export const emptyScope: Scope = { lookup: () => undefined, names: () => [] };
