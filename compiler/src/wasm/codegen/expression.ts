// One core expression → instructions that leave its value on the stack. An error goes to the function's handler; what
// cannot fail has no checks. Collections, dynamic values, text search and builtins have files of their own.
// INVARIANT: operands are evaluated from left to right, each at most once, as the interpreter does.

import type { CoreExpr, Type } from '@rdp/language';
import type { Label } from '../encode-function.ts';
import { compileCall } from './builtins.ts';
import { compileClassify } from './classify.ts';
import { compileIn, compileInSet, compileIndex, compileIndexOptional, compileLookup, compileTable } from './access.ts';
import { compileConcat, compileListLiteral, compileMapLiteral, compileRecordLiteral } from './literals.ts';
import { compileLoop } from './loops.ts';
import { pushConst, pushText } from './constants.ts';
import {
  bindLocal,
  callKernel,
  checkError,
  compileExpr,
  errorGlobal,
  findField,
  frameOffsets,
  holdError,
  layoutOf,
  raise,
  unionLayoutOf,
} from './context.ts';
import type { FunctionContext } from './context.ts';
import { compileData, compileToDyn } from './dynamic.ts';
import { compileFromDyn } from './from-dyn.ts';
import { pushEqual } from './equality.ts';
import { mayFail } from '../../ir/may-fail.ts';
import { compileIfAsked, compileMatches } from './ask.ts';
import { errorCodes, machineOf, loadSlot, storeSlot } from './representation.ts';
import { compileRoute } from './routes.ts';
import { pushRuleCount, pushRuleFired, pushRuleScore } from './rule-state.ts';
import { pushRuleMatches } from './rule-matches.ts';
import { sharedFunction } from './shared.ts';

/** Leaves the value of `expr` on the stack. */
export function compileExpression(f: FunctionContext, expr: CoreExpr): void {
  const shared = sharedFunction(f.entry, expr, (inner) => compileHere(inner, expr));
  if (!shared) return compileHere(f, expr);
  f.b.get(f.frame).call(shared);
  if (mayFail(expr)) checkError(f);
}

function compileHere(f: FunctionContext, expr: CoreExpr): void {
  const { b, entry } = f;
  switch (expr.op) {
    case 'const':
      return pushConst(entry, b, expr.value, expr.type);
    case 'input':
      b.get(f.frame).memory('i32.load', frameOffsets.input);
      return;
    case 'local':
      b.get(boundLocal(f, expr.id));
      return;
    case 'let':
      compileExpr(f, expr.value);
      b.set(bindLocal(f, expr.id, expr.value.type));
      return compileExpr(f, expr.body);
    case 'field':
      return compileField(f, expr);
    case 'variant-test':
      return compileVariantTest(f, expr);
    case 'variant-cast':
      compileExpr(f, expr.of);
      b.memory('i32.load', expr.variant.held ? 12 : 8);
      return;
    case 'some':
      return compileSome(f, expr.of);
    case 'is-some':
      compileExpr(f, expr.of);
      b.i32(0).op('i32.ne');
      return;
    case 'unwrap':
      compileExpr(f, expr.of);
      return loadSlot(b, expr.type);
    case 'or-else':
      return compileOrElse(f, expr);
    case 'chain': {
      const payload: Type = expr.of.type.kind === 'optional' ? expr.of.type.of : { kind: 'dyn' };
      const optional = b.local('i32');
      compileExpr(f, expr.of);
      b.tee(optional).if(
        'i32',
        () => {
          b.get(optional);
          loadSlot(b, payload);
          b.set(bindLocal(f, expr.id, payload));
          compileExpr(f, expr.body);
        },
        () => b.i32(0),
      );
      return;
    }
    case 'and':
    case 'or':
      return compileLogic(f, expr);
    case 'not':
      compileExpr(f, expr.of);
      b.op('i32.eqz');
      return;
    case 'if':
      compileExpr(f, expr.condition);
      b.if(
        machineOf(expr.type),
        () => compileExpr(f, expr.then),
        () => compileExpr(f, expr.else),
      );
      return;
    case 'equal':
      compileExpr(f, expr.left);
      compileExpr(f, expr.right);
      return pushEqual(entry, b, expr.left.type.kind === 'never' ? expr.right.type : expr.left.type);
    case 'compare':
      return compileCompare(f, expr);
    case 'call':
      return compileCall(f, expr);
    case 'list':
      return compileListLiteral(f, expr);
    case 'map':
      return compileMapLiteral(f, expr);
    case 'record':
      return compileRecordLiteral(f, expr);
    case 'index':
      return compileIndex(f, expr);
    case 'index-optional':
      return compileIndexOptional(f, expr);
    case 'in':
      return compileIn(f, expr);
    case 'in-set':
      return compileInSet(f, expr);
    case 'lookup':
      return compileLookup(f, expr);
    case 'loop':
      if (compileIfAsked(f, expr)) return;
      return compileLoop(f, expr);
    case 'to-dyn':
      compileExpr(f, expr.of);
      return compileToDyn(entry, b, expr.of.type);
    case 'from-dyn':
      compileExpr(f, expr.of);
      compileFromDyn(entry, b, expr.type);
      return checkError(f);
    case 'select-dyn':
    case 'has-key':
      return compileSelect(f, expr);
    case 'data':
      return compileData(f, expr.path);
    case 'matches':
      return compileMatches(f, expr);
    case 'classify':
      return compileClassify(f, expr);
    case 'concat':
      return compileConcat(f, expr);
    case 'rule-fired':
      return pushRuleFired(f, expr.rule);
    case 'rule-count':
      return pushRuleCount(f, expr.rule);
    case 'rule-score':
      return pushRuleScore(f, expr.rule);
    case 'parameter':
      return compileExpr(f, expr.of);
    case 'rule-matches':
      return pushRuleMatches(f, expr);
    case 'route':
      return compileRoute(f, expr);
    case 'fail':
      return raise(f, errorCodes[expr.word]);
    case 'table':
      return compileTable(f, expr);
  }
}

