// Expressions of a policy → why an API server would stop evaluating them, if it might for objects within the bounds of `cel-cost.ts`.
// A policy that is stopped denies; a rule that may cost that much for an ordinary object belongs in the webhook.

import type { Cel } from '../cel/cel.ts';
import { bounds, celCost, expressionBudget, matchBudget, policyBudget, type CelCost } from '../cel/cel-cost.ts';
import type { CelVariable } from '../cel/emission.ts';

/** All expressions of one policy. */
export interface PolicyExpressions {
  readonly conditions: readonly Cel[];
  /** Each is evaluated once at most, and may name those ahead of it. */
  readonly variables: readonly CelVariable[];
  readonly expressions: readonly Cel[];
}

/** What the expressions may cost at most, one by one. */
export interface PolicyCost {
  readonly conditions: readonly number[];
  readonly variables: readonly number[];
  readonly expressions: readonly number[];
}

/** The bounds of a policy's expressions. */
export function policyCost({ conditions, variables, expressions }: PolicyExpressions): PolicyCost {
  const sizes = new Map<string, CelCost>();
  const costOf = (expr: Cel): number => celCost(expr, sizes).cost;
  const ahead = conditions.map(costOf);
  const named = variables.map(({ name, expression }) => {
    const cost = celCost(expression, sizes);
    sizes.set(`variables.${name}`, cost);
    return cost.cost;
  });
  return { conditions: ahead, variables: named, expressions: expressions.map(costOf) };
}

/** Why the policy may be stopped; undefined when it cannot. */
export function budgetFault(cost: PolicyCost): string | undefined {
  const within = `with lists of ${bounds.items} and texts of ${bounds.text} characters`;
  const most = Math.max(0, ...cost.conditions, ...cost.variables, ...cost.expressions);
  if (most > expressionBudget) return `CEL may cost ${most} ${within}, and an API server stops at ${expressionBudget}`;
  const ahead = sumOf(cost.conditions);
  if (ahead > matchBudget)
    return `match conditions may cost ${ahead} ${within}, and an API server stops at ${matchBudget}`;
  const all = sumOf([...cost.variables, ...cost.expressions]);
  return all > policyBudget
    ? `the policy may cost ${all} ${within}, and an API server stops at ${policyBudget}`
    : undefined;
}

function sumOf(costs: readonly number[]): number {
  return costs.reduce((total, cost) => total + cost, 0);
}
