// Macros over lists and maps → loops in place. `all` and `exists` end as soon as the result is known and absorb errors that
// cannot change it; the others end with the first error.

import type { CoreExpr, Type } from '@rdp/language';
import type { Label, Local } from '../encode-function.ts';
import { bindLocal, callKernel, checkError, compileExpr, errorGlobal, holdError } from './context.ts';
import type { FunctionContext } from './context.ts';
import { mayFail } from '../../ir/may-fail.ts';
import { elementOf, loadSlot, machineOf, storeSlot, tags } from './representation.ts';

type LoopExpr = CoreExpr & { readonly op: 'loop' };

/** Leaves the macro's result on the stack. */
export function compileLoop(f: FunctionContext, expr: LoopExpr): void {
  switch (expr.macro) {
    case 'all':
    case 'exists':
      return compileQuantifier(f, expr);
    case 'exists_one':
      return compileExistsOne(f, expr);
    case 'filter':
      return expr.type.kind === 'map' ? compileCollectMap(f, expr) : compileCollect(f, expr);
    case 'map':
      return compileCollect(f, expr);
    case 'transform-map':
      return compileCollectMap(f, expr);
  }
}

/** A range that is being walked. */
interface Walk {
  readonly range: Local;
  /** Address of the current slot (of a list) or entry (of a map). */
  readonly at: Local;
  readonly end: Local;
  readonly index: Local;
  readonly stride: 8 | 16;
  readonly key: Type;
  readonly element: Type;
  readonly isMap: boolean;
}

/** Evaluates the range and stands before its first element. */
function startWalk(f: FunctionContext, expr: LoopExpr): Walk {
  const { b } = f;
  const range = b.local('i32');
  const type = expr.range.type;
  compileExpr(f, expr.range);
  if (type.kind === 'dyn') {
    // A dynamic range becomes pairs of key and element, whatever it is.
    b.i32(expr.value === undefined ? 0 : 1);
    callKernel(b, 'dyn_pairs');
    checkError(f);
  }
  const isMap = type.kind === 'map' || type.kind === 'dyn';
  const walk: Walk = {
    range,
    at: b.local('i32'),
    end: b.local('i32'),
    index: b.local('i64'),
    stride: isMap ? 16 : 8,
    key: type.kind === 'map' ? type.key : type.kind === 'dyn' ? { kind: 'dyn' } : { kind: 'int' },
    element: type.kind === 'map' ? type.value : elementOf(type),
    isMap,
  };
  b.set(range).get(range).memory('i32.load', 4).tee(walk.at);
  b.get(range)
    .memory('i32.load')
    .i32(isMap ? 4 : 3)
    .op('i32.shl', 'i32.add')
    .set(walk.end);
  b.i64(-1n).set(walk.index);
  return walk;
}

/** Whether the macro's one variable is the element: over lists, and over what is only known when it runs. */
const bindsElement = (expr: LoopExpr): boolean => expr.range.type.kind !== 'map';

/** Binds the variables to the current element. */
function bindItem(f: FunctionContext, expr: LoopExpr, walk: Walk): void {
  const { b } = f;
  const load = (type: Type, offset: number): void => {
    b.get(walk.at);
    loadSlot(b, type, offset);
  };
  if (expr.value === undefined) {
    const dynamic = expr.range.type.kind === 'dyn';
    const type = bindsElement(expr) ? walk.element : walk.key;
    // The pairs of a dynamic range have what a single variable is bound to in their second slot.
    load(type, dynamic ? 8 : 0);
    b.set(bindLocal(f, expr.item, type));
    return;
  }
  if (walk.isMap) load(walk.key, 0);
  else b.get(walk.index).i64(1n).op('i64.add').tee(walk.index);
  b.set(bindLocal(f, expr.item, walk.key));
  load(walk.element, walk.isMap ? 8 : 0);
  b.set(bindLocal(f, expr.value, walk.element));
}

/** Runs `body` for each element; it may branch to `next` (the next element) or `exit`. */
function walkEach(
  f: FunctionContext,
  walk: Walk,
  body: (labels: { readonly next: Label; readonly exit: Label }) => void,
): void {
  const { b } = f;
  b.block(undefined, (exit) => {
    b.loop(undefined, (again) => {
      b.get(walk.at).get(walk.end).op('i32.ge_u').brIf(exit);
      b.block(undefined, (next) => body({ next, exit }));
      b.get(walk.at).i32(walk.stride).op('i32.add').set(walk.at).br(again);
    });
  });
}