function boundLocal(f: FunctionContext, id: number): number {
  const local = f.locals.get(id);
  if (local === undefined) throw new Error(`unbound local ${id}`);
  return local;
}

/** Whether the object is of the kind, or of a narrower one. */
function compileVariantTest(f: FunctionContext, expr: CoreExpr & { readonly op: 'variant-test' }): void {
  const { b, entry } = f;
  const { tag } = expr.variant;
  const position = b.local('i32');
  compileExpr(f, expr.of);
  if (expr.variant.held) {
    b.memory('i32.load', 12).i32(0).op('i32.ne');
    return;
  }
  b.memory('i32.load').set(position);
  let first = true;
  unionLayoutOf(entry, expr.union).variants.forEach(({ variant }, index) => {
    if (!tag.every((part, i) => part === variant.tag[i])) return;
    b.get(position).i32(index).op('i32.eq');
    if (!first) b.op('i32.or');
    first = false;
  });
}

/** The payload that `of` leaves, in a new slot. */
function compileSome(f: FunctionContext, of: CoreExpr): void {
  const { b } = f;
  const value = b.local(machineOf(of.type));
  const slot = b.local('i32');
  compileExpr(f, of);
  b.set(value).i32(8);
  callKernel(b, 'alloc').tee(slot).get(value);
  storeSlot(b, of.type);
  b.get(slot);
}

function compileField(f: FunctionContext, expr: CoreExpr & { readonly op: 'field' }): void {
  const { b, entry } = f;
  const type = expr.of.type;
  compileExpr(f, expr.of);
  if (type.kind === 'union') b.memory('i32.load', 4);
  const record = type.kind === 'union' ? type.union.base : type.kind === 'record' ? type.record : undefined;
  const place = record && findField(layoutOf(entry, record), expr.field.name);
  if (!place) throw new Error(`field ${expr.field.name} is in no layout`);
  if (expr.field.presence !== 'optional') return loadSlot(b, expr.field.type, place.slot);
  const address = b.local('i32');
  b.tee(address).memory('i32.load8_u', place.byte).i32(place.mask).op('i32.and');
  b.if(
    'i32',
    () => b.get(address).i32(place.slot).op('i32.add'),
    () => b.i32(0),
  );
}

