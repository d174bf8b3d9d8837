// Diagnostics of a project that was checked before in another state: what nothing has changed for is taken from that check.
// Only declarations that others see by name alone are checked one by one (`isLoose`); where a surface, a type, a header or
// a document is different, everything is checked anew.
// INVARIANT: the diagnostics are those of `checkProgram`, whatever was checked before.

import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { bindDeclaration } from '../../semantic/bind/bind-declaration.ts';
import { providerLookup } from '../../semantic/bind/bind-provider.ts';
import type { Binder } from '../../semantic/bind/binder.ts';
import { createBinder } from '../../semantic/bind/binder.ts';
import { checkPackages, settleDiagnostics } from '../../semantic/check-packages.ts';
import { checkProgramSteps } from '../../semantic/check-program.ts';
import { parseOnce } from '../../semantic/parse-memo.ts';
import type { Project } from '../../semantic/project.ts';
import type { Steps } from '../../semantic/steps.ts';
import { finish } from '../../semantic/steps.ts';
import type { Declared, FileUnit, OpenSymbols } from '../../semantic/symbols.ts';
import { collectSymbols, replaceDeclared } from '../../semantic/symbols.ts';
import type { Decl } from '../../syntax/ast.ts';
import type { Fragments } from '../fragments.ts';
import { fragmentsOf, placeIn } from '../fragments.ts';
import type { Difference, Remembering } from './remember.ts';
import { createRemembering, nameKey } from './remember.ts';

/** Checks states of one project, one after the other. */
export interface Rechecker {
  readonly check: (project: Project) => readonly Diagnostic[];
  /**
   * The same, a part at a time: undefined when `isEnough`, which is asked between declarations, said so before it was done. Asking
   * again goes on from there. A state that is asked for meanwhile ends the check of the one before, but not what is known from it.
   */
  readonly checkUntil: (project: Project, isEnough: () => boolean) => readonly Diagnostic[] | undefined;
}

/** What is known from the last check. */
interface Known {
  readonly project: Project;
  readonly binder: Binder;
  readonly diagnostics: Diagnostic[];
  readonly remembering: Remembering;
  files: readonly Fragments[];
  packages: readonly OpenSymbols[];
}

/** A rechecker that has checked nothing yet. */
export function createRechecker(): Rechecker {
  let known: Known | undefined;
  let running: { readonly project: Project; readonly steps: Steps<readonly Diagnostic[]> } | undefined;

  function* checkSteps(project: Project): Steps<readonly Diagnostic[]> {
    // Which of several declarations is meant depends on all of them, and on the order in which they are looked at.
    if (known?.diagnostics.some(({ code }) => code === 'duplicate-name' || code === 'recursive-declaration'))
      known = undefined;
    const files: Fragments[] = [];
    for (const file of project.files) {
      const parts = fragmentsOf(file);
      if (parts === undefined) {
        known = undefined;
        return (yield* checkProgramSteps(project)).diagnostics;
      }
      files.push(parts);
    }
    const difference = known && differenceOf(known, project, files);
    if (known === undefined || difference === undefined) known = begin(project, files);
    else known.files = files;
    return yield* checkKnown(known, project, difference);
  }

  /** Works on the check of a state; after a fault of ours what is known may be half of the truth. */
  const work = <T>(project: Project, take: (steps: Steps<readonly Diagnostic[]>) => T): T => {
    if (running?.project !== project) running = { project, steps: checkSteps(project) };
    try {
      return take(running.steps);
    } catch (error) {
      known = undefined;
      running = undefined;
      throw error;
    }
  };
  return {
    check: (project) => {
      const diagnostics = work(project, finish);
      running = undefined;
      return diagnostics;
    },
    checkUntil: (project, isEnough) =>
      work(project, (steps) => {
        for (let step = steps.next(); ; step = steps.next()) {
          if (step.done === true) {
            running = undefined;
            return step.value;
          }
          if (isEnough()) return undefined;
        }
      }),
  };
}

function begin(project: Project, files: readonly Fragments[]): Known {
  const binder = createBinder(project, { bindDeclaration, providerLookup });
  const diagnostics: Diagnostic[] = [];
  const remembering = createRemembering(diagnostics);
  const { memo, used } = remembering;
  return { project, binder: { ...binder, diagnostics, memo, used }, diagnostics, remembering, files, packages: [] };
}

