// Which expressions may have an error instead of a value: the others get no checks. Answers `true` when in doubt.

import { coreChildren } from '@rdp/language';
import { builtinRows } from '@rdp/language';
import type { BuiltinId, CoreExpr, CorePattern } from '@rdp/language';

const fallible: ReadonlySet<BuiltinId> = new Set(builtinRows.filter((row) => row.mayFail).map((row) => row.id));

/** Whether a builtin may have an error of its own. */
export function builtinMayFail(id: BuiltinId): boolean {
  return fallible.has(id);
}

const known = new WeakMap<CoreExpr, boolean>();

/** Whether the evaluation of `expr` may end in an error. */
export function mayFail(expr: CoreExpr): boolean {
  const before = known.get(expr);
  if (before !== undefined) return before;
  // A parameter that has no value is a fault of the document: no rule comes to ask for it.
  const result = expr.op !== 'parameter' && (failsItself(expr) || coreChildren(expr).some(mayFail));
  known.set(expr, result);
  return result;
}

/** Whether a candidate's validator may end in an error. */
export function patternMayFail(pattern: CorePattern): boolean {
  return pattern.where !== undefined && mayFail(pattern.where.condition);
}

function failsItself(expr: CoreExpr): boolean {
  switch (expr.op) {
    case 'call':
      return fallible.has(expr.builtin);
    case 'index':
    case 'from-dyn':
    case 'select-dyn':
    case 'has-key':
    case 'data':
    case 'fail':
      return true;
    case 'map':
      return expr.entries.length > 1;
    case 'compare':
      return expr.left.type.kind === 'dyn';
    case 'in':
    case 'index-optional':
      return expr.of.type.kind !== 'list' && expr.of.type.kind !== 'set' && expr.of.type.kind !== 'map';
    case 'loop':
      return expr.range.type.kind === 'dyn';
    default:
      return false;
  }
}
