// A snapshot of a project → declarations bound one by one, with a recorder, when a tool asks about them. What is not asked
// for is not bound, so that an answer costs what stands at the cursor and not the project. Diagnostics are nobody's here.
// INVARIANT: never throws, whatever the tree; a declaration that means nothing still gets the names of its file.

import type { Decl, RuleDecl, SurfaceDecl } from '../../syntax/ast.ts';
import { bindApply } from '../../semantic/bind/bind-apply.ts';
import { bindDeclaration } from '../../semantic/bind/bind-declaration.ts';
import { ruleNames } from '../../semantic/bind/bind-entrypoint.ts';
import type { SurfaceEvent } from '../../semantic/bind/bind-event.ts';
import { bindEvents } from '../../semantic/bind/bind-event.ts';
import type { OpenPack } from '../../semantic/bind/bind-pack.ts';
import { openPack } from '../../semantic/bind/bind-pack.ts';
import { providerLookup } from '../../semantic/bind/bind-provider.ts';
import type { Surface } from '../../semantic/bind/bind-surface.ts';
import { bindSurface } from '../../semantic/bind/bind-surface.ts';
import type { Binder } from '../../semantic/bind/binder.ts';
import { createBinder } from '../../semantic/bind/binder.ts';
import { findPackage, loadProject, type LoadedFile } from '../../semantic/bind/load-packages.ts';
import { fileScope, isSurfaceKind } from '../../semantic/bind/package-scope.ts';
import type { PlacedRule } from '../../semantic/bind/placed-rule.ts';
import { ownRule } from '../../semantic/bind/placed-rule.ts';
import type { RuleContext } from '../../semantic/bind/rule-context.ts';
import type { Project } from '../../semantic/project.ts';
import type { Recorder } from '../../semantic/recorder.ts';
import { createRecorder } from '../../semantic/recorder.ts';
import type { SourceFile } from '../../source/source-file.ts';
import type { Declared, FileUnit, PackageSymbols } from '../../semantic/symbols.ts';
import { fragmentsOf } from '../fragments.ts';
import { declaredAs } from '../../semantic/symbols.ts';

/** A surface with its events, by name. */
export interface OpenSurface {
  readonly surface: Surface;
  readonly events: ReadonlyMap<string, SurfaceEvent>;
}

export interface Session {
  readonly binder: Binder;
  readonly recorder: Recorder;
  /** The packages of the project. */
  readonly packages: readonly PackageSymbols[];
  /** The unit of a place: of a part of a file, or by the path of its file. */
  readonly unitAt: (file: SourceFile) => FileUnit | undefined;
  /** The unit of a file of the project or of the library. */
  readonly unitOf: (path: string) => FileUnit | undefined;
  readonly surfaceOf: (symbols: PackageSymbols, name: string) => OpenSurface | undefined;
  /** The rules on an event of a surface, of applied packs too. */
  readonly rulesOn: (symbols: PackageSymbols, event: SurfaceEvent) => readonly PlacedRule[];
  readonly packOf: (declared: Declared) => OpenPack | undefined;
}

/**
 * A session on `project`, which never changes. With `about` only that file is looked at: of the others it matters what they
 * declare, and their places are those in the parts that they consist of (`fragments.ts`), which an edit does not move.
 */
