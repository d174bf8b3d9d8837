// `limit` to core: amounts and windows are constants, so that an enforcer can be set up before the first request; keys and prices are
// worked out for each event.
//
// INVARIANT: an amount in dollars has a price, so that every limit counts something. A price that has no value (a model that is
// not in the table) is an error of the rule, and that blocks.

import type { Action, Expr } from '../../syntax/ast.ts';
import type { BuiltinId } from '../builtins.ts';
import type { CoreAction, CoreExpr } from '../core.ts';
import type { Type } from '../types.ts';
import { amountOf } from '../infer/conversions.ts';
import { bindWord } from './bind-word.ts';
import { report } from './binder.ts';
import { inferConst, inferValue, typeText } from './expressions.ts';
import type { RuleContext } from './rule-context.ts';
import { namedIn } from './rule-context.ts';
import { failures } from './rule-words.ts';

type Limit = Extract<Action, { kind: 'limit' }>;

const intType: Type = { kind: 'int' };
const dollars: Type = { kind: 'quantity', unit: 'usd' };

/** The action; undefined when it is at fault. */
export function bindLimit(ctx: RuleContext, action: Limit): CoreAction | undefined {
  const { binder, unit } = ctx;
  const scope = ctx.names.scope;
  const amountCore = inferValue(binder, { unit, expr: action.amount, scope });
  const window = inferConst(binder, { unit, expr: action.per, scope, expected: { kind: 'duration' } });
  const key = namedIn(ctx, action.by, 'the key of a limit');
  const priceOf = (expr: Expr): CoreExpr =>
    inferValue(binder, { unit, expr, scope, facts: ctx.facts, expected: dollars });
  const price = action.price && { input: priceOf(action.price[0]), output: priceOf(action.price[1]) };
  const onError = bindWord(ctx, action.onError, { known: failures, fallback: 'block', what: 'answer to an error' });
  if (amountCore.type.kind === 'unknown') return undefined;
  if (amountCore.type.kind !== 'quantity') {
    const found = typeText(amountCore.type);
    report(binder, 'limit-without-unit', { unit, node: action.amount }, { found });
    return undefined;
  }
  const amount = inferConst(binder, { unit, expr: action.amount, scope, expected: amountCore.type });
  if (amount?.kind !== 'quantity' || window?.kind !== 'duration') return undefined;
  if (amount.amount <= 0n) {
    report(binder, 'invalid-limit', { unit, node: action.amount }, { what: 'an amount above zero' });
    return undefined;
  }
  const seconds = window.nanos / 1_000_000_000n;
  if (seconds * 1_000_000_000n !== window.nanos || seconds < 1n || seconds > 31_536_000n) {
    report(binder, 'invalid-limit', { unit, node: action.per }, { what: 'a window of whole seconds, at most a year' });
    return undefined;
  }
  const isPriced = amount.unit === 'usd';
  if (isPriced !== (price !== undefined)) {
    const what = isPriced
      ? 'a price, to count dollars: `at 1.25 usd, 10 usd` for a million tokens in and out'
      : 'an amount in dollars, to have a price';
    report(binder, 'invalid-limit', { unit, node: action.amount }, { what });
    return undefined;
  }
  if (price !== undefined && tokensOf(ctx) === undefined) {
    report(binder, 'invalid-limit', { unit, node: action.amount }, { what: 'an event with tokens, to count dollars' });
    return undefined;
  }
  return {
    kind: 'limit',
    unit: amount.unit,
    amount: amount.amount,
    window: Number(seconds),
    key,
    cost: limitCost(ctx, amount.unit, price),
    price: price && { input: ctx.names.close(price.input), output: ctx.names.close(price.output) },
    onError,
  };
}

/** What one event costs: a request is one request; tokens are known where the event has them, and dollars are of tokens. */
function limitCost(ctx: RuleContext, unit: string, price: Price | undefined): CoreExpr | undefined {
  if (unit === 'requests') return whole(1n);
  const tokens = tokensOf(ctx);
  if (tokens === undefined || (unit !== 'tokens' && price === undefined)) return undefined;
  return ctx.names.close(price === undefined ? tokens : costOf(ctx, tokens, price));
}

interface Price {
  readonly input: CoreExpr;
  readonly output: CoreExpr;
}

/** Millionths of a dollar, rounded up: of what a model counted where the event has that, otherwise of the tokens that go to it. */
function costOf(ctx: RuleContext, tokens: CoreExpr, { input, output }: Price): CoreExpr {
  const usage = ctx.names.has('usage') ? valueNamed(ctx, 'usage') : undefined;
  const fields = usage?.type.kind === 'record' ? usage.type.record.fields() : undefined;
  const [sent, received] = ['input', 'output'].map((name) => fields?.get(name));
  const sum =
    usage !== undefined && sent?.type.kind === 'int' && received?.type.kind === 'int'
      ? call('int_add', [
          call('int_mul', [{ op: 'field', of: usage, field: sent, type: intType }, amountOf(input)]),
          call('int_mul', [{ op: 'field', of: usage, field: received, type: intType }, amountOf(output)]),
        ])
      : call('int_mul', [tokens, amountOf(input)]);
  return call('int_div', [call('int_add', [sum, whole(999_999n)]), whole(1_000_000n)]);
}

function tokensOf(ctx: RuleContext): CoreExpr | undefined {
  const tokens = ctx.names.has('tokens') ? valueNamed(ctx, 'tokens') : undefined;
  return tokens?.type.kind === 'int' ? tokens : undefined;
}

function valueNamed(ctx: RuleContext, name: string): CoreExpr | undefined {
  const binding = ctx.names.scope.lookup(name);
  return binding?.kind === 'value' ? binding.core : undefined;
}

function whole(value: bigint): CoreExpr {
  return { op: 'const', value: { kind: 'int', value }, type: intType };
}

function call(builtin: BuiltinId, args: readonly CoreExpr[]): CoreExpr {
  return { op: 'call', builtin, args, type: intType };
}
