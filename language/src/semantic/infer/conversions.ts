// `int(x)`, `string(x)`, `timestamp(x)` …, `dyn(x)` and `type(x)`. Converting to the type that a value has already is the
// value; the type of a value is known when the policy is compiled, unless the value is dynamic.

import type { Expr } from '../../syntax/ast.ts';
import type { CoreExpr } from '../core.ts';
import { describeType } from '../print-type.ts';
import {
  boolType,
  bytesType,
  celTypeName,
  durationType,
  dynType,
  floatType,
  intType,
  stringType,
  timestampType,
  typeType,
  uintType,
} from '../relate-types.ts';
import type { Scope } from '../scope.ts';
import type { Type } from '../types.ts';
import { expectType, settle, unhandledOptional } from './coerce.ts';
import { constOf } from './constants.ts';
import { fault, isUnknown, unknownValue } from './context.ts';
import { pathKey } from './facts.ts';
import { resolveCall } from './overloads.ts';
import { signaturesOf } from './signatures.ts';
import { intConst } from './literals.ts';
import { inferExpr } from './recursion.ts';
import type { Inference } from './recursion.ts';

const targets: ReadonlyMap<string, Type> = new Map([
  ['bool', boolType],
  ['bytes', bytesType],
  ['double', floatType],
  ['duration', durationType],
  ['dyn', dynType],
  ['float', floatType],
  ['int', intType],
  ['string', stringType],
  ['timestamp', timestampType],
  ['type', typeType],
  ['uint', uintType],
]);

/** Whether `name(x)` converts. */
export function isConversion(name: string): boolean {
  return targets.has(name);
}

interface Conversion {
  readonly name: string;
  readonly node: Expr;
  readonly args: readonly Expr[];
}

/** `name(x)` */
export function inferConversion(
  ctx: Inference,
  conversion: Conversion,
  scope: Scope,
  hint: Type | undefined,
): CoreExpr {
  const { name, node, args } = conversion;
  const target = targets.get(name) ?? dynType;
  const [argument] = args;
  if (argument === undefined || args.length !== 1) {
    const found = args.map((arg) => describeType(inferExpr(ctx, arg, scope, undefined).type)).join(', ');
    return fault(ctx, 'wrong-arguments', node, { name, found, expected: 'one value' });
  }
  const value = settle(inferExpr(ctx, argument, scope, target.kind === 'dyn' ? hint : undefined));
  if (isUnknown(value)) return value;
  if (target.kind === 'type') return typeOf(ctx, value);
  if (value.type.kind === 'optional') return unhandledOptional(ctx, value, argument);
  if (target.kind === 'dyn') return expectType(ctx, { core: value, node: argument, type: dynType });
  if (value.type.kind === target.kind) return value;
  if (target.kind === 'int' && value.type.kind === 'quantity') return amountOf(value);
  const signatures = signaturesOf(name === 'float' ? 'double' : name);
  const call = resolveCall(ctx, signatures, [value], node);
  if (call === undefined) {
    const expected = signatures.map((signature) => `\`${signature.text}\``).join(' or ');
    return fault(ctx, 'wrong-arguments', node, { name, found: describeType(value.type), expected });
  }
  const total = call.op === 'call' && call.builtin.startsWith('dyn_');
  return value.type.kind === 'dyn' && !total ? orSame(ctx, { value, target, signatures: name, node }) : call;
}

/** A dynamic value that may have the type already: `type(x) == bool ? x : bool(string x)`. */
function orSame(
  ctx: Inference,
  use: { readonly value: CoreExpr; readonly target: Type; readonly signatures: string; readonly node: Expr },
): CoreExpr {
  const { target } = use;
  const id = ctx.freshLocal();
  const local: CoreExpr = { op: 'local', id, type: dynType };
  const converted = resolveCall(ctx, signaturesOf(use.signatures), [local], use.node) ?? unknownValue;
  const condition: CoreExpr = {
    op: 'equal',
    left: { op: 'call', builtin: 'dyn_type', args: [local], type: typeType },
    right: typeConst(celTypeName(target) ?? ''),
    type: boolType,
  };
  const same: CoreExpr = { op: 'from-dyn', of: local, type: target };
  const body: CoreExpr = { op: 'if', condition, then: same, else: converted, type: target };
  return { op: 'let', id, value: use.value, body, type: target };
}

/** The number of a quantity, in its smallest unit. */
export function amountOf(value: CoreExpr): CoreExpr {
  if (value.op === 'const' && value.value.kind === 'quantity') {
    return { op: 'const', value: { kind: 'int', value: value.value.amount }, type: intType };
  }
  // Nothing changes but the type; core has no operation for that alone.
  return { op: 'call', builtin: 'int_bit_or', args: [value, intConst(0n)], type: intType };
}

function typeConst(name: string): CoreExpr {
  return { op: 'const', value: { kind: 'string', value: name }, type: typeType };
}

function typeOf(ctx: Inference, value: CoreExpr): CoreExpr {
  const name = celTypeName(value.type);
  if (name === undefined) return { op: 'call', builtin: 'dyn_type', args: [value], type: typeType };
  if (pathKey(value) !== undefined || constOf(value) !== undefined) return typeConst(name);
  // The value may have none.
  return { op: 'let', id: ctx.freshLocal(), value, body: typeConst(name), type: typeType };
}
