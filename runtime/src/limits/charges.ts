// The limits of a decision, and what is known of the call → charges; what a model counted in the end → what they came to.
//
// INVARIANT: whatever is not known yet is at least estimated: tokens and dollars by the text that goes to the model, as the decision
// says; only an answer changes that. A cost that is no number counts as the whole amount.

import type { Limit } from '../contract/index.ts';
import type { Usage } from '../enforce/carry-out.ts';
import type { Charge } from './limit-store.ts';

/** What a call is charged, before it goes on. `scope` and rule are the limit's identity; `size` is the body's in bytes. */
export function chargeOf(limit: Limit, { scope, size }: { readonly scope: string; readonly size: number }): Charge {
  const { rule, key, unit, amount, window } = limit;
  const cost = unit === 'size' ? size : unit === 'requests' ? 1 : (limit.cost ?? 0);
  const isWhole = Number.isSafeInteger(cost) && cost >= 0;
  return { scope, rule, key, unit, amount, window, cost: isWhole ? cost : amount };
}

/** What a charge came to: tokens, or millionths of a dollar rounded up; what nobody counts stays as it was. */
export function settledCost(limit: Limit, charge: Charge, usage: Usage): number {
  const { input, output } = usage;
  if (charge.unit === 'tokens') return (input ?? charge.cost) + output;
  if (charge.unit !== 'usd' || limit.price === undefined) return charge.cost;
  const [sent, received] = limit.price;
  return input === undefined
    ? charge.cost + Math.ceil((output * received) / 1_000_000)
    : Math.ceil((input * sent + output * received) / 1_000_000);
}

/** Whether an answer's usage tells what the charge came to. */
export function isSettled({ unit }: Charge): boolean {
  return unit === 'tokens' || unit === 'usd';
}
