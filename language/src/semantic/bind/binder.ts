// The state of one check: the packages known so far, what has been bound, what has been used, and what has to be said.
// Everything is bound when it is first asked for, so that a policy pays only for the library that it uses.
// INVARIANT: nothing outside one call of `checkProgram` sees a binder; the same input binds in the same order.

import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { DiagnosticCode, DiagnosticExtra, HolesFor } from '../../diagnostics/catalog.ts';
import { diagnose } from '../../diagnostics/catalog.ts';
import { nearestName } from '../../diagnostics/suggest.ts';
import type { Decl, ImportDecl, Name, Node } from '../../syntax/ast.ts';
import type { LocalId } from '../core.ts';
import type { Project } from '../project.ts';
import type { Recorder } from '../recorder.ts';
import type { Binding, Scope } from '../scope.ts';
import type { Declared, FileUnit, PackageSymbols } from '../symbols.ts';
import { spanIn } from '../symbols.ts';
import type { UnionType } from '../types.ts';
import type { Memo } from './memo.ts';

/** Stages that scopes start when a name is first looked up; handed in, because they need scopes themselves. */
export interface LateStages {
  readonly bindDeclaration: (binder: Binder, declared: Declared) => Binding;
  readonly providerLookup: (binder: Binder, symbols: PackageSymbols) => Binding | undefined;
}

/** Declarations and imports, each once. */
export interface UsedSet {
  readonly add: (decl: Decl | ImportDecl) => unknown;
  readonly has: (decl: Decl | ImportDecl) => boolean;
}

export interface Binder {
  readonly project: Project;
  readonly late: LateStages;
  /** By name; a package of the library is added when it is first needed, `undefined` when there is none. */
  readonly packages: Map<string, PackageSymbols | undefined>;
  readonly diagnostics: Diagnostic[];
  /** Declarations and imports that something refers to. */
  readonly used: UsedSet;
  /** Package and name of surfaces that do not exist, as far as they have been reported. */
  readonly unknownSurfaces: Set<string>;
  /** Rules on an event that does not exist, applications of a pack that does not, which has been reported: nothing more is said of what names them. */
  readonly unplaced: Set<Decl>;
  /** Packs of the project that are at fault where they are declared: nothing more is said of applying them. */
  readonly faultyPacks: Set<Decl>;
  /** Variables that stand for parameters of packs while those are checked by themselves. */
  readonly parameters: Set<LocalId>;
  readonly bound: Map<Decl, Binding>;
  /** Declarations that are being bound, to find cycles. */
  readonly pending: Set<Decl>;
  /** What has been said of documents that several places name, each once. */
  readonly saidOfDocuments: Set<string>;
  readonly scopes: WeakMap<FileUnit, Scope>;
  /** By the name of the package. */
  readonly members: Map<string, Scope>;
  /** Kubernetes objects as each package knows them. */
  readonly unions: Map<string, UnionType>;
  /** Only where a tool asks. */
  readonly recorder: Recorder | undefined;
  /** Only where an editor checks again and again. */
  readonly memo: Memo | undefined;
  /** Paths of the project's own files. */
  readonly ownPaths: ReadonlySet<string>;
  /** The next free `LocalId`: locals are unique in the whole program. */
  nextLocal: number;
}

export function createBinder(project: Project, late: LateStages, recorder?: Recorder): Binder {
  return {
    project,
    late,
    packages: new Map(),
    diagnostics: [],
    used: new Set(),
    unknownSurfaces: new Set(),
    unplaced: new Set(),
    faultyPacks: new Set(),
    parameters: new Set(),
    bound: new Map(),
    pending: new Set(),
    scopes: new WeakMap(),
    members: new Map(),
    saidOfDocuments: new Set(),
    unions: new Map(),
    recorder,
    memo: undefined,
    ownPaths: new Set(project.files.map(({ path }) => path)),
    nextLocal: 0,
  };
}

/** Says `code` of `node` in `unit`. */
export function report<Code extends DiagnosticCode>(
  binder: Binder,
  code: Code,
  at: { readonly unit: FileUnit; readonly node: Node },
  holes: HolesFor<Code>,
  extra?: DiagnosticExtra,
): void {
  binder.diagnostics.push(diagnose(code, spanIn(at.unit, at.node), holes, extra));
}

/** Whether `name` is a rule on an event, or of an application of a pack, that does not exist. */
export function isUnplaced(binder: Binder, unit: FileUnit, name: Name): boolean {
  binder.memo?.readName(unit.package, name.text);
  const symbols = binder.packages.get(unit.package);
  const rule = symbols?.rules.get(name.text);
  if (rule !== undefined) return binder.unplaced.has(rule.decl);
  const [pack, inside] = name.text.split('.');
  return (
    inside !== undefined &&
    binder.unplaced.size > 0 &&
    symbols?.declared.some(
      // One whose name could not be read may be meant.
      ({ decl }) => binder.unplaced.has(decl) && (decl.name.text === pack || decl.name.text === ''),
    ) === true
  );
}

/** Says that a package has no surface of that name: once, since the slip may be in the surface's own name. */
export function reportUnknownSurface(binder: Binder, unit: FileUnit, name: Name, known: Iterable<string>): void {
  const key = `${unit.package} ${name.text}`;
  if (binder.unknownSurfaces.has(key)) return;
  binder.unknownSurfaces.add(key);
  report(binder, 'unknown-surface', { unit, node: name }, { name: name.text }, didYouMean(unit, name, known));
}

/**
 * "Did you mean": a help line and the fix that writes the name. The fix is unsafe, because another name is another
 * meaning, and may let through what the policy means to stop.
 */
export function didYouMean(unit: FileUnit, name: Name, candidates: Iterable<string>): DiagnosticExtra {
  const nearest = nearestName(name.text, candidates);
  if (nearest === undefined) return {};
  return {
    help: `did you mean \`${nearest}\`?`,
    fixes: [{ title: `write \`${nearest}\``, safety: 'unsafe', edits: [{ span: spanIn(unit, name), text: nearest }] }],
  };
}
