// Literals into constants: numbers that must fit into 64 bits, durations, amounts with a unit. Units are scaled to the
// smallest whole one (bytes, millionths of a dollar), exactly.

import { nearestName } from '../../diagnostics/suggest.ts';
import type { LiteralExpr, Name } from '../../syntax/ast.ts';
import type { CoreExpr } from '../core.ts';
import {
  boolType,
  bytesType,
  durationType,
  floatType,
  intType,
  neverType,
  nullType,
  optionalOf,
  quantityOf,
  stringType,
  uintType,
} from '../relate-types.ts';
import type { Unit } from '../types.ts';
import { fault, type InferContext } from './context.ts';

/** The core of a literal. */
export function inferLiteral(ctx: InferContext, expr: LiteralExpr): CoreExpr {
  switch (expr.kind) {
    case 'int':
    case 'uint':
      return integer(ctx, { expr, value: expr.value, raw: expr.raw });
    case 'float':
      return { op: 'const', value: { kind: 'float', value: expr.value }, type: floatType };
    case 'bytes':
      return { op: 'const', value: { kind: 'bytes', value: expr.value }, type: bytesType };
    case 'bool':
      return { op: 'const', value: { kind: 'bool', value: expr.value }, type: boolType };
    case 'null':
      return { op: 'const', value: { kind: 'null' }, type: nullType };
    case 'none':
      return { op: 'const', value: { kind: 'none' }, type: optionalOf(neverType) };
    case 'duration':
      return { op: 'const', value: { kind: 'duration', nanos: expr.nanos }, type: durationType };
    case 'quantity':
      return quantity(ctx, expr);
  }
}

/** A text constant. */
export function textConst(value: string): CoreExpr {
  return { op: 'const', value: { kind: 'string', value }, type: stringType };
}

/** A bool constant. */
export function boolConst(value: boolean): CoreExpr {
  return { op: 'const', value: { kind: 'bool', value }, type: boolType };
}

/** An int constant. */
export function intConst(value: bigint): CoreExpr {
  return { op: 'const', value: { kind: 'int', value }, type: intType };
}

/** `-` ahead of a number is part of it: the smallest int has no positive twin. Undefined when `expr` is no number. */
export function negatedLiteral(ctx: InferContext, expr: LiteralExpr): CoreExpr | undefined {
  if (expr.kind === 'int') return integer(ctx, { expr, value: -expr.value, raw: `-${expr.raw}` });
  if (expr.kind === 'float') return { op: 'const', value: { kind: 'float', value: -expr.value }, type: floatType };
  if (expr.kind === 'duration') {
    return { op: 'const', value: { kind: 'duration', nanos: -expr.nanos }, type: durationType };
  }
  return undefined;
}

interface IntegerLiteral {
  readonly expr: LiteralExpr & { readonly kind: 'int' | 'uint' };
  readonly value: bigint;
  readonly raw: string;
}

function integer(ctx: InferContext, literal: IntegerLiteral): CoreExpr {
  const { expr, value, raw } = literal;
  const fits = expr.kind === 'int' ? BigInt.asIntN(64, value) === value : BigInt.asUintN(64, value) === value;
  if (!fits) {
    const range = expr.kind === 'int' ? '-2⁶³ to 2⁶³-1' : '0 to 2⁶⁴-1';
    return fault(ctx, 'integer-out-of-range', expr, { raw, range });
  }
  return { op: 'const', value: { kind: expr.kind, value }, type: expr.kind === 'int' ? intType : uintType };
}

interface UnitScale {
  readonly unit: Unit;
  readonly scale: bigint;
}

const scales: ReadonlyMap<string, UnitScale> = new Map<string, UnitScale>([
  ['tokens', { unit: 'tokens', scale: 1n }],
  ['requests', { unit: 'requests', scale: 1n }],
  ['usd', { unit: 'usd', scale: 1_000_000n }],
  ['B', { unit: 'size', scale: 1n }],
  ['KB', { unit: 'size', scale: 1000n }],
  ['MB', { unit: 'size', scale: 1000n ** 2n }],
  ['GB', { unit: 'size', scale: 1000n ** 3n }],
  ['KiB', { unit: 'size', scale: 1024n }],
  ['MiB', { unit: 'size', scale: 1024n ** 2n }],
  ['GiB', { unit: 'size', scale: 1024n ** 3n }],
]);

/** The units that amounts are written with. */
export const quantityUnits: readonly string[] = [...scales.keys()];

const smallestUnit: Readonly<Record<Unit, string>> = {
  tokens: 'tokens',
  requests: 'requests',
  usd: 'millionths of a dollar',
  size: 'bytes',
};

function quantity(ctx: InferContext, expr: LiteralExpr & { readonly kind: 'quantity' }): CoreExpr {
  const scale = scales.get(expr.unit.text);
  if (scale === undefined) return unknownUnit(ctx, expr.unit);
  const raw = 'raw' in expr.amount ? expr.amount.raw : '';
  const amount = scaled(expr.amount, scale.scale);
  if (amount === undefined) {
    return fault(ctx, 'invalid-quantity', expr, {
      raw: `${raw} ${expr.unit.text}`,
      smallest: smallestUnit[scale.unit],
    });
  }
  if (BigInt.asIntN(64, amount) !== amount) {
    return fault(ctx, 'integer-out-of-range', expr, { raw: `${raw} ${expr.unit.text}`, range: '-2⁶³ to 2⁶³-1' });
  }
  return { op: 'const', value: { kind: 'quantity', unit: scale.unit, amount }, type: quantityOf(scale.unit) };
}

function unknownUnit(ctx: InferContext, name: Name): CoreExpr {
  const near = nearestName(name.text, scales.keys());
  const known = [...scales.keys()].map((unit) => `\`${unit}\``).join(', ');
  const help = near === undefined ? {} : { help: `did you mean \`${near}\`?` };
  return fault(ctx, 'unknown-word', name, { what: 'unit', name: name.text, known }, help);
}

/** `amount × scale` when it is whole. Fractions are read from their decimal text, so that `0.1 usd` is exact. */
function scaled(amount: LiteralExpr, scale: bigint): bigint | undefined {
  if (amount.kind === 'int' || amount.kind === 'uint') return amount.value * scale;
  if (amount.kind !== 'float') return undefined;
  const parts = /^([0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]{1,2}))?$/.exec(amount.raw.replaceAll('_', ''));
  if (parts === null) return undefined;
  const [, whole = '', fraction = '', exponent = '0'] = parts;
  const shift = Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction) * scale;
  if (shift >= 0) return digits * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  return digits % divisor === 0n ? digits / divisor : undefined;
}
