// A new name for what stands at a place → edits of every place that names it. What the policy means stays the same: the edits are
// tried on a copy of the project, and refused when a name then means something else or the check finds a new error.

import {
  createWorkspace,
  inspect,
  type Diagnostic,
  type PolicySymbol,
  type Reference,
  type Span,
  type TextEdit,
  type Workspace,
} from '@rdp/language';
import { applyEdits } from './apply-edits.ts';
import { allReferences } from './references.ts';
import type { Steps } from './steps.ts';
import type { At, Named } from './symbol-at.ts';
import { nameAt } from './symbol-at.ts';

/** What would be renamed: where it stands, and what it is called. */
export interface RenameRange {
  readonly span: Span;
  readonly name: string;
}

/** Edits, or why there are none; undefined where no name stands. */
export type RenameResult =
  | { readonly kind: 'edits'; readonly edits: readonly TextEdit[] }
  | { readonly kind: 'refused'; readonly reason: string };

/** Whether the name at a place can be changed. */
export function prepareRename(at: At): RenameRange | { readonly kind: 'refused'; readonly reason: string } | undefined {
  const named = nameAt(at);
  if (named === undefined) return undefined;
  const reason = refusal(named);
  if (reason !== undefined) return { kind: 'refused', reason };
  const { unit, name } = named;
  return { span: { file: unit.file, start: name.start, end: name.end }, name: writtenName(named) };
}

/** The edits that give what stands at a place another name. */
export function* renameAt(at: At, newName: string): Steps<RenameResult | undefined> {
  const named = nameAt(at);
  if (named === undefined) return undefined;
  const reason = refusal(named) ?? spellingFault(named, newName);
  if (reason !== undefined) return { kind: 'refused', reason };
  if (newName === writtenName(named)) return { kind: 'edits', edits: [] };
  yield* allReferences(named.inspector, named.name.symbol);
  const edits = named.name.symbol.kind === 'package' ? aliasEdits(named, newName) : symbolEdits(named, newName);
  yield;
  const fault = edits.length === 0 ? 'nothing names it here' : yield* consequence(at.snapshot, named, edits, newName);
  return fault === undefined ? { kind: 'edits', edits } : { kind: 'refused', reason: fault };
}

function refusal({ inspector, unit, name }: Named): string | undefined {
  const { symbol } = name;
  const own = (file: Span['file']): boolean => inspector.project.files.some((each) => each.path === file.path);
  if (!own(unit.file)) return 'the standard library cannot be changed';
  if (symbol.kind === 'package') {
    const alias = aliasImport({ unit, name });
    return alias ? undefined : 'a package is called as its files say; only what an import calls it can be changed';
  }
  if (symbol.kind === 'kind') return 'the name comes from the document or schema that describes it';
  if (symbol.kind === 'function') return 'it is part of the language';
  if (symbol.declared === undefined) {
    return symbol.kind === 'field'
      ? 'the name comes from the document that describes it'
      : 'it is part of the language';
  }
  return own(symbol.declared.file) ? undefined : `\`${symbol.name}\` is declared in the standard library`;
}

/** What the name is written as where it stands. */
function writtenName({ unit, name }: Named): string {
  const text = unit.file.text.slice(name.start, name.end);
  return name.symbol.kind === 'cluster' || name.symbol.kind === 'test' ? name.symbol.name : text;
}

