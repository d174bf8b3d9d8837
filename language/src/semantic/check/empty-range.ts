// Comparisons that leave a value no room: `x > 5 && x < 3`, `x == 7 && x < 3`. Sees comparisons of one expression with constants
// of one type; a value without order to itself (no number) is in no range either, so that what is found never holds.

import type { CoreExpr } from '../core.ts';
import type { Const } from '../types.ts';
import { coreKey } from './core-key.ts';
import { describePath } from './describe-path.ts';

type Order = '<' | '<=' | '>' | '>=';

/** What is known of a value; a bound that is `open` is no part of the range. */
interface Range {
  readonly text: string;
  readonly kind: Const['kind'];
  from: Bound | undefined;
  to: Bound | undefined;
}

interface Bound {
  readonly value: number | bigint;
  readonly open: boolean;
}

/** Why `conditions` cannot hold together; undefined when nothing is seen. */
export function emptyRange(conditions: readonly CoreExpr[]): string | undefined {
  const ranges = new Map<string, Range>();
  for (const condition of conditions) {
    const test = testOf(condition);
    if (test === undefined) continue;
    const key = coreKey(test.of);
    const range = ranges.get(key) ?? {
      text: describePath(test.of),
      kind: test.constant.kind,
      from: undefined,
      to: undefined,
    };
    ranges.set(key, range);
    const value = numberOf(test.constant);
    if (value === undefined || range.kind !== test.constant.kind) continue;
    if (test.order !== '<' && test.order !== '<=') range.from = higher(range.from, { value, open: test.order === '>' });
    if (test.order !== '>' && test.order !== '>=') range.to = lower(range.to, { value, open: test.order === '<' });
    if (isEmpty(range)) return `no value of ${range.text} is within its bounds`;
  }
  return undefined;
}

interface Test {
  readonly of: CoreExpr;
  readonly order: Order | '==';
  readonly constant: Const;
}

const flipped: Readonly<Record<Order, Order>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
const negated: Readonly<Record<Order, Order>> = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' };

function testOf(core: CoreExpr): Test | undefined {
  if (core.op === 'not') {
    const inner = testOf(core.of);
    // What is no number is neither below nor above.
    if (inner === undefined || inner.order === '==' || inner.constant.kind === 'float') return undefined;
    return { ...inner, order: negated[inner.order] };
  }
  if (core.op !== 'compare' && core.op !== 'equal') return undefined;
  const order = core.op === 'equal' ? '==' : core.order;
  if (core.right.op === 'const') return { of: core.left, order, constant: core.right.value };
  if (core.left.op !== 'const') return undefined;
  return { of: core.right, order: order === '==' ? order : flipped[order], constant: core.left.value };
}

function numberOf(constant: Const): number | bigint | undefined {
  switch (constant.kind) {
    case 'int':
    case 'uint':
    case 'float':
      return constant.value;
    case 'quantity':
      return constant.amount;
    case 'duration':
    case 'timestamp':
      return constant.nanos;
    default:
      return undefined;
  }
}

function higher(known: Bound | undefined, bound: Bound): Bound {
  if (known === undefined || bound.value > known.value) return bound;
  return bound.value === known.value && bound.open ? bound : known;
}

function lower(known: Bound | undefined, bound: Bound): Bound {
  if (known === undefined || bound.value < known.value) return bound;
  return bound.value === known.value && bound.open ? bound : known;
}

function isEmpty({ from, to }: Range): boolean {
  if (from === undefined || to === undefined) return false;
  if (typeof from.value === 'bigint' && typeof to.value === 'bigint') {
    // Whole numbers: an open bound is the next number.
    return from.value + (from.open ? 1n : 0n) > to.value - (to.open ? 1n : 0n);
  }
  return from.value > to.value || (from.value === to.value && (from.open || to.open));
}
