// What rules ask of who calls, against what an enforcer can know of it. An enforcer that does not know who calls would see an empty
// text, and a rule that asks for somebody would never hold: that is a gap, no rule that passes everybody.

import { coreChildren } from '@rdp/language';
import type { CoreExpr, CoreRule, DeployModel } from '@rdp/language';
import type { Enforcer } from './enforcers.ts';

/** Settings of a route that name the header which tells a fact. */
const headerSettings: Readonly<Record<string, string>> = { id: 'client_id', subject: 'client_subject' };

/** The first fact of the caller that one of `rules` depends on and the enforcer does not know, as a reason; none otherwise. */
export function unknownCaller(
  { point, knows }: Enforcer,
  route: DeployModel['routes'][number],
  rules: readonly CoreRule[],
): string | undefined {
  const asked = new Set(rules.flatMap((rule) => decidingParts(rule).flatMap(callerFields)));
  const unknown = [...asked]
    .toSorted()
    .find((name) => !knows.has(name) && !route.settings.has(headerSettings[name] ?? ''));
  if (unknown === undefined) return undefined;
  const setting = headerSettings[unknown];
  const remedy =
    setting === undefined ? '' : `: name the header that tells it (\`${setting} "x-authenticated-${unknown}"\`)`;
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