export function openSession(project: Project, about?: SourceFile): Session {
  const recorder = createRecorder();
  const binder = createBinder(project, { bindDeclaration, providerLookup }, recorder);
  const parts = new Map<SourceFile, FileUnit>();
  const packages = about
    ? loadProject(binder, (file) => (file === about ? undefined : inParts(file, parts)))
    : loadProject(binder);
  const surfaces = new Map<SurfaceDecl, OpenSurface | undefined>();
  const rules = new Map<SurfaceEvent, readonly PlacedRule[]>();
  const packs = new Map<Decl, OpenPack | undefined>();

  const surfaceOf = (symbols: PackageSymbols, name: string): OpenSurface | undefined => {
    const found = declaredAs(symbols, 'surface').find(({ decl }) => decl.name.text === name);
    if (found === undefined || name === '') return undefined;
    if (!surfaces.has(found.decl)) {
      const surface = bindSurface(binder, found.decl, found.unit);
      surfaces.set(found.decl, surface && { surface, events: bindEvents(binder, surface) });
    }
    return surfaces.get(found.decl);
  };

  const rulesOn = (symbols: PackageSymbols, event: SurfaceEvent): readonly PlacedRule[] => {
    const known = rules.get(event);
    if (known) return known;
    const surface = event.surface.decl.name.text;
    const open = surfaceOf(symbols, surface);
    const placed = symbols.declared.flatMap(({ decl, unit }): readonly PlacedRule[] => {
      if (decl.kind === 'apply' && decl.surface.text === surface && open) {
        const applied = bindApply(binder, { decl, unit }, open) ?? [];
        return applied.filter((each) => each.event === event).map(({ rule }) => rule);
      }
      const isOn = isRuleDecl(decl) && decl.on.surface.text === surface && decl.on.event.text === event.decl.name.text;
      return isOn ? [ownRule({ decl, unit })] : [];
    });
    rules.set(event, placed);
    return placed;
  };

  const packOf = (declared: Declared): OpenPack | undefined => {
    const { decl, unit } = declared;
    if (decl.kind !== 'pack' || !isSurfaceKind(decl.surfaceKind.text)) return undefined;
    if (!packs.has(decl)) {
      packs.set(decl, openPack(binder, { decl, unit }, { kind: decl.surfaceKind.text, read: new Set() }));
    }
    return packs.get(decl);
  };

  return {
    binder,
    recorder,
    packages,
    unitAt: (file) => parts.get(file) ?? unitOf(binder, file.path),
    unitOf: (path) => unitOf(binder, path),
    surfaceOf,
    rulesOn,
    packOf,
  };
}

/** A file as its parts; notes the unit of each in `parts`. Undefined of one that cannot be taken apart. */
function inParts(file: SourceFile, parts: Map<SourceFile, FileUnit>): LoadedFile | undefined {
  const fragments = fragmentsOf(file);
  if (fragments === undefined) return undefined;
  for (const { unit } of fragments.declared) parts.set(unit.file, unit);
  return { unit: fragments.head, declared: fragments.declared };
}

function isRuleDecl(decl: Decl): decl is RuleDecl {
  return decl.kind === 'discover' || decl.kind === 'detect' || decl.kind === 'defend';
}

function unitOf(binder: Binder, path: string): FileUnit | undefined {
  const isThis = (unit: FileUnit): boolean => unit.file.path === path;
  for (const symbols of binder.packages.values()) {
    const found = symbols?.units.find(isThis);
    if (found) return found;
  }
  const file = binder.project.std?.find((each) => each.path === path);
  if (file === undefined) return undefined;
  for (const name of packageCandidates(file)) {
    const found = findPackage(binder, name)?.units.find(isThis);
    if (found) return found;
  }
  return undefined;
}

/** The packages that a file of the library may be of. */
function packageCandidates({ path, package: known }: SourceFile): readonly string[] {
  if (known !== undefined) return [known];
  const parts = path.replace(/\.rdp$/, '').split('/');
  return [parts.join('.'), parts.slice(0, -1).join('.')];
}

/** What the clauses of the rule at `index` of `rules` are bound with. */
export function ruleContextOf(
  { binder }: Session,
  event: SurfaceEvent,
  { rules, index }: { readonly rules: readonly PlacedRule[]; readonly index: number },
): RuleContext | undefined {
  const placed = rules[index];
  if (placed === undefined) return undefined;
  const namesFor = ruleNames(binder, event, rules);
  const names = namesFor(placed.pack)(placed.pack?.scope ?? fileScope(binder, placed.unit));
  // Which rules name which only decides what a decision shows of them, which nobody asks here.
  const references: RuleContext['references'] = [];
  const namesIn = namesFor(undefined);
  return { binder, unit: placed.unit, event, names, namesIn, rules, references, index, facts: new Map() };
}
