// What stands where in a snapshot of a project: names and what they mean, types, what can be seen at a place. The door of
// `query/inspect` to tools. Bound on demand, kept as long as the snapshot, so that the first question about a declaration
// pays for it and no other.

import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { EventRef, Node } from '../../syntax/ast.ts';
import { ruleNames } from '../../semantic/bind/bind-entrypoint.ts';
import { findPackage, packageNames } from '../../semantic/bind/load-packages.ts';
import { fileScope } from '../../semantic/bind/package-scope.ts';
import type { PlacedRule } from '../../semantic/bind/placed-rule.ts';
import type { Declared, FileUnit, PackageSymbols } from '../../semantic/symbols.ts';
import type { FieldUse, Recorder } from '../../semantic/recorder.ts';
import type { Project } from '../../semantic/project.ts';
import type { SourceFile } from '../../source/source-file.ts';
import type { Binding, Scope } from '../../semantic/scope.ts';
import { bindOne, eventOf } from './bind-one.ts';
import { symbolOfBinding, symbolOfField, threatElsewhere } from './resolve-symbol.ts';
import { declaredSymbols } from './declared-symbols.ts';
import { headerOccurrences, occurrencesIn } from './occurrences.ts';
import type { OpenSurface } from './session.ts';
import { openSession } from './session.ts';
import type { Occurrence, PolicySymbol } from './symbol.ts';

/** A name of a file of the project. */
export interface Reference extends Occurrence {
  readonly unit: FileUnit;
}

export interface Inspector {
  readonly project: Project;
  /** What was noted of the declarations that were bound so far. */
  readonly recorder: Recorder;
  readonly packages: readonly PackageSymbols[];
  /** A file of the project or the library, by path. */
  readonly unit: (path: string) => FileUnit | undefined;
  /** The declaration that `offset` is in, or at the end of. */
  readonly declarationAt: (unit: FileUnit, offset: number) => Declared | undefined;
  /** Binds the declaration at `offset`, of a rule only what that place depends on. */
  readonly look: (unit: FileUnit, offset: number) => Declared | undefined;
  /** The names of a declaration, in order. */
  readonly namesIn: (declared: Declared) => readonly Occurrence[];
  /** What is wrong inside of a declaration that is bound alone. */
  readonly faults: (declared: Declared) => readonly Diagnostic[];
  /** The names of a whole file, in order. */
  readonly names: (unit: FileUnit) => readonly Occurrence[];
  /** The name at, or just ahead of, `offset`. */
  readonly nameAt: (unit: FileUnit, offset: number) => Occurrence | undefined;
  /** The declarations of a file that may name the symbol, by their texts: what `references` binds. */
  readonly mentions: (unit: FileUnit, symbol: PolicySymbol) => readonly Declared[];
  /** Every name of the symbol in the project. */
  readonly references: (symbol: PolicySymbol) => readonly Reference[];
  /** Every name of the symbol in one file. */
  readonly referencesIn: (unit: FileUnit, symbol: PolicySymbol) => readonly Reference[];
  /** The package of the project or the library. */
  readonly package: (name: string) => PackageSymbols | undefined;
  /** The packages that can be imported. */
  readonly packageNames: () => readonly string[];
  /** What a file sees outside of rules. */
  readonly scopeOf: (unit: FileUnit) => Scope;
  /** A surface of the unit's package, with the names of its events. */
  readonly surface: (unit: FileUnit, name: string) => OpenSurface | undefined;
  /** What a rule on an event sees; undefined when there is no such event. */
  readonly eventScope: (unit: FileUnit, on: EventRef) => Scope | undefined;
  /** The names of the rules on an event, of applied packs too. */
  readonly rulesOn: (unit: FileUnit, on: EventRef) => readonly PlacedRule[];
  readonly symbolOf: (name: string, binding: Binding) => PolicySymbol | undefined;
  readonly symbolOfField: (use: FieldUse) => PolicySymbol;
  /** What a threat is in other editions: `llm.v2026.LLM04`. */
  readonly elsewhereOf: (threat: PolicySymbol) => readonly string[];
}

const known = new WeakMap<Project, Inspector>();

/** The inspector of a snapshot's project; the same for the same snapshot. */
export function inspect(project: Project): Inspector {
  const before = known.get(project);
  if (before) return before;
  const inspector = createInspector(project);
  known.set(project, inspector);
  return inspector;
}

/**
 * The inspector of one file of a project, for questions that are about nothing else: what others declare is seen, but not where
 * in their files. It costs what that file does, not what the project does.
 */
export function inspectFile(project: Project, file: SourceFile): Inspector {
  return createInspector(project, file);
}

