// Packages by name → the models of their classifiers, for tools that score texts without a policy. One whose file is at fault is
// left out; the fault is a diagnostic.

import type { Binder } from './bind/binder.ts';
import { findPackage } from './bind/load-packages.ts';
import type { ClassifierModel } from './classifier-model.ts';

/** The models of the classifiers of `packages`, in order of declaration. */
export function listClassifiers(binder: Binder, packages: readonly string[]): readonly ClassifierModel[] {
  return packages.flatMap((name) =>
    [...(findPackage(binder, name)?.values.values() ?? [])].flatMap((declared) => {
      if (declared.decl.kind !== 'classifier') return [];
      const binding = binder.late.bindDeclaration(binder, declared);
      return binding.kind === 'classifier' && binding.model !== undefined ? [binding.model] : [];
    }),
  );
}
