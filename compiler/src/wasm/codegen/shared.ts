// Expressions that several places of an entrypoint ask for are evaluated once a decision: derived fields, what a provider's
// document says, the documented route. Each gets a function that keeps its value in the frame.
// INVARIANT: only what depends on the input alone is shared; it is evaluated where it first stands. An error is not kept:
// whoever asks next has the same one.

import { coreChildren } from '@rdp/language';
import type { CoreExpr, CoreRule } from '@rdp/language';
import { structuralKey } from '../../ir/expression-key.ts';
import { decidingExprs, outputExprs } from '../../ir/walk-core.ts';
import type { FunctionReference } from '../encode-function.ts';
import { callKernel, helper } from './context.ts';
import type { EntrypointContext, FunctionContext } from './context.ts';
import { loadSlot, machineOf, storeSlot } from './representation.ts';

/** Nodes from which on it is worth a function to evaluate once. */
const worthwhile = 12;

interface Traits {
  readonly size: number;
  /** Variables from outside. */
  readonly free: ReadonlySet<number>;
  /** Asks for other rules or the data document, or looks for patterns. */
  readonly outside: boolean;
  /** Walks a list, a path, the routes or the n-grams of a text. */
  readonly heavy: boolean;
}

const known = new WeakMap<CoreExpr, Traits>();

const heavyCalls: ReadonlySet<string> = new Set(['path_normalized', 'query_params', 'query_values', 'list_flatten']);

function traitsOf(expr: CoreExpr): Traits {
  const before = known.get(expr);
  if (before) return before;
  const children = coreChildren(expr).map(traitsOf);
  const free = new Set(children.flatMap((child) => [...child.free]));
  if (expr.op === 'local') free.add(expr.id);
  if (expr.op === 'let' || expr.op === 'chain') free.delete(expr.id);
  if (expr.op === 'loop') {
    free.delete(expr.item);
    if (expr.value !== undefined) free.delete(expr.value);
  }
  const own = expr.op === 'data' || expr.op === 'matches' || expr.op.startsWith('rule-');
  const traits: Traits = {
    size: children.reduce((sum, child) => sum + child.size, 1),
    free,
    outside: own || children.some((child) => child.outside),
    heavy:
      expr.op === 'loop' ||
      expr.op === 'route' ||
      expr.op === 'classify' ||
      (expr.op === 'call' && heavyCalls.has(expr.builtin)) ||
      children.some((child) => child.heavy),
  };
  known.set(expr, traits);
  return traits;
}

function isShareable(expr: CoreExpr): boolean {
  const { size, free, outside, heavy } = traitsOf(expr);
  return (heavy || size >= worthwhile) && free.size === 0 && !outside;
}

/** Keys of the expressions that stand in at least two places. */
export function sharedKeys(rules: readonly CoreRule[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  const visit = (expr: CoreExpr): void => {
    if (isShareable(expr)) {
      const key = keyOf(expr);
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      // What is inside a shared expression is evaluated with it.
      if (count > 1) return;
    }
    const { heavy, size } = traitsOf(expr);
    if (heavy || size > worthwhile) coreChildren(expr).forEach(visit);
  };
  for (const rule of rules) [...decidingExprs(rule), ...outputExprs(rule)].forEach(visit);
  return new Set([...counts].flatMap(([key, count]) => (count > 1 ? [key] : [])));
}

/** Whether an expression is evaluated once a decision. */
export function isSharedExpr({ shared }: EntrypointContext, expr: CoreExpr): boolean {
  return shared !== undefined && shared.size > 0 && isShareable(expr) && shared.has(keyOf(expr));
}

const keys = new WeakMap<CoreExpr, string>();

function keyOf(expr: CoreExpr): string {
  const before = keys.get(expr);
  if (before !== undefined) return before;
  const key = structuralKey(expr);
  keys.set(expr, key);
  return key;
}

/** The function (frame → value) of an expression that is shared; undefined for others. `compile` leaves its value. */
export function sharedFunction(
  entry: EntrypointContext,
  expr: CoreExpr,
  compile: (f: FunctionContext) => void,
): FunctionReference | undefined {
  if (!isSharedExpr(entry, expr)) return undefined;
  const key = keyOf(expr);
  const slot = entry.stateSlot(`shared:${key}`);
  const machine = machineOf(expr.type);
  return helper(entry, `shared:${slot}`, { params: ['i32'], results: [machine] }, (b) => {
    const box = b.local('i32');
    const value = b.local(machine);
    b.get(0)
      .memory('i32.load', slot)
      .tee(box)
      .if(undefined, () => {
        b.get(box);
        loadSlot(b, expr.type);
        b.op('return');
      });
    b.block(undefined, (handler) => {
      compile({ entry, b, frame: 0, locals: new Map(), handler });
      b.set(value).get(0).i32(8);
      callKernel(b, 'alloc').tee(box).memory('i32.store', slot).get(box).get(value);
      storeSlot(b, expr.type);
    });
    b.get(value);
  });
}