function createInspector(project: Project, about?: SourceFile): Inspector {
  const session = openSession(project, about);
  const { recorder, packages } = session;
  const names = new Map<Declared['decl'], readonly Occurrence[]>();
  const headers = new Map<FileUnit, readonly Occurrence[]>();

  const namesIn = (declared: Declared): readonly Occurrence[] => {
    const before = names.get(declared.decl);
    if (before) return before;
    bindOne(session, declared);
    const found = occurrencesIn(session, declared);
    names.set(declared.decl, found);
    return found;
  };
  const header = (unit: FileUnit): readonly Occurrence[] => {
    const before = headers.get(unit) ?? headerOccurrences(session, unit);
    headers.set(unit, before);
    return before;
  };
  const declarationAt = (unit: FileUnit, offset: number): Declared | undefined => {
    const decl = unit.tree.decls.find(({ start, end }) => start <= offset && offset <= end);
    return decl && { decl, unit };
  };
  const references = (symbol: PolicySymbol): readonly Reference[] =>
    packages.flatMap(({ units }) => units.flatMap((unit) => referencesIn(unit, symbol)));
  const mentions = (unit: FileUnit, symbol: PolicySymbol): readonly Declared[] => {
    const words = namesOf(symbol);
    if (!words.some((word) => unit.file.text.includes(word))) return [];
    const isNamed = ({ start, end }: Node): boolean => {
      const text = unit.file.text.slice(start, end);
      return words.some((word) => text.includes(word));
    };
    return unit.tree.decls.filter(isNamed).map((decl) => ({ decl, unit }));
  };
  const referencesIn = (unit: FileUnit, symbol: PolicySymbol): readonly Reference[] => {
    if (!namesOf(symbol).some((word) => unit.file.text.includes(word))) return [];
    const all = [...header(unit), ...mentions(unit, symbol).flatMap(namesIn)];
    return all.filter((each) => each.symbol.key === symbol.key).map((each) => ({ ...each, unit }));
  };
  /** What a name of the symbol may be written as: a package by its last part, or by an alias. */
  const namesOf = (symbol: PolicySymbol): readonly string[] => {
    if (symbol.kind !== 'package') return [symbol.name];
    const last = symbol.name.split('.').at(-1) ?? symbol.name;
    const aliases = packages.flatMap(({ units }) =>
      units.flatMap(({ tree }) => tree.imports.flatMap(({ alias }) => alias?.text ?? [])),
    );
    return [last, ...aliases].filter((word) => word !== '');
  };

  const surfaceOf = (unit: FileUnit, name: string): OpenSurface | undefined => {
    const symbols = session.binder.packages.get(unit.package);
    return symbols && session.surfaceOf(symbols, name);
  };

  return {
    project,
    recorder,
    packages,
    unit: session.unitOf,
    declarationAt,
    look: (unit, offset) => {
      const declared = declarationAt(unit, offset);
      if (declared) bindOne(session, declared, offset);
      return declared;
    },
    namesIn,
    faults: (declared) => {
      namesIn(declared);
      const { start, end } = declared.decl;
      const isIn = ({ span }: Diagnostic): boolean =>
        span.file === declared.unit.file && span.start >= start && span.end <= end;
      const found = session.binder.diagnostics.filter(isIn);
      const keyOf = ({ code, span, message }: Diagnostic): string => `${span.start} ${span.end} ${code} ${message}`;
      return [...new Map(found.map((fault) => [keyOf(fault), fault])).values()];
    },
    names: (unit) => [...header(unit), ...unit.tree.decls.flatMap((decl) => namesIn({ decl, unit }))],
    nameAt: (unit, offset) => {
      const declared = declarationAt(unit, offset);
      const all = declared ? namesIn(declared) : header(unit);
      return innermost(all.filter(({ start, end }) => start <= offset && offset <= end));
    },
    mentions,
    references,
    referencesIn,
    package: (name) => findPackage(session.binder, name),
    packageNames: () => packageNames(session.binder),
    scopeOf: (unit) => fileScope(session.binder, unit),
    surface: (unit, name) => surfaceOf(unit, name),
    eventScope: (unit, on) => {
      const symbols = session.binder.packages.get(unit.package);
      const event = symbols && eventOf(session, symbols, on);
      if (symbols === undefined || event === undefined) return undefined;
      const rules = session.rulesOn(symbols, event);
      return ruleNames(session.binder, event, rules)(undefined)(fileScope(session.binder, unit)).scope;
    },
    rulesOn: (unit, on) => {
      const symbols = session.binder.packages.get(unit.package);
      const event = symbols && eventOf(session, symbols, on);
      return symbols && event ? session.rulesOn(symbols, event) : [];
    },
    symbolOf: (name, binding) => symbolOfBinding(session, name, binding),
    symbolOfField: (use) => symbolOfField(session, use),
    elsewhereOf: (threat) => threatElsewhere(session, threat),
  };
}

/** Of the names around a place the shortest; of two that touch it the one that begins there. */
function innermost(names: readonly Occurrence[]): Occurrence | undefined {
  return names.toSorted((a, b) => a.end - a.start - (b.end - b.start) || b.start - a.start)[0];
}

/** The symbols that a file declares, in order. */
export function symbolsOf(unit: FileUnit): readonly PolicySymbol[] {
  return [...declaredSymbols(unit).values()];
}
