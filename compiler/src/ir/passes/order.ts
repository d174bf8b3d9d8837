// From an entrypoint's rules to an order in which each rule comes after those that decide it; otherwise source order is kept.
// INVARIANT: rules do not name one another in a cycle (the checker refuses it).

import type { CoreRule } from '@rdp/language';
import { neededRules } from '../walk-core.ts';

/** Indexes of `rules`, named rules first. */
export function orderRules(rules: readonly CoreRule[]): readonly number[] {
  const order: number[] = [];
  const seen = new Set<number>();
  const place = (index: number): void => {
    const rule = rules[index];
    if (!rule || seen.has(index)) return;
    seen.add(index);
    for (const named of neededRules(rule)) place(named);
    order.push(index);
  };
  for (let index = 0; index < rules.length; index++) place(index);
  return order;
}
