// A `limit` rule → what Envoy's rate limit service counts by itself: requests of each address, of any method or of some, by the second,
// minute, hour or day. Anything else is refused with the reason. Paths among it: a proxy compares what is written, the policy what is
// documented, and the two differ where somebody wants them to.

import type { CoreEntrypoint, CoreExpr, CoreRule } from '@rdp/language';

/** A limit that proxies count together. */
export interface ProxyLimit {
  /** Name of the rule. */
  readonly rule: string;
  /** Requests. */
  readonly amount: number;
  readonly unit: 'Second' | 'Minute' | 'Hour' | 'Day';
  /** Methods that are counted; all when empty. */
  readonly methods: readonly string[];
}

/** The reading of one rule. */
export type ProxyLimitReading =
  | { readonly kind: 'limit'; readonly limit: ProxyLimit }
  /** One line, lower-case, no final stop. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Windows that the service counts in, in seconds. */
const units: ReadonlyMap<number, ProxyLimit['unit']> = new Map([
  [1, 'Second'],
  [60, 'Minute'],
  [3600, 'Hour'],
  [86_400, 'Day'],
]);

/** The methods that Envoy Gateway's and Gateway API's enums have. */
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']);

/** Reads a rule whose action is `limit`. */
export function readProxyLimit(rule: CoreRule): ProxyLimitReading {
  const { action, condition, exemptions, finds, scores, name } = rule;
  if (action?.kind !== 'limit') return refused('it limits nothing');
  const unit = units.get(action.window);
  if (unit === undefined) return refused("Envoy's rate limit service counts by the second, minute, hour or day alone");
  if (action.unit !== 'requests') return refused("Envoy's rate limit service counts requests, and knows no other cost");
  if (action.amount > 4_294_967_295n) return refused("Envoy's rate limit service counts to 4294967295");
  if (pathOf(action.key) !== 'client.ip') return refused("Envoy's rate limit service counts by `client.ip` alone");
  if (exemptions.length + finds.length + scores.length > 0) {
    return refused("Envoy's rate limit service knows no patterns, scores or exemptions");
  }
  const methods = condition === undefined ? [] : methodsOf(condition);
  if (methods === undefined) return refused("Envoy's rate limit service tells requests by their method alone");
  return { kind: 'limit', limit: { rule: name, amount: Number(action.amount), unit, methods } };
}

/** The limits of an event that are in force and can be counted. */
export function proxyLimits({ rules }: CoreEntrypoint): readonly ProxyLimit[] {
  return rules.flatMap((rule) => {
    if (rule.action?.kind !== 'limit' || rule.mode !== 'enforce') return [];
    const read = readProxyLimit(rule);
    return read.kind === 'limit' ? [read.limit] : [];
  });
}

/** The methods that a condition holds for; undefined where it asks for something else. */
function methodsOf(expr: CoreExpr): readonly string[] | undefined {
  // What a condition could have used of the event and does not.
  if (expr.op === 'let') return methodsOf(expr.body);
  const texts =
    expr.op === 'in-set' && pathOf(expr.value) === 'method'
      ? expr.set.map((value) => (value.kind === 'string' ? value.value : ''))
      : expr.op === 'equal' && pathOf(expr.left) === 'method' && expr.right.op === 'const'
        ? [expr.right.value.kind === 'string' ? expr.right.value.value : '']
        : [];
  return texts.length > 0 && texts.every((text) => knownMethods.has(text)) ? texts.toSorted() : undefined;
}

/** `client.ip` of `input.client.ip`. */
function pathOf(expr: CoreExpr): string | undefined {
  if (expr.op !== 'field') return undefined;
  if (expr.of.op === 'input') return expr.field.name;
  const outer = pathOf(expr.of);
  return outer === undefined ? undefined : `${outer}.${expr.field.name}`;
}

function refused(reason: string): ProxyLimitReading {
  return { kind: 'refused', reason };
}
