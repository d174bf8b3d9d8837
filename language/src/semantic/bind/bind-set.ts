// `set` and `data`: values that rules compare with. A set is a constant of this policy, a datum comes with the bundle.

import type { DataDecl, Expr, SetDecl } from '../../syntax/ast.ts';
import type { Binding } from '../scope.ts';
import type { FileUnit } from '../symbols.ts';
import { spanIn } from '../symbols.ts';
import type { Const, Type } from '../types.ts';
import type { Binder } from './binder.ts';
import { report } from './binder.ts';
import { dataFault } from './data-fault.ts';
import { documentPath } from './document-paths.ts';
import { inferConst, inferValue, typeText } from './expressions.ts';
import { fileScope } from './package-scope.ts';
import { resolveType } from './resolve-type.ts';

/** Items of a constant set: scalars of one type, each once. */
export function bindSet(binder: Binder, decl: SetDecl, unit: FileUnit): Binding {
  const scope = fileScope(binder, unit);
  const declared = spanIn(unit, decl.name);
  const annotated = decl.type && elementType(resolveType(binder, unit, decl.type, scope));
  if (decl.value.kind !== 'list') {
    if (decl.value.kind !== 'hole')
      report(binder, 'set-not-list', { unit, node: decl.value }, { name: decl.name.text });
    return { kind: 'set', of: { kind: 'unknown' }, items: [], declared };
  }
  let of: Type | undefined = annotated;
  const items: Const[] = [];
  const seen = new Map<string, Expr>();
  for (const expr of decl.value.items) {
    const type = of ?? inferValue(binder, { unit, expr, scope }).type;
    if (type.kind !== 'unknown' && !isScalar(type)) {
      report(binder, 'set-not-scalar', { unit, node: expr }, { type: typeText(type) });
      of = { kind: 'unknown' };
      continue;
    }
    of ??= type;
    const value = inferConst(binder, { unit, expr, scope, expected: of });
    if (value === undefined) continue;
    const key = constKey(value);
    const first = seen.get(key);
    if (first) {
      const text = unit.file.text.slice(expr.start, expr.end);
      report(
        binder,
        'duplicate-item',
        { unit, node: expr },
        { item: text },
        {
          labels: [{ span: spanIn(unit, first), text: 'first here' }],
        },
      );
      continue;
    }
    seen.set(key, expr);
    items.push(value);
  }
  return { kind: 'set', of: of ?? { kind: 'never' }, items, declared };
}

/** A value of the bundle's data document. */
export function bindData(binder: Binder, decl: DataDecl, unit: FileUnit): Binding {
  const type = resolveType(binder, unit, decl.type, fileScope(binder, unit));
  checkContent(binder, decl, unit, type);
  return { kind: 'data', type, path: dataPath(unit.package, decl.name.text), declared: spanIn(unit, decl.name) };
}

/** A host that reads no data gives none: then nothing is said of it. */
function checkContent(binder: Binder, decl: DataDecl, unit: FileUnit, type: Type): void {
  const { documents, missing } = binder.project;
  const path = documentPath(unit.file, decl.path.value);
  const reason = missing?.get(path);
  const at = { unit, node: decl.path };
  if (reason !== undefined) report(binder, 'missing-document', at, { path: decl.path.value, reason });
  if (!documents.has(path)) return;
  const fault = dataFault(documents.get(path), type);
  if (fault === undefined) return;
  const place = fault.at === '' ? 'the document' : `\`${fault.at}\``;
  const { found, wanted } = fault;
  report(binder, 'wrong-data', at, { path: decl.path.value, type: typeText(type), place, found, wanted });
}

/** Where a datum stands in the data document: under its package, so that packages never collide. */
export function dataPath(packageName: string, name: string): readonly string[] {
  return [...packageName.split('.'), name];
}

/** Types whose values a set may hold. */
export function isScalar(type: Type): boolean {
  return ['bool', 'int', 'uint', 'float', 'string', 'bytes', 'duration', 'timestamp', 'quantity'].includes(type.kind);
}

/** Equal constants, and only those, have equal keys. */
export function constKey(value: Const): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'bigint'
      ? `${part}n`
      : part instanceof Uint8Array
        ? [...part]
        : part instanceof Map
          ? [...part]
          : part,
  );
}

function elementType(type: Type): Type {
  return type.kind === 'set' || type.kind === 'list' ? type.of : type;
}
