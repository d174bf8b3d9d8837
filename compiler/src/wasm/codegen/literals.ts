// List, map and record literals, and text joined from parts → values on the heap, filled slot by slot.

import type { CoreExpr, Type } from '@rdp/language';
import type { Local } from '../encode-function.ts';
import { pushFindKey } from './access.ts';
import { defaultSlot } from './constants.ts';
import {
  callKernel,
  compileExpr,
  fieldPlace,
  findField,
  layoutOf,
  presenceSize,
  raise,
  recordSize,
} from './context.ts';
import type { FunctionContext } from './context.ts';
import { elementOf, errorCodes, loadSlot, machineOf, storeSlot } from './representation.ts';

/** A list; items of type `T?` that are none are left out. */
export function compileListLiteral(f: FunctionContext, expr: CoreExpr & { readonly op: 'list' }): void {
  const { b } = f;
  const list = b.local('i32');
  const to = b.local('i32');
  const element = elementOf(expr.type);
  b.i32(expr.items.length);
  callKernel(b, 'list_new').tee(list).memory('i32.load', 4).set(to);
  expr.items.forEach((item, index) => {
    const type = element.kind === 'never' ? item.type : element;
    if (expr.optionals.includes(index)) return compileOptionalItem(f, item, { to, type });
    const value = b.local(machineOf(type));
    compileExpr(f, item);
    b.set(value).get(to).get(value);
    storeSlot(b, type);
    b.get(to).i32(8).op('i32.add').set(to);
  });
  if (expr.optionals.length > 0)
    b.get(list).get(to).get(list).memory('i32.load', 4).op('i32.sub').i32(3).op('i32.shr_u').memory('i32.store');
  b.get(list);
}

function compileOptionalItem(
  f: FunctionContext,
  item: CoreExpr,
  target: { readonly to: Local; readonly type: Type },
): void {
  const { b } = f;
  const optional = b.local('i32');
  compileExpr(f, item);
  b.tee(optional).if(undefined, () => {
    b.get(target.to).get(optional);
    loadSlot(b, target.type);
    storeSlot(b, target.type);
    b.get(target.to).i32(8).op('i32.add').set(target.to);
  });
}

/** A map; a key that is there already is an error. */
export function compileMapLiteral(f: FunctionContext, expr: CoreExpr & { readonly op: 'map' }): void {
  const { b } = f;
  const map = b.local('i32');
  const to = b.local('i32');
  const [key, value]: readonly [Type, Type] =
    expr.type.kind === 'map' ? [expr.type.key, expr.type.value] : [{ kind: 'dyn' }, { kind: 'dyn' }];
  b.i32(expr.entries.length);
  callKernel(b, 'map_new').tee(map).memory('i32.load', 4).set(to);
  b.get(map).i32(0).memory('i32.store');
  expr.entries.forEach((entry, index) => {
    const keyLocal = b.local(machineOf(key));
    const valueLocal = b.local(entry.optional ? 'i32' : machineOf(value));
    compileExpr(f, entry.key);
    b.set(keyLocal);
    compileExpr(f, entry.value);
    b.set(valueLocal);
    const add = (): void => {
      if (index > 0) {
        b.get(map).get(keyLocal);
        pushFindKey(f, key);
        b.if(undefined, () => raise(f, errorCodes.invalid_argument));
      }
      b.get(to).get(keyLocal);
      storeSlot(b, key);
      b.get(to).get(valueLocal);
      if (entry.optional) loadSlot(b, value);
      storeSlot(b, value, 8);
      b.get(to).i32(16).op('i32.add').set(to);
      // The index of a large map would not know the new key.
      b.get(map).get(map).memory('i32.load').i32(1).op('i32.add').memory('i32.store');
      b.get(map).i32(0).memory('i32.store', 8);
    };
    if (entry.optional) b.get(valueLocal).if(undefined, add);
    else add();
  });
  b.get(map);
}

/** A record: all fields are evaluated, those in use are kept. */
export function compileRecordLiteral(f: FunctionContext, expr: CoreExpr & { readonly op: 'record' }): void {
  const { b, entry } = f;
  const layout = layoutOf(entry, expr.record);
  const record = b.local('i32');
  b.i32(recordSize(layout));
  callKernel(b, 'alloc').tee(record).i32(0).i32(presenceSize(layout)).op('memory.fill');
  for (const [name, value] of expr.fields) {
    const place = findField(layout, name);
    compileExpr(f, value);
    if (!place) {
      b.op('drop');
      continue;
    }
    const isOptional = place.field.presence === 'optional' && value.type.kind === 'optional';
    const local = b.local(machineOf(value.type));
    b.set(local);
    const keep = (): void => {
      b.get(record).get(local);
      if (isOptional) loadSlot(b, place.field.type);
      storeSlot(b, place.field.type, place.slot);
      b.get(record)
        .get(record)
        .memory('i32.load8_u', place.byte)
        .i32(place.mask)
        .op('i32.or')
        .memory('i32.store8', place.byte);
    };
    if (isOptional) b.get(local).if(undefined, keep);
    else keep();
  }
  layout.fields.forEach((field, index) => {
    if (field.presence !== 'default' || expr.fields.has(field.name)) return;
    b.get(record).i64(defaultSlot(entry, field)).memory('i64.store', fieldPlace(layout, index).slot);
  });
  b.get(record);
}

/** Text joined from strings. */
export function compileConcat(f: FunctionContext, expr: CoreExpr & { readonly op: 'concat' }): void {
  const { b } = f;
  if (expr.parts.length === 2) {
    for (const part of expr.parts) compileExpr(f, part);
    callKernel(b, 'string_concat');
    return;
  }
  const slots = b.local('i32');
  const value = b.local('i64');
  b.i32(expr.parts.length * 8);
  callKernel(b, 'alloc').set(slots);
  expr.parts.forEach((part, index) => {
    compileExpr(f, part);
    b.set(value)
      .get(slots)
      .get(value)
      .memory('i64.store', index * 8);
  });
  b.get(slots).i32(expr.parts.length);
  callKernel(b, 'concat_slots');
}
