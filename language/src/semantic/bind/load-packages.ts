// Files to packages: those of the project at once, those of the standard library one by one when a policy first needs
// them. A library package `std.a.b` is in `std/a/b.rdp` and in the files of the folder `std/a/b/`; where a file of the library
// says which package it is of (`std/a/b/c.rdp` may be `std.a.b.c`), only that counts.

import { nearestName } from '../../diagnostics/suggest.ts';
import type { SourceFile } from '../../source/source-file.ts';
import type { Declared, FileUnit, PackageSymbols } from '../symbols.ts';
import { parseOnce } from '../parse-memo.ts';
import { collectSymbols, declaredIn, dotted } from '../symbols.ts';
import type { Binder } from './binder.ts';

/** A file, and its declarations where those do not stand in its tree. */
export interface LoadedFile {
  readonly unit: FileUnit;
  readonly declared: readonly Declared[];
}

/**
 * Adds the packages of the project's own files. A file is what `load` gives, or parsed whole; what the parser found then goes to
 * the diagnostics.
 */
export function loadProject(
  binder: Binder,
  load?: (file: SourceFile) => LoadedFile | undefined,
): readonly PackageSymbols[] {
  const byName = new Map<string, FileUnit[]>();
  const declared = new Map<FileUnit, readonly Declared[]>();
  for (const file of binder.project.files) {
    const loaded = load?.(file);
    const unit = loaded?.unit ?? loadFile(binder, file);
    if (loaded) declared.set(unit, loaded.declared);
    const units = byName.get(unit.package);
    if (units) units.push(unit);
    else byName.set(unit.package, [unit]);
  }
  const packages = [...byName.keys()]
    .toSorted()
    .map((name) => collectSymbols(name, byName.get(name) ?? [], (unit) => declared.get(unit) ?? declaredIn(unit)));
  for (const symbols of packages) binder.packages.set(symbols.name, symbols);
  return packages;
}

/** The package of that name, of the project or the library. */
export function findPackage(binder: Binder, name: string): PackageSymbols | undefined {
  if (binder.packages.has(name)) return binder.packages.get(name);
  const units = libraryFiles(binder, name)
    .map((file) => loadFile(binder, file))
    .filter((unit) => unit.package === name);
  const symbols = units.length === 0 ? undefined : collectSymbols(name, units);
  binder.packages.set(name, symbols);
  return symbols;
}

/** Whether there is such a package, without parsing it. */
export function packageExists(binder: Binder, name: string): boolean {
  const known = binder.packages.get(name);
  return known !== undefined || (!binder.packages.has(name) && libraryFiles(binder, name).length > 0);
}

/** The names of all packages that can be imported. */
export function packageNames(binder: Binder): readonly string[] {
  const names = new Set<string>();
  for (const [name, symbols] of binder.packages) if (symbols !== undefined && name !== '') names.add(name);
  for (const file of binder.project.std ?? []) {
    if (!file.path.endsWith('.rdp')) continue;
    const parts = file.path.replace(/\.rdp$/, '').split('/');
    names.add(file.package ?? (parts.length > 2 ? parts.slice(0, -1) : parts).join('.'));
  }
  return [...names].toSorted();
}

/** The package that may be meant by a name that there is no package of. */
export function nearestPackage(binder: Binder, name: string): string | undefined {
  return nearestName(name, packageNames(binder));
}

function libraryFiles(binder: Binder, name: string): readonly SourceFile[] {
  if (!name.startsWith('std.')) return [];
  const path = name.replaceAll('.', '/');
  const isOf = (file: SourceFile): boolean =>
    file.path === `${path}.rdp` || (file.path.startsWith(`${path}/`) && file.path.endsWith('.rdp'));
  return (binder.project.std ?? []).filter((file) => (file.package === undefined ? isOf(file) : file.package === name));
}

function loadFile(binder: Binder, file: SourceFile): FileUnit {
  const parsed = parseOnce(file);
  binder.diagnostics.push(...parsed.diagnostics);
  return { file, tree: parsed.ast, package: parsed.ast.package === undefined ? '' : dotted(parsed.ast.package) };
}
