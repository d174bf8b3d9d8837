// The documents that a policy names, through the importers: routes of OpenAPI, kinds of custom resource definitions, tool
// lists. A problem of a document is reported where the policy names it.

import { type CrdImport, importCrd } from '../../import/crd.ts';
import { kubernetesObject } from '../../import/kubernetes.ts';
import { importMcp, type McpImport, type McpTool } from '../../import/mcp.ts';
import type { OpenapiImport } from '../../import/openapi.ts';
import { importOpenapi } from '../../import/openapi.ts';
import type { ImportProblem } from '../../import/problem.ts';
import { importDiagnostics } from '../../import/problem.ts';
import type { StringLiteral } from '../../syntax/ast.ts';
import type { FileUnit } from '../symbols.ts';
import { declaredAs, dotted, importAlias, spanIn } from '../symbols.ts';
import type { UnionType } from '../types.ts';
import type { Binder } from './binder.ts';
import { report } from './binder.ts';
import { documentPath } from './document-paths.ts';
import { remembered } from './memo.ts';

const apis = new WeakMap<object, OpenapiImport>();
const toolLists = new WeakMap<object, McpImport>();
const definitions = new WeakMap<object, CrdImport>();

/** What a document was read as, once in the life of its object: documents never change. */
function once<R>(known: WeakMap<object, R>, document: unknown, read: (document: unknown) => R): R {
  if (typeof document !== 'object' || document === null) return read(document);
  const result = known.get(document) ?? read(document);
  known.set(document, result);
  return result;
}

/** What an OpenAPI document describes. */
export function importApi(binder: Binder, unit: FileUnit, path: StringLiteral): OpenapiImport | undefined {
  const found = findDocument(binder, unit, path);
  if (found === undefined) return undefined;
  const openapi = once(apis, found.document, importOpenapi);
  say(binder, openapi.problems, unit, path);
  return openapi;
}

/** The tools of an MCP tool list. */
export function importTools(binder: Binder, unit: FileUnit, path: StringLiteral): readonly McpTool[] {
  const found = findDocument(binder, unit, path);
  if (found === undefined) return [];
  const mcp = once(toolLists, found.document, importMcp);
  say(binder, mcp.problems, unit, path);
  return mcp.tools;
}

/** Objects of every kind that Kubernetes has, and of those that the package, or one whose packs it applies, adds by `use crd`. */
export function objectUnion(binder: Binder, packageName: string): UnionType {
  const known = binder.unions.get(packageName);
  if (known) return known;
  const union = remembered(binder, binder.unions, packageName, () => readObjects(binder, packageName));
  binder.unions.set(packageName, union);
  return union;
}

function readObjects(binder: Binder, packageName: string): UnionType {
  const read = new Set<string>();
  const custom = [packageName, ...packagesOfPacks(binder, packageName)].flatMap((name) => {
    const symbols = binder.packages.get(name);
    return (symbols ? declaredAs(symbols, 'use') : []).flatMap(({ decl, unit }) => {
      if (decl.name.text !== 'crd') return [];
      const key = documentPath(unit.file, decl.path.value);
      if (read.has(key) && name !== packageName) return [];
      read.add(key);
      const found = findDocument(binder, unit, decl.path);
      if (found === undefined) return [];
      const crd = once(definitions, found.document, (document) => importCrd(document));
      say(binder, crd.problems, unit, decl.path);
      return crd.kinds;
    });
  });
  return kubernetesObject(custom);
}

/** The packages of the packs that a package applies. */
function packagesOfPacks(binder: Binder, packageName: string): readonly string[] {
  const symbols = binder.packages.get(packageName);
  const applied = (symbols ? declaredAs(symbols, 'apply') : []).flatMap(({ decl, unit }) => {
    const alias = decl.pack.parts.length > 1 ? decl.pack.parts[0]?.text : undefined;
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

/** A problem of a document is said where the first place names it. */
function say(binder: Binder, problems: readonly ImportProblem[], unit: FileUnit, path: StringLiteral): void {
  const document = documentPath(unit.file, path.value);
  const unsaid = problems.filter((problem) => {
    const key = `${document} ${JSON.stringify(problem)}`;
    const isNew = !binder.saidOfDocuments.has(key);
    binder.saidOfDocuments.add(key);
    return isNew;
  });
  binder.diagnostics.push(...importDiagnostics(unsaid, spanIn(unit, path)));
}
