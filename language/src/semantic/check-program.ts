// A project to diagnostics, core programs and a model for tools: loads packages, binds everything that the project
// declares, and runs the checks that look at whole rules. Never throws on what a user wrote.
// INVARIANT: a program comes out only when no diagnostic is an error.

import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { compareDiagnostics, hasErrors } from '../diagnostics/diagnostic.ts';
import { bindDeclaration } from './bind/bind-declaration.ts';
import { providerLookup } from './bind/bind-provider.ts';
import { createBinder } from './bind/binder.ts';
import type { BoundEvent } from './bind/bind-entrypoint.ts';
import type { BoundPackage } from './bind/bind-package.ts';
import { bindPackage, importedNames } from './bind/bind-package.ts';
import { checkPacks } from './bind/bind-pack.ts';
import { documentPath } from './bind/document-paths.ts';
import { dataPath } from './bind/bind-set.ts';
import { loadProject } from './bind/load-packages.ts';
import { checkConflicts } from './check/conflicting-rules.ts';
import { demandsOf } from './check/core-key.ts';
import { checkDuplicateNames } from './check/duplicate-names.ts';
import { withoutEchoes } from './check/echoes.ts';
import { checkEventBudget } from './check/event-budget.ts';
import { checkImports } from './check/imports.ts';
import { checkShadowedRules } from './check/shadowed-rules.ts';
import { checkUnboundedPatterns } from './check/unbounded-patterns.ts';
import { checkUnreachableRules } from './check/unreachable-rules.ts';
import { checkUnused } from './check/unused-declarations.ts';
import type { CoreProgram } from './core.ts';
import { listClassifiers } from './list-classifiers.ts';
import { listPatterns } from './list-patterns.ts';
import type { Declared, PackageSymbols } from './symbols.ts';
import { buildModel } from './build-model.ts';
import type { CheckResult, Project } from './project.ts';

/** Checks a whole project. */
export function checkProgram(project: Project): CheckResult {
  const binder = createBinder(project, { bindDeclaration, providerLookup });
  const packages = loadProject(binder);
  const syntactic = [...binder.diagnostics];
  for (const symbols of packages) {
    checkImports(binder, symbols);
    checkDuplicateNames(binder, symbols);
  }
  const packs = packages.flatMap((symbols) => checkPacks(binder, symbols));
  const bound = packages.map((symbols) => bindPackage(binder, symbols));
  const faults = binder.diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  const comparable = faults.some(({ code }) => hidingCodes.has(code)) ? [] : bound.flatMap(({ events }) => events);
  for (const whole of [...packs, ...comparable]) {
    const event = withoutFaulty(whole, faults);
    checkUnreachableRules(binder, event);
    const demands = event.entrypoint.rules.map((rule) => demandsOf(rule.condition));
    checkShadowedRules(binder, event, demands);
    checkConflicts(binder, event, demands);
    checkUnboundedPatterns(binder, event);
    checkEventBudget(binder, event);
  }
  const importedByOthers = new Set(packages.flatMap((symbols) => importedNames(symbols)));
  // What is at fault may be what would have used it.
  if (!hasErrors(binder.diagnostics)) {
    for (const { symbols } of bound)
      checkUnused(binder, symbols, importedByOthers.has(symbols.name) ? 'library' : 'policy');
  }
  const diagnostics = distinct(withoutEchoes(packages, binder.diagnostics, syntactic));
  return {
    diagnostics,
    programs: hasErrors(diagnostics) ? undefined : programsOf(bound),
    model: buildModel(binder, bound),
    patterns: (names) => listPatterns(binder, names),
    classifiers: (names) => listClassifiers(binder, names),
  };
}

/** Faults of which nothing is said where their names are used, so that a rule may look sound that is not. */
const hidingCodes: ReadonlySet<string> = new Set([
  'unknown-package',
  'unknown-surface',
  'unknown-surface-kind',
  'unknown-event',
]);

/** The event without rules that have an error: of what is left of them nothing could be said. */
function withoutFaulty(event: BoundEvent, faults: readonly Diagnostic[]): BoundEvent {
  const isIn = ({ span }: Diagnostic, { decl, unit }: Declared): boolean =>
    span.file === unit.file && span.start >= decl.start && span.end <= decl.end;
  const sound = event.rules.map(
    (rule) => !faults.some((fault) => isIn(fault, rule) || (rule.pack?.by && isIn(fault, rule.pack.by))),
  );
  if (sound.every((is) => is)) return event;
  return {
    ...event,
    rules: event.rules.filter((_, index) => sound[index]),
    entrypoint: { ...event.entrypoint, rules: event.entrypoint.rules.filter((_, index) => sound[index]) },
  };
}

/** One program for each package with events that have rules. */
function programsOf(bound: readonly BoundPackage[]): readonly CoreProgram[] {
  const programs = bound
    .filter(({ events }) => events.length > 0)
    .map(({ symbols, events, forms, surfaces }) => ({
      package: symbols.name,
      entrypoints: [...events.map((event) => event.entrypoint), ...forms],
      surfaces: surfaces.map(({ core }) => core),
      data: dataOf(symbols),
    }));
  // Data of packages that are there for others come with the first of them: all programs share one data document.
  const [first, ...rest] = programs;
  const shared = bound.flatMap(({ symbols, events }) => (events.length > 0 ? [] : dataOf(symbols)));
  return first ? [{ ...first, data: [...first.data, ...shared] }, ...rest] : [];
}

function dataOf(symbols: PackageSymbols): CoreProgram['data'] {
  return symbols.declared.flatMap(({ decl, unit }) =>
    decl.kind === 'data'
      ? [{ path: dataPath(symbols.name, decl.name.text), file: documentPath(unit.file, decl.path.value) }]
      : [],
  );
}

/** Sorted, each once: what several rules inline is checked several times. */
function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return [...diagnostics].toSorted(compareDiagnostics).filter((diagnostic) => {
    const { span, code, message } = diagnostic;
    const keys = [`${span.file.path}\n${span.start}\n${span.end}\n${code}\n${message}`, ...safeEdits(diagnostic)];
    if (keys.some((key) => seen.has(key))) return false;
    for (const key of keys) seen.add(key);
    return true;
  });
}

/** Diagnostics that one and the same edit ends have one cause, such as an import that is not there. */
function safeEdits({ fixes }: Diagnostic): readonly string[] {
  return fixes
    .filter(({ safety }) => safety === 'safe')
    .map(({ edits }) => edits.map(({ span, text }) => `${span.file.path}\n${span.start}\n${span.end}\n${text}`).join());
}
