// Classifiers parse and their settings are checked, so that policies with them can be written; nothing runs a model yet,
// so their use is refused rather than left out of a decision.

import type { ClassifierDecl } from '../../syntax/ast.ts';
import type { Binding } from '../scope.ts';
import type { FileUnit } from '../symbols.ts';
import { spanIn } from '../symbols.ts';
import type { Binder } from './binder.ts';
import { report } from './binder.ts';
import { checkSettings } from './settings.ts';

/** Checks the settings of a classifier and says that it cannot be used. */
export function bindClassifier(binder: Binder, decl: ClassifierDecl, unit: FileUnit): Binding {
  checkSettings(binder, unit, {
    settings: decl.settings,
    schema: { threshold: { values: ['number'] } },
    owner: decl.name,
    what: 'a classifier',
  });
  report(binder, 'classifier-unavailable', { unit, node: decl.name }, { name: decl.name.text });
  return { kind: 'other', what: 'a classifier', declared: spanIn(unit, decl.name) };
}