/** Whether `a ?? b` hands on the optional itself: both sides are optional, and the left one is not twice so. */
function keepsOptional(expr: CoreExpr & { readonly op: 'or-else' }): boolean {
  return expr.type.kind === 'optional' && expr.of.type.kind === 'optional' && expr.of.type.of.kind !== 'optional';
}

function compileOrElse(f: FunctionContext, expr: CoreExpr & { readonly op: 'or-else' }): void {
  const { b } = f;
  const optional = b.local('i32');
  compileExpr(f, expr.of);
  b.tee(optional).if(
    machineOf(expr.type),
    () => {
      b.get(optional);
      if (!keepsOptional(expr)) loadSlot(b, expr.type);
    },
    () => compileExpr(f, expr.else),
  );
}

/** CEL's `&&` and `||`: a side that decides wins over an error of the other. */
function compileLogic(f: FunctionContext, expr: CoreExpr & { readonly op: 'and' | 'or' }): void {
  const { b } = f;
  const deciding = expr.op === 'or' ? 1 : 0;
  if (!mayFail(expr.left)) {
    compileExpr(f, expr.left);
    const other = (): void => compileExpr(f, expr.right);
    const known = (): void => void b.i32(deciding);
    b.if('i32', deciding === 1 ? known : other, deciding === 1 ? other : known);
    return;
  }
  const held = b.local('i32');
  /** Leaves the block `done` when the bool on the stack decides. */
  const leaveIfDecided = (done: Label): void => {
    if (deciding === 0) b.op('i32.eqz');
    b.if(undefined, () => b.i32(deciding).br(done));
  };
  b.block('i32', (done) => {
    b.i32(0).set(held);
    b.block(undefined, (leftKnown) => {
      b.block(undefined, (leftFailed) => {
        compileExpr({ ...f, handler: leftFailed }, expr.left);
        leaveIfDecided(done);
        b.br(leftKnown);
      });
      holdError(f, held);
    });
    b.block(undefined, (rightFailed) => {
      compileExpr({ ...f, handler: rightFailed }, expr.right);
      leaveIfDecided(done);
      b.get(held)
        .op('i32.eqz')
        .if(undefined, () => b.i32(1 - deciding).br(done));
      b.get(held).globalSet(errorGlobal()).br(f.handler);
    });
    // Both sides have an error: the left one is told.
    b.get(held).if(undefined, () => b.get(held).globalSet(errorGlobal()));
    b.br(f.handler);
  });
}

function compileCompare(f: FunctionContext, expr: CoreExpr & { readonly op: 'compare' }): void {
  const { b } = f;
  compileExpr(f, expr.left);
  compileExpr(f, expr.right);
  const name = { '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge' }[expr.order];
  switch (expr.left.type.kind) {
    case 'bool':
      b.op(`i32.${name}_u`);
      return;
    case 'int':
    case 'quantity':
      b.op(`i64.${name}_s`);
      return;
    case 'uint':
      b.op(`i64.${name}_u`);
      return;
    case 'float':
      b.op(`f64.${name}`);
      return;
    case 'string':
    case 'bytes':
      callKernel(b, 'string_compare').i32(0).op(`i32.${name}_s`);
      return;
    case 'timestamp':
    case 'duration':
      callKernel(b, 'instant_compare').i32(0).op(`i32.${name}_s`);
      return;
    default:
      callKernel(b, 'dyn_compare');
      checkError(f);
      // -1, 0, 1; 2 for values without an order, for which no comparison holds.
      if (expr.order === '<') b.i32(0).op('i32.lt_s');
      else if (expr.order === '<=') b.i32(0).op('i32.le_s');
      else if (expr.order === '>') b.i32(1).op('i32.eq');
      else b.i32(2).op('i32.lt_u');
  }
}

function compileSelect(f: FunctionContext, expr: CoreExpr & { readonly op: 'select-dyn' | 'has-key' }): void {
  const { b, entry } = f;
  compileExpr(f, expr.of);
  if (expr.of.type.kind === 'map') {
    pushText(entry, b, expr.name);
    callKernel(b, 'map_find_string').i32(0).op('i32.ne');
    return;
  }
  pushText(entry, b, expr.name);
  callKernel(b, expr.op === 'has-key' ? 'dyn_has' : 'dyn_select');
  checkError(f);
}
