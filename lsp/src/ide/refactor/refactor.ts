// A change of a policy that somebody may want at a place, beyond what diagnostics ask for. Each says what it does; one that changes
// what the policy decides says that too.

import {
  inspect,
  pathTo,
  type AnyNode,
  type Declared,
  type FileUnit,
  type Inspector,
  type TextEdit,
  type Workspace,
} from '@rdp/language';

export interface Refactor {
  readonly title: string;
  readonly kind: 'extract' | 'inline' | 'rewrite' | 'quickfix' | 'imports';
  readonly edits: readonly TextEdit[];
}

/** What refactors are asked about. */
export interface Selection {
  readonly snapshot: Workspace;
  readonly path: string;
  readonly range: { readonly start: number; readonly end: number };
}

/** A selection, opened. */
export interface OpenSelection extends Selection {
  readonly inspector: Inspector;
  readonly unit: FileUnit;
  readonly declared: Declared | undefined;
  /** The nodes around the whole selection, outermost first. */
  readonly nodes: readonly AnyNode[];
}

/** Opens a selection in a file of the project; undefined where there is none. */
export function openSelection(selection: Selection): OpenSelection | undefined {
  const { snapshot, path, range } = selection;
  if (snapshot.file(path) === undefined) return undefined;
  const inspector = inspect(snapshot.project);
  const unit = inspector.unit(path);
  if (unit === undefined) return undefined;
  const nodes = pathTo(unit.tree, range.start).filter(({ start, end }) => start <= range.start && range.end <= end);
  return { ...selection, inspector, unit, nodes, declared: inspector.declarationAt(unit, range.start) };
}

/** Where a declaration begins with its documentation. */
export function startWithDoc({ file }: FileUnit, start: number): number {
  let at = start;
  for (;;) {
    const before = file.text.lastIndexOf('\n', at - 2);
    const line = file.text.slice(before + 1, at - 1);
    if (at === 0 || !/^\s*\/\/\//.test(line) || file.text[at - 1] !== '\n') return at;
    at = before + 1;
  }
}

/** A name that nothing in the package has: `base`, `base_2`, … */
export function freshName({ inspector, unit }: OpenSelection, base: string): string {
  const names = new Set(inspector.scopeOf(unit).names());
  if (!names.has(base)) return base;
  for (let count = 2; ; count++) if (!names.has(`${base}_${count}`)) return `${base}_${count}`;
}

/** Puts `text`, a whole declaration, ahead of the one that the selection is in. */
export function insertAhead({ unit, declared }: OpenSelection, text: string): TextEdit {
  const at = startWithDoc(unit, declared?.decl.start ?? unit.file.text.length);
  return { span: { file: unit.file, start: at, end: at }, text: `${text}\n\n` };
}
