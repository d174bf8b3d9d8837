// Programs → those of one enforcer on one cluster: the entrypoints of the surfaces that it carries, without the rules that the cluster
// enforces by itself and those that are gaps there. Nothing that an enforcer does not need is in its bundle, no rule is enforced twice,
// and none in part.
// INVARIANT: rules keep their indexes, because they refer to one another by them; one that is left out never fires.

import type { CoreExpr, CoreProgram, CoreRule } from '@rdp/language';
import { isOurs, type ClusterPlan, type DeployPlan } from './plan.ts';

/** The programs for the enforcer `via`; empty when it carries nothing with rules. */
export function enforcerPrograms(
  programs: readonly CoreProgram[],
  { deploy }: DeployPlan,
  options: { readonly via: string; readonly cluster: ClusterPlan },
): readonly CoreProgram[] {
  const surfaces = new Set(deploy.routes.flatMap(({ via, surface }) => (via === options.via ? [surface] : [])));
  const others = new Set(options.cluster.rules.flatMap((planned) => (isOurs(planned) ? [] : [planned.rule])));
  const kept = new Map<readonly CoreRule[], readonly CoreRule[]>();
  // Forms of one event share their rules, and have to go on doing so.
  const rulesOf = (rules: readonly CoreRule[]): readonly CoreRule[] => {
    const known = kept.get(rules) ?? rules.map((rule) => (others.has(rule) ? silenced(rule) : rule));
    kept.set(rules, known);
    return known;
  };
  return programs.flatMap((program) => {
    if (program.package !== deploy.package) return [];
    const entrypoints = program.entrypoints
      .filter(({ surface }) => surfaces.has(surface))
      .map((entrypoint) => ({ ...entrypoint, rules: rulesOf(entrypoint.rules) }));
    const known = program.surfaces?.filter(({ name }) => surfaces.has(name)) ?? [];
    return entrypoints.length === 0 ? [] : [{ ...program, entrypoints, surfaces: known }];
  });
}

const never: CoreExpr = { op: 'const', value: { kind: 'bool', value: false }, type: { kind: 'bool' } };

function silenced(rule: CoreRule): CoreRule {
  return { ...rule, condition: never, finds: [], scores: [], exemptions: [], facts: [] };
}
