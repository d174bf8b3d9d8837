// A route that lets WebSockets through → the rules that their messages pass: a gateway decides on the request that asks for one, and sees nothing
// of what follows.

import { coreChildren } from '@rdp/language';
import type { CoreExpr, CoreRule, DeployModel } from '@rdp/language';

/** Why a rule does not hold for messages of WebSockets; undefined where the request alone is what it is about. */
export function passedByMessages(
  route: DeployModel['routes'][number],
  event: string,
  rules: readonly CoreRule[],
): string | undefined {
  if (route.via !== 'gateway' || route.settings.get('websockets') !== true) return undefined;
  const isPassed =
    event !== 'request' ||
    rules.some(({ action }) => action?.kind === 'limit' && action.unit !== 'requests') ||
    rules.flatMap(expressionsOf).some(readsBody);
  return isPassed ? '`websockets true` lets messages past it, which nobody sees' : undefined;
}

function expressionsOf({ condition, exemptions, finds, scores, action }: CoreRule): readonly CoreExpr[] {
  return [
    ...(condition === undefined ? [] : [condition]),
    ...exemptions,
    ...finds.map(({ texts }) => texts),
    ...scores.map((score) => score.condition),
    ...(action?.kind === 'limit' ? [action.key] : []),
  ];
}

/** What has a body has one name for it. */
function readsBody(expr: CoreExpr): boolean {
  return (expr.op === 'field' && expr.field.name === 'body') || coreChildren(expr).some(readsBody);
}
