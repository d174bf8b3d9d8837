// Packages whose declarations are known → all that there is to say of them: binds everything that they declare, runs the
// checks that look at whole rules, and settles what is said in the end. Shared by a check of a project and by the editor's, which
// remembers.

import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { compareDiagnostics, hasErrors } from '../diagnostics/diagnostic.ts';
import type { BoundEvent } from './bind/bind-entrypoint.ts';
import type { BoundPackage } from './bind/bind-package.ts';
import { bindPackage, importedNames } from './bind/bind-package.ts';
import { checkPacks } from './bind/bind-pack.ts';
import type { Binder } from './bind/binder.ts';
import { remembered } from './bind/memo.ts';
import { checkConflicts } from './check/conflicting-rules.ts';
import { checkDuplicateNames } from './check/duplicate-names.ts';
import type { DeclaredFile } from './check/echoes.ts';
import { withoutEchoes } from './check/echoes.ts';
import { checkEventBudget } from './check/event-budget.ts';
import { checkImports } from './check/imports.ts';
import { checkShadowedRules } from './check/shadowed-rules.ts';
import { summariesOf } from './check/summarise-rules.ts';
import { checkUnboundedPatterns } from './check/unbounded-patterns.ts';
import { checkUnreachableRules } from './check/unreachable-rules.ts';
import { checkUnused } from './check/unused-declarations.ts';
import type { Steps } from './steps.ts';
import type { Declared, PackageSymbols } from './symbols.ts';

/** Checks packages, in order of name. What is found goes to the diagnostics of `binder`, which may hold those of the syntax. */
export function* checkPackages(binder: Binder, packages: readonly PackageSymbols[]): Steps<readonly BoundPackage[]> {
  for (const symbols of packages) {
    checkImports(binder, symbols);
    checkDuplicateNames(binder, symbols);
  }
  const packs = packages.flatMap((symbols) => checkPacks(binder, symbols));
  const bound: BoundPackage[] = [];
  for (const symbols of packages) bound.push(yield* bindPackage(binder, symbols));
  const faults = binder.diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  const comparable = faults.some(({ code }) => hidingCodes.has(code)) ? [] : bound.flatMap(({ events }) => events);
  for (const whole of [...packs, ...comparable]) {
    yield;
    const event = withoutFaulty(whole, faults);
    const sound = event === whole ? [] : event.entrypoint.rules;
    const stamp = [whole.entrypoint.rules, ...sound];
    remembered(binder, event.event, 'whole', () => checkEvent(binder, event, whole), { stamp });
  }
  const importedByOthers = new Set(packages.flatMap((symbols) => importedNames(symbols)));
  // What is at fault may be what would have used it.
  if (!hasErrors(binder.diagnostics)) {
    for (const { symbols } of bound)
      checkUnused(binder, symbols, importedByOthers.has(symbols.name) ? 'library' : 'policy');
  }
  return bound;
}

/** What is said in the end: without echoes of `syntactic`, which are among `diagnostics`; sorted, each once. */
export function settleDiagnostics(
  files: readonly DeclaredFile[],
  diagnostics: readonly Diagnostic[],
  syntactic: readonly Diagnostic[],
): readonly Diagnostic[] {
  return distinct(withoutEchoes(files, diagnostics, syntactic));
}

/** `event` is `whole` without rules that are at fault. */
function checkEvent(binder: Binder, event: BoundEvent, whole: BoundEvent): void {
  const summaries = summariesOf(event.event, event.entrypoint.rules);
  checkUnreachableRules(binder, event, summaries);
  checkShadowedRules(binder, event, summaries);
  checkConflicts(binder, event, summaries);
  checkUnboundedPatterns(binder, event, whole.entrypoint.rules);
  checkEventBudget(binder, event, summaries);
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
  if (faults.length === 0) return event;
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
