// Reaching into collections: `x[k]`, `x[?k]`, `in`, constant sets and tables.

import type { Const, CoreExpr, Type } from '@rdp/language';
import { constSlot, placeSlots } from './constants.ts';
import { callKernel, checkError, compileExpr, helper, raise, typeKey } from './context.ts';
import type { FunctionContext } from './context.ts';
import { compileToDyn } from './dynamic.ts';
import { keyFinder, pushEqual } from './equality.ts';
import { placeBytesTable, placeLongTable, placeStringTable } from './hash.ts';
import { elementOf, errorCodes, loadSlot, machineOf } from './representation.ts';

/** Takes map and key from the stack, leaves the address of the value's slot or 0. */
export function pushFindKey(f: FunctionContext, key: Type): void {
  callKernel(f.b, keyFinder(key));
}

/** Leaves a position in a list as i64; what names none is negative. */
function pushPosition(f: FunctionContext, index: CoreExpr): void {
  compileExpr(f, index);
  if (index.type.kind === 'dyn' || index.type.kind === 'float') {
    compileToDyn(f.entry, f.b, index.type);
    callKernel(f.b, 'whole_index');
    checkError(f);
  }
}

/** Leaves the slot of `of[index]`, or 0; `of` is a list, set or map. */
function pushSlot(f: FunctionContext, of: CoreExpr, index: CoreExpr): void {
  const { b } = f;
  compileExpr(f, of);
  if (of.type.kind === 'map') {
    compileExpr(f, index);
    if (of.type.key.kind === 'dyn') compileToDyn(f.entry, b, index.type);
    return pushFindKey(f, of.type.key);
  }
  pushPosition(f, index);
  callKernel(b, 'list_slot');
}

/** `x[k]` */
export function compileIndex(f: FunctionContext, expr: CoreExpr & { readonly op: 'index' }): void {
  const { b } = f;
  if (expr.of.type.kind === 'dyn') {
    compileExpr(f, expr.of);
    compileExpr(f, expr.index);
    compileToDyn(f.entry, b, expr.index.type);
    callKernel(b, 'dyn_index');
    return checkError(f);
  }
  const slot = b.local('i32');
  pushSlot(f, expr.of, expr.index);
  b.tee(slot).op('i32.eqz');
  b.if(undefined, () => raise(f, expr.of.type.kind === 'map' ? errorCodes.no_such_key : errorCodes.out_of_range));
  b.get(slot);
  loadSlot(b, expr.type);
}

/** `x[?k]`; of an optional, too. */
export function compileIndexOptional(f: FunctionContext, expr: CoreExpr & { readonly op: 'index-optional' }): void {
  const { b } = f;
  const type = expr.of.type;
  if (type.kind === 'optional') {
    const optional = b.local('i32');
    compileExpr(f, expr.of);
    b.tee(optional).if(
      'i32',
      () => {
        const inner: CoreExpr = { op: 'unwrap', type: type.of, of: { op: 'local', type, id: -1 } };
        compileIndexOptional(
          { ...f, locals: new Map([...f.locals, [-1, optional]]) },
          { op: 'index-optional', type: expr.type, of: inner, index: expr.index },
        );
      },
      () => b.i32(0),
    );
    return;
  }
  if (type.kind !== 'dyn') return pushSlot(f, expr.of, expr.index);
  compileExpr(f, expr.of);
  compileExpr(f, expr.index);
  compileToDyn(f.entry, b, expr.index.type);
  callKernel(b, 'dyn_slot');
  checkError(f);
}

/** `x in list`, `k in map`. */
export function compileIn(f: FunctionContext, expr: CoreExpr & { readonly op: 'in' }): void {
  const { b } = f;
  const of = expr.of;
  const value = expr.value.type;
  if (of.op === 'from-dyn' && of.of.op === 'data' && value.kind === 'string' && elementOf(of.type).kind === 'string') {
    // Hot data is asked where it lies; a copy of the right type would be as long as the data.
    const key = b.local('i64');
    compileExpr(f, expr.value);
    b.set(key);
    compileExpr(f, of.of);
    b.get(key);
    callKernel(b, 'dyn_strings_have');
    return checkError(f);
  }
  compileExpr(f, expr.value);
  if (of.type.kind === 'dyn') {
    compileToDyn(f.entry, b, value);
    compileExpr(f, of);
    callKernel(b, 'dyn_in');
    return checkError(f);
  }
  if (of.type.kind === 'map') {
    if (of.type.key.kind === 'dyn') compileToDyn(f.entry, b, value);
    const key = b.local(machineOf(of.type.key));
    b.set(key);
    compileExpr(f, of);
    b.get(key);
    pushFindKey(f, of.type.key);
    b.i32(0).op('i32.ne');
    return;
  }
  const element = elementOf(of.type);
  if (element.kind === 'never') {
    b.op('drop');
    compileExpr(f, of);
    b.op('drop').i32(0);
    return;
  }
  if (element.kind === 'dyn') compileToDyn(f.entry, b, value);
  compileExpr(f, of);
  b.call(listHas(f, element));
}