function compileQuantifier(f: FunctionContext, expr: LoopExpr): void {
  const { b } = f;
  const deciding = expr.macro === 'exists' ? 1 : 0;
  const result = b.local('i32');
  const held = b.local('i32');
  const absorbs = mayFail(expr.body);
  const walk = startWalk(f, expr);
  b.i32(1 - deciding).set(result);
  if (absorbs) b.i32(0).set(held);
  walkEach(f, walk, ({ next, exit }) => {
    bindItem(f, expr, walk);
    const test = (inner: FunctionContext): void => {
      compileExpr(inner, expr.body);
      if (deciding === 1) b.op('i32.eqz');
      b.brIf(next).i32(deciding).set(result);
      if (absorbs) b.i32(0).set(held);
      b.br(exit);
    };
    if (!absorbs) return test(f);
    b.block(undefined, (failed) => test({ ...f, handler: failed }));
    b.get(held).if(
      undefined,
      () => b.i32(0).globalSet(errorGlobal()),
      () => holdError(f, held),
    );
  });
  if (absorbs) b.get(held).if(undefined, () => b.get(held).globalSet(errorGlobal()).br(f.handler));
  b.get(result);
}

function compileExistsOne(f: FunctionContext, expr: LoopExpr): void {
  const { b } = f;
  const count = b.local('i32');
  const walk = startWalk(f, expr);
  b.i32(0).set(count);
  walkEach(f, walk, () => {
    bindItem(f, expr, walk);
    compileExpr(f, expr.body);
    b.get(count).op('i32.add').set(count);
  });
  b.get(count).i32(1).op('i32.eq');
}

/** A new container as long as the range; its length is set at the end. */
function startResult(
  f: FunctionContext,
  walk: Walk,
  kernel: 'list_new' | 'map_new',
): { readonly result: Local; readonly to: Local } {
  const { b } = f;
  const result = b.local('i32');
  const to = b.local('i32');
  b.get(walk.range).memory('i32.load');
  callKernel(b, kernel).tee(result).memory('i32.load', 4).set(to);
  return { result, to };
}

/** `filter` of a list (or of a map's keys) and `map`. */
function compileCollect(f: FunctionContext, expr: LoopExpr): void {
  const { b } = f;
  const walk = startWalk(f, expr);
  const { result, to } = startResult(f, walk, 'list_new');
  walkEach(f, walk, ({ next }) => {
    bindItem(f, expr, walk);
    const filter = expr.macro === 'filter' ? expr.body : expr.filter;
    if (filter) {
      compileExpr(f, filter);
      b.op('i32.eqz').brIf(next);
    }
    if (expr.macro === 'filter') {
      const type = bindsElement(expr) || expr.value !== undefined ? walk.element : walk.key;
      b.get(to).get(walk.at);
      loadSlot(b, type, walk.isMap && (expr.value !== undefined || bindsElement(expr)) ? 8 : 0);
      storeSlot(b, type);
    } else {
      const value = b.local(machineOf(expr.body.type));
      compileExpr(f, expr.body);
      b.set(value).get(to).get(value);
      storeSlot(b, expr.body.type);
    }
    b.get(to).i32(8).op('i32.add').set(to);
  });
  b.get(result).get(to).get(result).memory('i32.load', 4).op('i32.sub').i32(3).op('i32.shr_u').memory('i32.store');
  b.get(result);
  if (expr.type.kind === 'dyn') boxList(f, result);
}

/** The list on the stack (also in `list`) becomes a dynamic value. */
function boxList(f: FunctionContext, list: Local): void {
  f.b.op('drop').i32(tags.list).get(list).op('i64.extend_i32_u');
  callKernel(f.b, 'box');
}

/** `filter` of a map and `transform-map`: entries with the same keys. */
function compileCollectMap(f: FunctionContext, expr: LoopExpr): void {
  const { b } = f;
  const walk = startWalk(f, expr);
  const { result, to } = startResult(f, walk, 'map_new');
  const filter = expr.macro === 'filter' ? expr.body : expr.filter;
  walkEach(f, walk, ({ next }) => {
    bindItem(f, expr, walk);
    if (filter) {
      compileExpr(f, filter);
      b.op('i32.eqz').brIf(next);
    }
    const type = expr.macro === 'filter' ? walk.element : expr.body.type;
    const value = b.local(machineOf(type));
    if (expr.macro === 'filter') {
      b.get(walk.at);
      loadSlot(b, type, walk.isMap ? 8 : 0);
    } else compileExpr(f, expr.body);
    b.set(value).get(to).get(value);
    storeSlot(b, type, 8);
    b.get(to);
    if (walk.isMap) {
      b.get(walk.at);
      loadSlot(b, walk.key);
    } else b.get(walk.index);
    storeSlot(b, walk.key);
    b.get(to).i32(16).op('i32.add').set(to);
  });
  b.get(result).get(to).get(result).memory('i32.load', 4).op('i32.sub').i32(4).op('i32.shr_u').memory('i32.store');
  b.get(result);
}