function spellingFault({ name }: Named, newName: string): string | undefined {
  if (name.symbol.kind === 'test') return /["\\\n]/.test(newName) ? 'a title has no quotes or line ends' : undefined;
  if (name.symbol.kind === 'cluster') return undefined; // the check knows which are
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(newName)
    ? undefined
    : `\`${newName}\` is no name: letters, digits and \`_\`, no digit first`;
}

function symbolEdits({ inspector, name }: Named, newName: string): readonly TextEdit[] {
  const { symbol } = name;
  const quoted = symbol.kind === 'test' || symbol.kind === 'cluster';
  const text = quoted ? `"${newName}"` : newName;
  const edits = inspector.references(symbol).map((reference) => ({ span: spanOf(reference), text }));
  return [...edits, ...wireEdits(symbol)];
}

/** A field that is called otherwise is still read from the same key of a document. */
function wireEdits({ kind, name, extent, declaration }: PolicySymbol): readonly TextEdit[] {
  const decl = declaration?.decl;
  if (kind !== 'field' || extent === undefined || (decl?.kind !== 'type' && decl?.kind !== 'event')) return [];
  const field = decl.fields.find(({ start }) => start === extent.start);
  if (field === undefined || field.wire) return [];
  const { end } = field.type;
  return [{ span: { file: extent.file, start: end, end }, text: ` at "${name}"` }];
}

function spanOf({ unit, start, end }: Reference): Span {
  return { file: unit.file, start, end };
}

/** The import under whose name a package is used at a place. */
function aliasImport({ unit, name }: Pick<Named, 'unit' | 'name'>) {
  const written = unit.file.text.slice(name.start, name.end);
  return unit.tree.imports.find(({ path, alias }) => {
    const inPath = path.start <= name.start && name.end <= path.end;
    return (alias?.text ?? path.parts.at(-1)?.text) === written && (!inPath || alias === undefined);
  });
}

/** Another alias for a package, in this file. */
function aliasEdits(named: Named, newName: string): readonly TextEdit[] {
  const { inspector, unit, name } = named;
  const decl = aliasImport(named);
  if (decl === undefined) return [];
  const written = unit.file.text.slice(name.start, name.end);
  const uses = inspector
    .referencesIn(unit, name.symbol)
    .filter(({ start, end }) => unit.file.text.slice(start, end) === written && start > decl.end);
  const { file } = unit;
  const alias: TextEdit = decl.alias
    ? { span: { file, start: decl.alias.start, end: decl.alias.end }, text: newName }
    : { span: { file, start: decl.path.end, end: decl.path.end }, text: ` as ${newName}` };
  return [alias, ...uses.map((use) => ({ span: spanOf(use), text: newName }))];
}

/** What would be wrong after the edits; undefined when nothing is. */
function* consequence(
  snapshot: Workspace,
  { inspector, name }: Named,
  edits: readonly TextEdit[],
  newName: string,
): Steps<string | undefined> {
  const after = createWorkspace({ ...snapshot.project, files: applyEdits(snapshot.project.files, edits) });
  after.checked();
  yield;
  const before = new Set(snapshot.checked().diagnostics.map(faultKey));
  const fault = after.checked().diagnostics.find((one) => one.severity === 'error' && !before.has(faultKey(one)));
  yield;
  // A fault that names the thing reads otherwise, but is the same; one more is a new one.
  const errors = (all: readonly Diagnostic[]): number => all.filter(({ severity }) => severity === 'error').length;
  if (fault && errors(after.checked().diagnostics) > errors(snapshot.checked().diagnostics)) {
    return `\`${newName}\` cannot be its name: ${fault.message}`;
  }
  if (name.symbol.kind === 'package') return undefined;
  const moved = inspect(after.project);
  const [first] = edits;
  const unit = first && moved.unit(first.span.file.path);
  const shift = first ? edits.filter((edit) => isAhead(edit, first)).reduce((sum, edit) => sum + growth(edit), 0) : 0;
  const now = unit && first && moved.nameAt(unit, first.span.start + shift);
  const count = inspector.references(name.symbol).length;
  if (now && (yield* allReferences(moved, now.symbol)).length === count) return undefined;
  return `\`${newName}\` already means something where this is named`;
}

function isAhead(edit: TextEdit, first: TextEdit): boolean {
  return edit.span.file === first.span.file && edit.span.start < first.span.start;
}

function growth({ span, text }: TextEdit): number {
  return text.length - (span.end - span.start);
}

function faultKey({ code, message, span }: Diagnostic): string {
  return `${span.file.path} ${code} ${message}`;
}
