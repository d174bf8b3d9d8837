// Rules → the resources and subresources that their conditions compare a request's with.

import type { Const, CoreExpr, CoreRule } from '@rdp/language';
import { decidingExprs, walkExpr } from '../ir/walk-core.ts';

export interface ResourceNames {
  readonly resources: readonly string[];
  readonly subresources: readonly string[];
}

/** The names, each once. A comparison that is not seen here is one whose outcome is not known. */
export function namesIn(rules: readonly CoreRule[]): ResourceNames {
  const resources = new Set<string>();
  const subresources = new Set<string>();
  const note = (value: CoreExpr, constants: readonly (Const | undefined)[]): void => {
    const names = isResource(value) ? resources : isField(value, 'subresource') ? subresources : undefined;
    for (const item of constants) if (item?.kind === 'string') names?.add(item.value);
  };
  for (const rule of rules)
    for (const condition of decidingExprs(rule))
      walkExpr(condition, (expr) => {
        if (expr.op === 'in-set') note(expr.value, expr.set);
        if (expr.op === 'in' && expr.of.op === 'list') note(expr.value, expr.of.items.map(constOf));
        if (expr.op !== 'equal') return;
        note(expr.left, [constOf(expr.right)]);
        note(expr.right, [constOf(expr.left)]);
      });
  return { resources: [...resources].toSorted(), subresources: [...subresources].toSorted() };
}

function constOf(expr: CoreExpr): Const | undefined {
  return expr.op === 'const' ? expr.value : undefined;
}

function isResource(expr: CoreExpr): boolean {
  return expr.op === 'field' && expr.field.name === 'resource' && isField(expr.of, 'resource');
}

/** Whether it is that field of the event. */
function isField(expr: CoreExpr, name: string): boolean {
  return expr.op === 'field' && expr.field.name === name && expr.of.op === 'input';
}
