// Events whose rules look for more than the engine has room for: the programs of their patterns together.

import { eventBudget, programSize, sizeInWords } from '../../pattern-syntax/program-size.ts';
import type { BoundEvent } from '../bind/bind-entrypoint.ts';
import type { Binder } from '../bind/binder.ts';
import { report } from '../bind/binder.ts';
import { placeOf } from '../bind/placed-rule.ts';
import type { CoreExpr, CorePattern, CoreRule } from '../core.ts';
import { patternNode } from '../pattern-node.ts';
import { coreChildren } from '../walk-core.ts';
import type { RuleSummary } from './rule-summary.ts';

/** Reports an event whose patterns are too large together, at a rule that asks for the largest. */
export function checkEventBudget(
  binder: Binder,
  { entrypoint, rules }: BoundEvent,
  summaries: readonly RuleSummary[],
): void {
  const patterns = new Map<string, { readonly pattern: CorePattern; readonly rule: number }>();
  summaries.forEach((summary, index) => {
    for (const pattern of summary.patterns)
      if (!patterns.has(pattern.name)) patterns.set(pattern.name, { pattern, rule: index });
  });
  const rows = [...patterns.values()];
  // Nearly always enough, and nothing has to be parsed for it.
  if (rows.reduce((sum, { pattern }) => sum + roughSize(pattern.body), 0) <= eventBudget) return;
  const sized = rows.map((row) => ({ ...row, size: sizeOf(row.pattern.body) }));
  const size = sized.reduce((sum, row) => sum + row.size, 0);
  const [largest] = sized.toSorted((a, b) => b.size - a.size);
  const declared = largest && rules[largest.rule];
  if (size <= eventBudget || !declared) return;
  report(binder, 'event-too-large', placeOf(declared), {
    event: `${entrypoint.surface}.${entrypoint.event}`,
    size: sizeInWords(size),
    budget: sizeInWords(eventBudget),
    pattern: largest.pattern.kind,
    largest: sizeInWords(largest.size),
  });
}

/** The patterns that a rule looks for. */
export function patternsIn(rule: CoreRule): readonly CorePattern[] {
  const { condition, finds, scores, exemptions } = rule;
  const exprs = [...(condition ? [condition] : []), ...scores.map((score) => score.condition), ...exemptions];
  return [...finds.flatMap((find) => find.patterns), ...exprs.flatMap(askedIn)];
}

function askedIn(expr: CoreExpr): readonly CorePattern[] {
  const own = expr.op === 'matches' ? expr.patterns : [];
  return [...own, ...coreChildren(expr).flatMap(askedIn)];
}

/** No less than the size of a pattern that does not repeat groups. */
function roughSize(body: CorePattern['body']): number {
  const known = roughSizes.get(body);
  if (known !== undefined) return known;
  const size = guessSize(body);
  roughSizes.set(body, size);
  return size;
}

const roughSizes = new WeakMap<CorePattern['body'], number>();

function guessSize(body: CorePattern['body']): number {
  if (body.kind === 'words') return body.words.reduce((sum, word) => sum + 80 + 4 * word.length, 0);
  return /\)\{\d/.test(body.regex) ? sizeOf(body) : body.regex.length * 20;
}

const sizes = new WeakMap<CorePattern['body'], number>();

function sizeOf(body: CorePattern['body']): number {
  const node = sizes.has(body) ? undefined : patternNode(body);
  const size = sizes.get(body) ?? (node ? programSize(node) : 0);
  sizes.set(body, size);
  return size;
}