/** Declarations that others see by their names alone. */
function isLoose({ kind }: Decl): boolean {
  switch (kind) {
    case 'set':
    case 'fn':
    case 'pattern':
    case 'discover':
    case 'detect':
    case 'defend':
    case 'exempt':
    case 'test':
      return true;
    default:
      return false;
  }
}

/** How a state differs from the one that is known; undefined when that is of no use. */
function differenceOf(known: Known, project: Project, files: readonly Fragments[]): Difference | undefined {
  const before = known.project;
  const isOther =
    project.documents !== before.documents ||
    project.missing !== before.missing ||
    project.malformed !== before.malformed ||
    project.today !== before.today ||
    project.std !== before.std ||
    project.origins !== before.origins ||
    files.length !== known.files.length;
  if (isOther) return undefined;
  const names = new Set<string>();
  const gone: Decl[] = [];
  const replaced = new Map<Declared, Declared>();
  let listed: Difference['listed'] = 'same';
  for (const [index, file] of files.entries()) {
    const old = known.files[index];
    if (old === undefined || old.head !== file.head) return undefined;
    const [fewer, more] = changesOf(old.declared, file.declared);
    if (![...fewer, ...more].every(({ decl }) => isLoose(decl))) return undefined;
    for (const { decl, unit } of [...fewer, ...more]) names.add(nameKey(unit.package, decl.name.text));
    if (fewer.length !== more.length) listed = 'others';
    for (const [at, one] of fewer.entries()) {
      gone.push(one.decl);
      const other = more[at];
      if (other && standsFor(other.decl, one.decl)) replaced.set(one, other);
      else listed = 'others';
    }
  }
  return { names, gone, replaced, listed };
}

/** Of the first check. */
const nothingElse: Difference = { names: new Set(), gone: [], replaced: new Map(), listed: 'same' };

/** Whether what is declared has the same name and kind, and is about the same event. */
function standsFor(one: Decl, other: Decl): boolean {
  if (one.kind !== other.kind || one.name.text !== other.name.text) return false;
  if (!('on' in one) || !('on' in other)) return true;
  return one.on.surface.text === other.on.surface.text && one.on.event.text === other.on.event.text;
}

/** The declarations that are only in the one or the other. What stands ahead and behind is mostly the same. */
function changesOf(
  before: readonly Declared[],
  after: readonly Declared[],
): readonly [readonly Declared[], readonly Declared[]] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start]?.decl === after[start]?.decl) start++;
  let tail = 0;
  while (tail < shorter - start && before.at(-1 - tail)?.decl === after.at(-1 - tail)?.decl) tail++;
  return [before.slice(start, before.length - tail), after.slice(start, after.length - tail)];
}

/** `difference` is undefined where nothing is known yet. */
function* checkKnown(known: Known, project: Project, difference: Difference | undefined): Steps<readonly Diagnostic[]> {
  const { binder, diagnostics, remembering, files } = known;
  remembering.begin(difference ?? nothingElse, new Set(files.map(({ head }) => head.package)));
  diagnostics.length = 0;
  binder.bound.clear();
  binder.unknownSurfaces.clear();
  binder.unplaced.clear();
  binder.unions.clear();
  binder.faultyPacks.clear();
  const syntactic = project.files.flatMap((file) => parseOnce(file).diagnostics);
  if (difference === undefined || difference.listed === 'others') known.packages = packagesOf(files);
  else for (const symbols of known.packages) replaceDeclared(symbols, difference.replaced);
  for (const symbols of known.packages) binder.packages.set(symbols.name, symbols);
  // Checks of whole packages ask whether there is any fault.
  diagnostics.push(...syntactic);
  yield* checkPackages(binder, known.packages);
  const found = diagnostics.slice(syntactic.length);
  return settleDiagnostics(files, [...syntactic, ...placeIn(files, found)], syntactic);
}

function packagesOf(files: readonly Fragments[]): readonly OpenSymbols[] {
  const declared = new Map<FileUnit, readonly Declared[]>();
  const byName = new Map<string, FileUnit[]>();
  for (const { head, declared: own } of files) {
    declared.set(head, own);
    const units = byName.get(head.package);
    if (units) units.push(head);
    else byName.set(head.package, [head]);
  }
  return [...byName.keys()]
    .toSorted()
    .map((name) => collectSymbols(name, byName.get(name) ?? [], (unit) => declared.get(unit) ?? []));
}
