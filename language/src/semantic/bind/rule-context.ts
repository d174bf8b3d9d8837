// What the clauses of one rule share: the names that it sees, what its condition establishes, and the other rules of its
// event. Every expression of a rule goes through here.

import type { Expr, Template } from '../../syntax/ast.ts';
import type { CoreExpr } from '../core.ts';
import { factsOf } from '../infer/facts.ts';
import type { Facts } from '../infer/context.ts';
import type { Scope } from '../scope.ts';
import type { FileUnit } from '../symbols.ts';
import type { Type } from '../types.ts';
import type { EventScope, SurfaceEvent } from './bind-event.ts';
import type { Binder } from './binder.ts';
import { warnOfBraces } from './braces-in-text.ts';
import { inferBool, inferText, inferValue } from './expressions.ts';
import type { PlacedRule } from './placed-rule.ts';

const plainText: Type = { kind: 'string', sensitive: false };

export interface RuleContext {
  readonly binder: Binder;
  readonly unit: FileUnit;
  readonly event: SurfaceEvent;
  readonly names: EventScope;
  /** What the policy itself sees over the names of a file. */
  readonly namesIn: (outer: Scope) => EventScope;
  /** The event's rules, in order: a rule's index is its place here. */
  readonly rules: readonly PlacedRule[];
  /** Indexes of the rules that each rule names in its conditions. */
  readonly references: readonly ReadonlySet<number>[];
  readonly index: number;
  /** What holds when the rule fires. */
  readonly facts: Facts;
}

/** The value of an expression of the rule. `place`: where it goes, for sensitive text. */
export function valueIn(ctx: RuleContext, expr: Expr, expected: Type, place?: string): CoreExpr {
  const { binder, unit, facts } = ctx;
  const scope = ctx.names.scope;
  const core = inferValue(binder, { unit, expr, scope, expected, facts, ...(place === undefined ? {} : { place }) });
  return ctx.names.close(core);
}

/** The text that says who or what is meant: a target, a key, an end of a flow. */
export function namedIn(ctx: RuleContext, expr: Expr, place: string): CoreExpr {
  warnOfBraces({ binder: ctx.binder, unit: ctx.unit, scope: ctx.names.scope }, expr);
  return valueIn(ctx, expr, plainText, place);
}

/** A condition of the rule; undefined when it is at fault. */
export function conditionIn(ctx: RuleContext, expr: Expr): CoreExpr | undefined {
  const core = inferBool(ctx.binder, { unit: ctx.unit, expr, scope: ctx.names.scope, facts: ctx.facts });
  return core && ctx.names.close(core);
}

/** A message of the rule, in `scope` if it sees more than the rule does. */
export function textIn(ctx: RuleContext, template: Template, place: string, scope?: Scope): CoreExpr {
  const { binder, unit, facts } = ctx;
  return ctx.names.close(inferText(binder, { unit, template, scope: scope ?? ctx.names.scope, facts, place }));
}

/** The context behind a condition that holds. */
export function assuming(ctx: RuleContext, condition: CoreExpr): RuleContext {
  const facts = new Map(ctx.facts);
  for (const [key, fact] of factsOf(condition, 'true')) facts.set(key, { ...facts.get(key), ...fact });
  return { ...ctx, facts };
}

/** Both conditions, where there are both. */
export function allOf(first: CoreExpr | undefined, second: CoreExpr | undefined): CoreExpr | undefined {
  if (!first || !second) return first ?? second;
  return { op: 'and', left: first, right: second, type: { kind: 'bool' } };
}
