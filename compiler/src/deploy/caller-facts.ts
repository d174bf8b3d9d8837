// What rules ask of who calls, against what an enforcer can know of it. An enforcer that does not know who calls would see an empty
// text, and a rule that asks for somebody would never hold: that is a gap, no rule that passes everybody.

import { coreChildren } from '@rdp/language';
import type { CoreExpr, CoreRule, DeployModel } from '@rdp/language';
import type { Enforcer } from './enforcers.ts';

/** A setting of a route that tells a fact, and how it is written. */
interface Teller {
  readonly setting: string;
  readonly example: string;
}

/** Settings of proxies' routes that name the header which tells a fact. */
const headers: Readonly<Record<string, Teller>> = {
  id: { setting: 'client_id', example: 'name the header that tells it (`client_id "x-authenticated-id"`)' },
  subject: {
    setting: 'client_subject',
    example: 'name the header that tells it (`client_subject "x-authenticated-subject"`)',
  },
};

/** Those of our gateway's. */
const ofGateway: Readonly<Record<string, Teller>> = {
  subject: { setting: 'jwt_keys', example: 'name the keys of callers\' tokens (`jwt_keys "https://…"`)' },
  workload: {
    setting: 'client_workload',
    example: 'name the header in which a mesh tells it (`client_workload "x-forwarded-client-cert"`)',
  },
};

/** Whether what decides over `rules` reads a field of the caller. */
export function dependsOnCaller(rules: readonly CoreRule[], field: string): boolean {
  return rules.some((rule) => decidingParts(rule).some((part) => callerFields(part).includes(field)));
}

/** Whether the gateway of a deployment asks the cluster whose pod calls: where no mesh tells it, which then speaks for all its routes. */
export function asksCluster({ routes }: DeployModel): boolean {
  return !routes.some(({ via, settings }) => via === 'gateway' && settings.has('client_workload'));
}

/** The first fact of the caller that one of `rules` depends on and the enforcer does not know, as a reason; none otherwise. */
export function unknownCaller(
  { point, knows: always }: Enforcer,
  { deploy, route }: { readonly deploy: DeployModel; readonly route: DeployModel['routes'][number] },
  rules: readonly CoreRule[],
): string | undefined {
  const knows = route.via === 'gateway' && asksCluster(deploy) ? new Set([...always, 'workload']) : always;
  const asked = new Set(rules.flatMap((rule) => decidingParts(rule).flatMap(callerFields)));
  const tellers = route.via === 'gateway' ? ofGateway : headers;
  const unknown = [...asked]
    .toSorted()
    .find((name) => !knows.has(name) && !route.settings.has(tellers[name]?.setting ?? ''));
  if (unknown === undefined) return undefined;
  const teller = tellers[unknown];
  const remedy = teller === undefined ? '' : `: ${teller.example}`;
  return `${point} does not know \`client.${unknown}\`${remedy}`;
}

/** What decides whether a rule fires. */
function decidingParts({ condition, exemptions, scores, action }: CoreRule): readonly CoreExpr[] {
  const key = action?.kind === 'limit' ? [action.key] : [];
  return [
    ...(condition === undefined ? [] : [condition]),
    ...exemptions,
    ...scores.map((score) => score.condition),
    ...key,
  ];
}

/** Names of the fields of `client` that are read. */
function callerFields(expr: CoreExpr): readonly string[] {
  const own = expr.op === 'field' && expr.of.op === 'field' && expr.of.field.name === 'client' ? [expr.field.name] : [];
  return [...own, ...coreChildren(expr).flatMap(callerFields)];
}
