// A plan → what is at fault with it: rules that are to be enforced and that nothing in the deployment can enforce, or not everywhere.
// A gap that the deployment accepts, and one for which this version lacks the enforcer, are no fault of the policy: the report has them.

import { diagnose, type Diagnostic } from '@rdp/language';
import { actsOn, type DeployPlan, type PlannedRule } from './plan.ts';

/** `enforcement-gap` where a rule has no enforcer at all, `partial-enforcement` where it has none on some clusters. */
export function checkGaps({ deploy, clusters }: DeployPlan): readonly Diagnostic[] {
  const [first] = clusters;
  return (first?.rules ?? []).flatMap((_, index): readonly Diagnostic[] => {
    const everywhere = clusters.flatMap(({ target, rules }) => {
      const planned = rules[index];
      return planned === undefined ? [] : [{ cluster: target.name, planned }];
    });
    const [{ planned: any } = { planned: undefined }] = everywhere;
    if (any === undefined || !actsOn(any.rule)) return [];
    const gaps = everywhere.filter(({ planned }) => isFault(planned));
    if (gaps.length === 0) return [];
    const { name: rule, span } = any.rule;
    const reason = [...new Set(gaps.map(({ planned }) => planned.reason ?? ''))].join('; ');
    const holes = { rule, reason, deploy: deploy.name };
    if (gaps.length === everywhere.length) return [diagnose('enforcement-gap', span, holes)];
    const where = gaps.map(({ cluster }) => `\`${cluster}\``).join(', ');
    return [diagnose('partial-enforcement', span, { ...holes, clusters: where })];
  });
}

function isFault({ status, absent }: PlannedRule): boolean {
  return status === 'gap' && !absent;
}