/** `(value, list) → bool` for lists of `element`. */
function listHas(f: FunctionContext, element: Type): ReturnType<typeof helper> {
  const { entry } = f;
  const machine = machineOf(element);
  return helper(entry, `has:${typeKey(entry, element)}`, { params: [machine, 'i32'], results: ['i32'] }, (b) => {
    const at = b.local('i32');
    const end = b.local('i32');
    b.get(1).memory('i32.load', 4).tee(at).get(1).memory('i32.load').i32(3).op('i32.shl', 'i32.add').set(end);
    b.block(undefined, (exit) => {
      b.loop(undefined, (again) => {
        b.get(at).get(end).op('i32.ge_u').brIf(exit);
        b.get(at);
        loadSlot(b, element);
        b.get(0);
        pushEqual(entry, b, element);
        b.if(undefined, () => b.i32(1).op('return'));
        b.get(at).i32(8).op('i32.add').set(at).br(again);
      });
    });
    b.i32(0);
  });
}

/** Membership in constants: strings and 64-bit numbers by perfect hash, the few others one by one. */
export function compileInSet(f: FunctionContext, expr: CoreExpr & { readonly op: 'in-set' }): void {
  const { b, entry } = f;
  const type = expr.value.type;
  compileExpr(f, expr.value);
  if (type.kind === 'string' || type.kind === 'type' || type.kind === 'bytes') {
    b.set(holdText(f)).i32(placeTextSet(f, expr.set)).get(holdText(f));
    callKernel(b, 'table_find').i32(0).op('i32.ge_s');
    return;
  }
  if (machineOf(type) === 'i64') {
    const key = b.local('i64');
    const numbers = [...new Set(expr.set.map((item) => BigInt.asIntN(64, constSlot(entry, item, type))))];
    b.set(key).i32(placeLongTable(entry.module.data, numbers)).get(key);
    callKernel(b, 'table_find_long').i32(0).op('i32.ge_s');
    return;
  }
  const value = b.local(machineOf(type));
  b.set(value).i32(0);
  for (const item of expr.set) {
    b.get(value);
    compileExpr(f, { op: 'const', type, value: item });
    pushEqual(entry, b, type);
    b.op('i32.or');
  }
}

const textLocals = new WeakMap<FunctionContext['b'], number>();

/** One i64 local a function for keys on their way. */
function holdText(f: FunctionContext): number {
  const known = textLocals.get(f.b);
  if (known !== undefined) return known;
  const local = f.b.local('i64');
  textLocals.set(f.b, local);
  return local;
}

function placeTextSet(f: FunctionContext, set: readonly Const[]): number {
  const { data } = f.entry.module;
  const texts = new Set(set.flatMap((item) => (item.kind === 'string' ? [item.value] : [])));
  if (texts.size > 0) return placeStringTable(data, [...texts]);
  const seen = new Map(set.flatMap((item) => (item.kind === 'bytes' ? [[item.value.join(), item.value]] : [])));
  return placeBytesTable(data, [...seen.values()]);
}

/** A constant table: optional text, in static slots. */
export function compileLookup(f: FunctionContext, expr: CoreExpr & { readonly op: 'lookup' }): void {
  const { b, entry } = f;
  const place = b.local('i32');
  const slots = placeSlots(
    entry,
    [...expr.table.values()].map((value) => entry.module.data.text(value)),
  );
  compileExpr(f, expr.key);
  b.set(holdText(f))
    .i32(placeStringTable(entry.module.data, [...expr.table.keys()]))
    .get(holdText(f));
  callKernel(b, 'table_find').tee(place).i32(0).op('i32.lt_s');
  b.if(
    'i32',
    () => b.i32(0),
    () => b.get(place).i32(3).op('i32.shl').i32(slots).op('i32.add'),
  );
}

/** `values[index]`, which is in range. */
export function compileTable(f: FunctionContext, expr: CoreExpr & { readonly op: 'table' }): void {
  const { b, entry } = f;
  const slots = placeSlots(
    entry,
    expr.values.map((value) => constSlot(entry, value, expr.type)),
  );
  compileExpr(f, expr.index);
  b.op('i32.wrap_i64').i32(3).op('i32.shl').i32(slots).op('i32.add');
  loadSlot(b, expr.type);
}
