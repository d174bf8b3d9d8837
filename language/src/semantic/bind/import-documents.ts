// The documents that a policy names, through the importers: routes of OpenAPI, kinds of custom resource definitions, tool
// lists. A problem of a document is reported where the policy names it.

import { importCrd } from '../../import/crd.ts';
import { kubernetesObject } from '../../import/kubernetes.ts';
import type { McpTool } from '../../import/mcp.ts';
import { importMcp } from '../../import/mcp.ts';
import type { OpenapiImport } from '../../import/openapi.ts';
import { importOpenapi } from '../../import/openapi.ts';
import type { ImportProblem } from '../../import/problem.ts';
import { importDiagnostics } from '../../import/problem.ts';
import type { StringLiteral } from '../../syntax/ast.ts';
import type { FileUnit } from '../symbols.ts';
import { dotted, importAlias, spanIn } from '../symbols.ts';
import type { UnionType } from '../types.ts';
import type { Binder } from './binder.ts';
import { report } from './binder.ts';
import { documentPath } from './document-paths.ts';

/** What an OpenAPI document describes. */
export function importApi(binder: Binder, unit: FileUnit, path: StringLiteral): OpenapiImport | undefined {
  const found = findDocument(binder, unit, path);
  if (found === undefined) return undefined;
  const openapi = importOpenapi(found.document);
  say(binder, openapi.problems, unit, path);
  return openapi;
}

/** The tools of an MCP tool list. */
export function importTools(binder: Binder, unit: FileUnit, path: StringLiteral): readonly McpTool[] {
  const found = findDocument(binder, unit, path);
  if (found === undefined) return [];
  const mcp = importMcp(found.document);
  say(binder, mcp.problems, unit, path);
  return mcp.tools;
}

/** Objects of every kind that Kubernetes has, and of those that the package, or one whose packs it applies, adds by `use crd`. */
export function objectUnion(binder: Binder, packageName: string): UnionType {
  const known = binder.unions.get(packageName);
  if (known) return known;
  const read = new Set<string>();
  const custom = [packageName, ...packagesOfPacks(binder, packageName)].flatMap((name) =>
    (binder.packages.get(name)?.declared ?? []).flatMap(({ decl, unit }) => {
      if (decl.kind !== 'use' || decl.name.text !== 'crd') return [];
      const key = documentPath(unit.file, decl.path.value);
      if (read.has(key) && name !== packageName) return [];
      read.add(key);
      const found = findDocument(binder, unit, decl.path);
      if (found === undefined) return [];
      const crd = importCrd(found.document);
      say(binder, crd.problems, unit, decl.path);
      return crd.kinds;
    }),
  );
  const union = kubernetesObject(custom);
  binder.unions.set(packageName, union);
  return union;
}

/** The packages of the packs that a package applies. */
function packagesOfPacks(binder: Binder, packageName: string): readonly string[] {
  const applied = (binder.packages.get(packageName)?.declared ?? []).flatMap(({ decl, unit }) => {
    const alias = decl.kind === 'apply' && decl.pack.parts.length > 1 ? decl.pack.parts[0]?.text : undefined;
    const imported = unit.tree.imports.find((candidate) => importAlias(candidate) === alias);
    return imported ? [dotted(imported.path)] : [];
  });
  return [...new Set(applied)].filter((name) => name !== packageName);
}

/** The document at `path`, as `unit` names it; says so when the project has none. */
export function findDocument(
  binder: Binder,
  unit: FileUnit,
  path: StringLiteral,
): { readonly document: unknown } | undefined {
  const key = documentPath(unit.file, path.value);
  if (binder.project.documents.has(key)) return { document: binder.project.documents.get(key) };
  const reason = binder.project.missing?.get(key) ?? 'there is no such file';
  report(binder, 'missing-document', { unit, node: path }, { path: path.value, reason });
  return undefined;
}

function say(binder: Binder, problems: readonly ImportProblem[], unit: FileUnit, path: StringLiteral): void {
  binder.diagnostics.push(...importDiagnostics(problems, spanIn(unit, path)));
}
