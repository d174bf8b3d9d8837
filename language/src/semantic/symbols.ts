// From syntax trees to packages: which declarations there are, by name, before anything is resolved. Says nothing of what
// a declaration means; `bind/` does.

import type { SourceFile, Span } from '../source/source-file.ts';
import type { Decl, ExemptDecl, File, ImportDecl, Node, RuleDecl } from '../syntax/ast.ts';

export type { RuleDecl } from '../syntax/ast.ts';

/** One parsed file of a package. */
export interface FileUnit {
  readonly file: SourceFile;
  readonly tree: File;
  /** `shop.checkout`; empty when the file has no package line. */
  readonly package: string;
  /** Where the file's header is, of a unit that is only one declaration of it. */
  readonly head?: FileUnit;
}

/** A declaration and the file in which it stands. */
export interface Declared<D extends Decl = Decl> {
  readonly decl: D;
  readonly unit: FileUnit;
}

/** The declarations of one package, over all its files in order of path. */
export interface PackageSymbols {
  readonly name: string;
  /** Part of the standard library: not checked for what nobody uses. */
  readonly std: boolean;
  readonly units: readonly FileUnit[];
  readonly declared: readonly Declared[];
  /** The same by kind: who looks for a few of thousands must not come by all of them. Asked by `declaredAs`. */
  readonly ofKind: ReadonlyMap<Decl['kind'], readonly Declared[]>;
  /** Sets, data, patterns, functions, types, surfaces, providers, classifiers, packs: the first of a name. */
  readonly values: ReadonlyMap<string, Declared>;
  readonly inventories: ReadonlyMap<string, Declared>;
  readonly rules: ReadonlyMap<string, Declared<RuleDecl>>;
  /** By the rule that they name: `HostPorts`, `baseline.HostPorts`. */
  readonly exemptions: ReadonlyMap<string, readonly Declared<ExemptDecl>[]>;
}

/** Where `node` stands. */
export function spanIn(unit: FileUnit, node: Node): Span {
  return { file: unit.file, start: node.start, end: node.end };
}

export function isRule(decl: Decl): decl is RuleDecl {
  return decl.kind === 'discover' || decl.kind === 'detect' || decl.kind === 'defend';
}

/** Whether a declaration of this kind gives its name a meaning in expressions. */
export function isValueDecl(decl: Decl): boolean {
  switch (decl.kind) {
    case 'set':
    case 'data':
    case 'pattern':
    case 'fn':
    case 'type':
    case 'surface':
    case 'provider':
    case 'classifier':
    case 'pack':
      return true;
    default:
      return false;
  }
}

/** The name under which an import is used. */
export function importAlias(decl: ImportDecl): string {
  return decl.alias?.text ?? decl.path.parts.at(-1)?.text ?? '';
}

/** The declarations of one kind, in order. */
export function declaredAs<Kind extends Decl['kind']>(
  symbols: PackageSymbols,
  kind: Kind,
): readonly Declared<Extract<Decl, { readonly kind: Kind }>>[] {
  return (symbols.ofKind.get(kind) ?? []) as readonly Declared<Extract<Decl, { readonly kind: Kind }>>[]; // by their kind
}

/** `a.b.c` as text. */
export function dotted(name: { readonly parts: readonly { readonly text: string }[] }): string {
  return name.parts.map((part) => part.text).join('.');
}

/** The declarations of a file, each in the unit of the whole. */
export function declaredIn(unit: FileUnit): readonly Declared[] {
  return unit.tree.decls.map((decl) => ({ decl, unit }));
}

/** The symbols of a package that is edited (`replaceDeclared`). */
export interface OpenSymbols extends PackageSymbols {
  readonly declared: Declared[];
  readonly ofKind: Map<Decl['kind'], Declared[]>;
  readonly values: Map<string, Declared>;
  readonly rules: Map<string, Declared<RuleDecl>>;
  readonly exemptions: Map<string, Declared<ExemptDecl>[]>;
}

/** Collects the declarations of the files of one package. */
export function collectSymbols(
  name: string,
  units: readonly FileUnit[],
  declarationsOf: (unit: FileUnit) => readonly Declared[] = declaredIn,
): OpenSymbols {
  const sorted = [...units].toSorted((a, b) => (a.file.path < b.file.path ? -1 : a.file.path > b.file.path ? 1 : 0));
  const declared: Declared[] = [];
  const ofKind = new Map<Decl['kind'], Declared[]>();
  const values = new Map<string, Declared>();
  const inventories = new Map<string, Declared>();
  const rules = new Map<string, Declared<RuleDecl>>();
  const exemptions = new Map<string, Declared<ExemptDecl>[]>();
  for (const unit of sorted) {
    for (const one of declarationsOf(unit)) {
      const { decl } = one;
      declared.push(one);
      const alike = ofKind.get(decl.kind);
      if (alike) alike.push(one);
      else ofKind.set(decl.kind, [one]);
      const text = decl.name.text;
      if (text === '') continue;
      if (isRuleDeclared(one)) {
        if (!rules.has(text)) rules.set(text, one);
      } else if (isExemption(one)) {
        const same = exemptions.get(text);
        if (same) same.push(one);
        else exemptions.set(text, [one]);
      } else if (decl.kind === 'inventory') {
        if (!inventories.has(text)) inventories.set(text, one);
      } else if (isValueDecl(decl) && !values.has(text)) values.set(text, one);
    }
  }
  return {
    name,
    std: name === 'std' || name.startsWith('std.'),
    units: sorted,
    declared,
    ofKind,
    values,
    inventories,
    rules,
    exemptions,
  };
}

/** Puts declarations in the place of others (by those) that have the same kind and name. */
export function replaceDeclared(symbols: OpenSymbols, replaced: ReadonlyMap<Declared, Declared>): void {
  for (const [old, now] of replaced) {
    const text = old.decl.name.text;
    exchange(symbols.declared, old, now);
    exchange(symbols.ofKind.get(old.decl.kind) ?? [], old, now);
    if (isExemption(old) && isExemption(now)) exchange(symbols.exemptions.get(text) ?? [], old, now);
    if (symbols.values.get(text) === old) symbols.values.set(text, now);
    if (isRuleDeclared(now) && symbols.rules.get(text) === old) symbols.rules.set(text, now);
  }
}

function exchange<T>(list: T[], old: T, now: T): void {
  const at = list.indexOf(old);
  if (at >= 0) list[at] = now;
}

function isRuleDeclared(one: Declared): one is Declared<RuleDecl> {
  return isRule(one.decl);
}

function isExemption(one: Declared): one is Declared<ExemptDecl> {
  return one.decl.kind === 'exempt';
}
