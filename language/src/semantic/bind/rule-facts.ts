// What a fired rule shows of the event: the fields that its condition read, by their paths as written. Only scalars that
// are not sensitive, and only what cannot fail: showing a fact must never change a decision.

import { builtinRows } from '../builtins.ts';
import type { CoreExpr, CoreRule } from '../core.ts';
import type { Facts } from '../infer/context.ts';
import { infer } from '../infer/infer.ts';
import type { Scope } from '../scope.ts';
import type { FileUnit } from '../symbols.ts';
import type { Type } from '../types.ts';
import { coreChildren } from '../walk-core.ts';
import type { Expr } from '../../syntax/ast.ts';
import type { Binder } from './binder.ts';
import { inferContext } from './expressions.ts';

/** A condition as it was written, and where. */
export interface WrittenCondition {
  readonly unit: FileUnit;
  readonly expr: Expr;
}

const fallible: ReadonlySet<string> = new Set(builtinRows.filter((row) => row.mayFail).map((row) => row.id));

/** The facts of a rule; `isEventName` says which names are the event's. */
export function ruleFacts(
  binder: Binder,
  options: {
    readonly conditions: readonly WrittenCondition[];
    readonly scope: Scope;
    readonly isEventName: (name: string) => boolean;
    readonly facts: Facts;
  },
): CoreRule['facts'] {
  const found = new Map<string, CoreExpr>();
  for (const { unit, expr } of options.conditions) {
    for (const path of pathsIn(expr, new Set())) {
      const name = pathName(path);
      if (name === undefined || found.has(name) || !options.isEventName(name.split('.')[0] ?? '')) continue;
      let faulty = false;
      const { file, freshLocal } = inferContext(binder, unit);
      const ctx = { file, freshLocal, facts: options.facts, report: () => (faulty = true) };
      const core = infer(ctx, path, options.scope);
      if (!faulty && isShown(core.type) && !canFail(core)) found.set(name, core);
    }
  }
  return [...found.keys()].toSorted().flatMap((name) => {
    const value = found.get(name);
    return value ? [{ name, value }] : [];
  });
}

function isShown(type: Type): boolean {
  if (type.kind === 'string') return !type.sensitive;
  return type.kind === 'bool' || type.kind === 'int' || type.kind === 'uint' || type.kind === 'float';
}

/** Whether `core` can be without a value where the rule fired; a parameter that is asked for is known to have one. */
function canFail(core: CoreExpr): boolean {
  return core.op !== 'parameter' && (mayFail(core) || coreChildren(core).some(canFail));
}

/** Whether an expression of this kind can be without a value. */
function mayFail(core: CoreExpr): boolean {
  switch (core.op) {
    case 'index':
    case 'map':
    case 'from-dyn':
    case 'select-dyn':
    case 'data':
      return true;
    case 'call':
      return fallible.has(core.builtin);
    default:
      return false;
  }
}

/** `a.b.c` for a path of plain members. */
function pathName(expr: Expr): string | undefined {
  if (expr.kind === 'name') return expr.name.text;
  if (expr.kind !== 'member') return undefined;
  const of = pathName(expr.of);
  return of === undefined ? undefined : `${of}.${expr.name.text}`;
}

const macros: ReadonlySet<string> = new Set([
  'all',
  'exists',
  'exists_one',
  'existsOne',
  'filter',
  'map',
  'transformList',
  'transformMap',
]);

/** Names and member paths that `expr` reads, but for those below variables of macros. */
export function* pathsIn(expr: Expr, bound: ReadonlySet<string>): Iterable<Expr> {
  switch (expr.kind) {
    case 'name':
      if (!bound.has(expr.name.text)) yield expr;
      return;
    case 'member': {
      const root = rootOf(expr);
      if (root === undefined) yield* pathsIn(expr.of, bound);
      else if (!bound.has(root)) yield expr;
      return;
    }
    case 'call': {
      let inner = bound;
      let args = expr.args;
      if (expr.callee.kind === 'member') {
        yield* pathsIn(expr.callee.of, bound);
        if (macros.has(expr.callee.name.text) && args.length > 1) {
          const count = args.length > 2 && args[1]?.kind === 'name' ? 2 : 1;
          const names = args.slice(0, count).flatMap((arg) => (arg.kind === 'name' ? [arg.name.text] : []));
          inner = new Set([...bound, ...names]);
          args = args.slice(count);
        }
      }
      for (const arg of args) yield* pathsIn(arg, inner);
      return;
    }
    case 'unary':
      yield* pathsIn(expr.operand, bound);
      return;
    case 'binary':
      yield* pathsIn(expr.left, bound);
      yield* pathsIn(expr.right, bound);
      return;
    case 'conditional':
      yield* pathsIn(expr.condition, bound);
      yield* pathsIn(expr.then, bound);
      yield* pathsIn(expr.else, bound);
      return;
    case 'index':
      yield* pathsIn(expr.of, bound);
      yield* pathsIn(expr.index, bound);
      return;
    case 'is':
    case 'each':
    case 'paren':
      yield* pathsIn(expr.of, bound);
      return;
    case 'list':
      for (const item of expr.items) yield* pathsIn(item, bound);
      return;
    case 'map':
      for (const entry of expr.entries) {
        yield* pathsIn(entry.key, bound);
        yield* pathsIn(entry.value, bound);
      }
      return;
    case 'construct':
    case 'object':
      for (const field of expr.fields) yield* pathsIn(field.value, bound);
      return;
    default:
      return;
  }
}

function rootOf(expr: Expr): string | undefined {
  if (expr.kind === 'name') return expr.name.text;
  return expr.kind === 'member' ? rootOf(expr.of) : undefined;
}
