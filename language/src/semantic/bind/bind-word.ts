// A word of a closed list to itself: a mode, a severity, an answer to an error. What is written and not in the list is said to be unknown.

import type { Name } from '../../syntax/ast.ts';
import { didYouMean, report } from './binder.ts';
import type { RuleContext } from './rule-context.ts';

/** The word, or the fallback where there is none or another one. */
export function bindWord<W extends string>(
  ctx: RuleContext,
  written: Name | undefined,
  options: { readonly known: readonly W[]; readonly fallback: W; readonly what: string },
): W {
  const found = options.known.find((word) => word === written?.text);
  if (found === undefined && written !== undefined && written.text !== '') {
    const extra = didYouMean(ctx.unit, written, options.known);
    const holes = {
      what: options.what,
      name: written.text,
      known: options.known.map((word) => `\`${word}\``).join(', '),
    };
    report(ctx.binder, 'unknown-word', { unit: ctx.unit, node: written }, holes, extra);
  }
  return found ?? options.fallback;
}
