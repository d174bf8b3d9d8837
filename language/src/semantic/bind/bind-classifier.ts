// A classifier declaration to the model that its file holds: a file of the project, or of the library for the library's own.
// INVARIANT: a policy never runs with half a model; whatever is wrong with the file is an error.

import type { SourceFile } from '../../source/source-file.ts';
import type { ClassifierDecl } from '../../syntax/ast.ts';
import { readModel } from '../classifier-model.ts';
import type { Binding } from '../scope.ts';
import type { FileUnit } from '../symbols.ts';
import { spanIn } from '../symbols.ts';
import type { Binder } from './binder.ts';
import { report } from './binder.ts';
import { documentPath } from './document-paths.ts';
import { findDocument } from './import-documents.ts';
import { checkSettings } from './settings.ts';

/** The model that the name of `decl` stands for. */
export function bindClassifier(binder: Binder, decl: ClassifierDecl, unit: FileUnit): Binding {
  const settings = checkSettings(binder, unit, {
    settings: decl.settings,
    schema: { threshold: { values: ['number'] } },
    owner: decl.name,
    what: 'a classifier',
  });
  const declared = spanIn(unit, decl.name);
  const found = readDocument(binder, decl, unit);
  if (found === undefined) return { kind: 'classifier', model: undefined, declared };
  const name = `${unit.package}.${decl.name.text}`;
  const said = settings.get('threshold');
  const threshold = said === undefined ? undefined : Number(said);
  if (threshold !== undefined && !(threshold >= 0 && threshold <= 1)) {
    const node = decl.settings.find((setting) => setting.name.text === 'threshold')?.values[0] ?? decl.name;
    report(binder, 'classifier-threshold', { unit, node }, { found: String(said) });
    return { kind: 'classifier', model: undefined, declared };
  }
  const read = readModel(found.document, { name, threshold });
  if ('model' in read) return { kind: 'classifier', model: read.model, declared };
  report(binder, 'invalid-model', { unit, node: decl.path }, { path: decl.path.value, reason: read.fault });
  return { kind: 'classifier', model: undefined, declared };
}

function readDocument(
  binder: Binder,
  decl: ClassifierDecl,
  unit: FileUnit,
): { readonly document: unknown } | undefined {
  if (decl.path.value === '') return undefined;
  const path = documentPath(unit.file, decl.path.value);
  const file = binder.ownPaths.has(unit.file.path)
    ? undefined
    : binder.project.std?.find((candidate) => candidate.path === path);
  return file === undefined ? findDocument(binder, unit, decl.path) : { document: parsed(file) };
}

const documents = new WeakMap<SourceFile, unknown>();

/** A model of the library is JSON; one that is not would have been found when the library was made. */
function parsed(file: SourceFile): unknown {
  if (!documents.has(file)) documents.set(file, JSON.parse(file.text));
  return documents.get(file);
}
