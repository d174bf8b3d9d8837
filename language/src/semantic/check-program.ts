// A project to diagnostics, core programs and a model for tools. Never throws on what a user wrote.
// INVARIANT: a program comes out only when no diagnostic is an error.

import { hasErrors } from '../diagnostics/diagnostic.ts';
import { bindDeclaration } from './bind/bind-declaration.ts';
import { providerLookup } from './bind/bind-provider.ts';
import { createBinder } from './bind/binder.ts';
import type { BoundPackage } from './bind/bind-package.ts';
import { documentPath } from './bind/document-paths.ts';
import { dataPath } from './bind/bind-set.ts';
import { loadProject } from './bind/load-packages.ts';
import { checkPackages, settleDiagnostics } from './check-packages.ts';
import type { CoreProgram } from './core.ts';
import { listClassifiers } from './list-classifiers.ts';
import { listPatterns } from './list-patterns.ts';
import type { Steps } from './steps.ts';
import { finish } from './steps.ts';
import type { PackageSymbols } from './symbols.ts';
import { declaredAs } from './symbols.ts';
import { buildModel } from './build-model.ts';
import type { CheckResult, Project } from './project.ts';

/** Checks a whole project. */
export function checkProgram(project: Project): CheckResult {
  return finish(checkProgramSteps(project));
}

/** The same, in steps. */
export function* checkProgramSteps(project: Project): Steps<CheckResult> {
  const binder = createBinder(project, { bindDeclaration, providerLookup });
  const packages = loadProject(binder);
  const syntactic = [...binder.diagnostics];
  const bound = yield* checkPackages(binder, packages);
  const files = packages.flatMap(({ units }) =>
    units.map(({ file, tree }) => ({ file, starts: () => tree.decls.map(({ start }) => start) })),
  );
  const diagnostics = settleDiagnostics(files, binder.diagnostics, syntactic);
  return {
    diagnostics,
    programs: hasErrors(diagnostics) ? undefined : programsOf(bound),
    model: buildModel(binder, bound),
    patterns: (names) => listPatterns(binder, names),
    classifiers: (names) => listClassifiers(binder, names),
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
  return declaredAs(symbols, 'data').map(({ decl, unit }) => ({
    path: dataPath(symbols.name, decl.name.text),
    file: documentPath(unit.file, decl.path.value),
  }));
}
