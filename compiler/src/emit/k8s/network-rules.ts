// The rules of a `net` surface on one cluster → which of them network policies say, and the policies. The plan asks for the first
// (`networkPolicyFates`), the manifests for the second, of the same function, so that the two cannot disagree.

import type { CoreEntrypoint, CoreRule } from '@rdp/language';
import type { NativeFate } from '../../deploy/plan.ts';
import type { ClusterTarget } from '../../deploy/targets.ts';
import { denyNetworks, egressObjects, type EgressObjects } from './egress-policy.ts';
import { egressRule, type EgressRule } from './egress-rule.ts';
import type { KubernetesObject } from './object.ts';

/** For each rule of a surface what network policies make of it on a cluster. */
export function networkPolicyFates(target: ClusterTarget, entrypoint: CoreEntrypoint): readonly NativeFate[] {
  return ruleObjects(target, entrypoint).map((made) =>
    made.kind === 'objects' ? { kind: 'native', point: made.point } : made,
  );
}

/** The policies of all rules that can be said; `own` is the namespace of the enforcers, which has policies of its own. */
export function networkPolicyObjects(
  target: ClusterTarget,
  entrypoint: CoreEntrypoint,
  own: string,
): readonly KubernetesObject[] {
  return ruleObjects(target, entrypoint, own).flatMap((made) => (made.kind === 'objects' ? made.objects : []));
}

function ruleObjects(
  target: ClusterTarget,
  { rules, surface }: CoreEntrypoint,
  own?: string,
): readonly EgressObjects[] {
  const lists: (readonly string[])[] = [];
  return rules.map((rule) => {
    // A rule that only reports is no network policy: those that are written are in force.
    if (rule.verb !== 'defend') return { kind: 'refused', reason: 'a network policy reports nothing' };
    if (rule.mode !== 'enforce') return { kind: 'refused', reason: `a network policy cannot \`${rule.mode}\`` };
    const asked = egressRule(rule);
    if (asked.kind !== 'allow-names') return objectsOf(target, { rule, surface, asked, own });
    // Policies add up: what one list allows, another cannot take away.
    const meets = lists.some((other) => meet(other, asked.namespaces));
    if (meets)
      return {
        kind: 'refused',
        reason: 'another rule lists what these workloads may reach, and network policies add up',
      };
    const made = objectsOf(target, { rule, surface, asked, own });
    if (made.kind === 'objects') lists.push(asked.namespaces);
    return made;
  });
}

interface Asked {
  readonly rule: CoreRule;
  readonly surface: string;
  readonly asked: EgressRule;
  readonly own: string | undefined;
}

function objectsOf(target: ClusterTarget, { rule, surface, asked, own }: Asked): EgressObjects {
  const name = objectName(`${surface}-${rule.name}`);
  switch (asked.kind) {
    case 'refused':
      return asked;
    case 'deny-addresses':
      return denyNetworks(target, { name, networks: asked.networks, namespaces: asked.namespaces });
    case 'allow-names': {
      const { names, cluster, namespaces } = asked;
      const shared = { name, component: 'egress', pods: {}, names, cluster, ports: [] };
      if (namespaces.length === 0) {
        const { systemNamespaces } = target;
        const except = [...new Set([...systemNamespaces, ...(own === undefined ? [] : [own])])].toSorted();
        return egressObjects(target, { ...shared, where: { kind: 'cluster', except } });
      }
      const each = namespaces
        .toSorted()
        .map((namespace) => egressObjects(target, { ...shared, where: { kind: 'namespace', name: namespace } }));
      const [first] = each;
      if (first?.kind !== 'objects') return first ?? { kind: 'refused', reason: 'the rule concerns no namespace' };
      return { ...first, objects: each.flatMap((made) => (made.kind === 'objects' ? made.objects : [])) };
    }
  }
}

/** Whether two lists of namespaces, empty for all, have one in common. */
function meet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === 0 || b.length === 0 || a.some((name) => b.includes(name));
}

/** `Egress-OnlyApproved` as a name of Kubernetes: `egress-only-approved`. */
export function objectName(words: string): string {
  return words
    .replaceAll(/([a-z0-9])([A-Z])/gu, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .replaceAll(/^-+|-+$/gu, '')
    .slice(0, 50)
    .replace(/-+$/u, '');
}
