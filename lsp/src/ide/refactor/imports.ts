// The imports of a file → the same in order, without those that nothing uses.

import { dotted, importAlias, type FileUnit, type Inspector, type ast } from '@rdp/language';
import type { OpenSelection, Refactor } from './refactor.ts';

/** Imports in order; undefined where they are. */
export function organizedImports({ inspector, unit }: OpenSelection): Refactor | undefined {
  const { imports } = unit.tree;
  const [first] = imports;
  const last = imports.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const kept = imports.filter((decl) => isUsed(inspector, unit, decl));
  const lines = [...new Set(kept.map((decl) => unit.file.text.slice(decl.start, decl.end)))].toSorted();
  const text = lines.join('\n');
  const { file } = unit;
  const now = file.text.slice(first.start, last.end);
  // Comments between imports stay where they are, which a list in order could not promise.
  if (now === text || /\/\//.test(now)) return undefined;
  return {
    title: 'organise the imports',
    kind: 'imports',
    edits: [{ span: { file, start: first.start, end: last.end }, text }],
  };
}

/** Whether a name behind the imports stands for the package under this import's name. */
function isUsed(inspector: Inspector, unit: FileUnit, decl: ast.ImportDecl): boolean {
  const alias = importAlias(decl);
  // A name that means nothing yet may be meant: what cannot be read counts as a use.
  const behind = unit.file.text.slice(unit.tree.imports.at(-1)?.end ?? 0);
  if (!new RegExp(`\\b${alias}\\b`).test(behind)) return false;
  const names = unit.tree.decls
    .filter((each) => new RegExp(`\\b${alias}\\b`).test(unit.file.text.slice(each.start, each.end)))
    .flatMap((each) => inspector.namesIn({ decl: each, unit }));
  const isPackage = names.some(
    ({ start, end, symbol }) =>
      symbol.key === `package ${dotted(decl.path)}` && unit.file.text.slice(start, end) === alias,
  );
  return isPackage || inspector.package(dotted(decl.path)) === undefined;
}
