// What our gateway has to keep for some outcomes, and what a deployment gives it for that. All its routes are one program: what one of
// them says of stores, pods and people holds for all.

import { coreChildren } from '@rdp/language';
import type { CoreAction, CoreExpr, CoreRule, DeployModel, SettingValue } from '@rdp/language';

/** Whether pods share what they count, ask and hold; or there is one pod; or each is on its own. */
export type Keeping = 'store' | 'one pod' | 'each pod';

/** What the gateway of a deployment keeps things in. */
export function gatewayKeeping({ routes }: DeployModel): Keeping {
  const own = routes.filter(({ via }) => via === 'gateway');
  const said = (name: string): readonly SettingValue[] => own.flatMap(({ settings }) => settings.get(name) ?? []);
  if (said('limits').some((word) => word === 'redis' || word === 'valkey')) return 'store';
  const replicas = said('replicas');
  return replicas.length > 0 && replicas.every((count) => count === 1n) ? 'one pod' : 'each pod';
}

/** Why the gateway of a deployment cannot carry out what it has to keep something for; one line. */
export function gatewayLack(deploy: DeployModel, action: CoreAction): string | undefined {
  const keeping = gatewayKeeping(deploy);
  const remedy = '`limits redis "HOST:PORT"`';
  switch (action.kind) {
    case 'limit':
      return keeping === 'each pod'
        ? `each replica of rdp-gateway counts for itself without a store (${remedy}, or \`replicas 1\`)`
        : undefined;
    case 'approve':
      return keeping === 'each pod'
        ? `who answers at one replica of rdp-gateway answers no call at another without a store (${remedy}, or \`replicas 1\`)`
        : undefined;
    case 'quarantine':
      return keeping === 'store'
        ? undefined
        : `rdp-gateway forgets what is in quarantine when it restarts without a store (${remedy})`;
    default:
      return undefined;
  }
}

/** Who answers for rules: the groups that are asked by name, sorted; and whether somebody has to release. */
export interface People {
  readonly approvers: readonly string[];
  readonly releases: boolean;
}

/** The people that the gateway's rules need; undefined when they need nobody. */
export function peopleFor(deploy: DeployModel, rules: readonly CoreRule[]): People | undefined {
  const actions = rules.flatMap(({ verb, mode, action }) =>
    verb === 'defend' && mode === 'enforce' && action !== undefined && gatewayLack(deploy, action) === undefined
      ? [action]
      : [],
  );
  const asked = actions.flatMap((action) => (action.kind === 'approve' ? [action.by] : []));
  const releases = actions.some(({ kind }) => kind === 'quarantine');
  if (asked.length === 0 && !releases) return undefined;
  return { approvers: [...new Set(asked.flatMap(textsIn))].toSorted(), releases };
}

function textsIn(expr: CoreExpr): readonly string[] {
  const own = expr.op === 'const' && expr.value.kind === 'string' ? [expr.value.value] : [];
  return [...own, ...coreChildren(expr).flatMap(textsIn)];
}
