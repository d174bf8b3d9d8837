// What an enforcer needs of its cluster and of its deployment to carry out a rule, beside what it can do by itself: somewhere to fetch
// a filter from, an Istio that takes one, somebody who counts, something that isolates. What is missing is a gap with its reason.

import type { CoreRule, DeployModel } from '@rdp/language';
import { quarantinePolicy } from '../emit/k8s/quarantine.ts';
import { readProxyLimit } from '../emit/k8s/proxy-limit.ts';
import type { ClusterTarget } from './targets.ts';

/** Where a rule is to be enforced. */
export interface PlaceOfRule {
  readonly deploy: DeployModel;
  readonly route: DeployModel['routes'][number];
  readonly target: ClusterTarget;
}

/** Why a route does nothing at all on a cluster; `absent`: nothing of the policy is at fault, something has to be said or built. */
export function routeLack({
  deploy,
  route,
  target,
}: PlaceOfRule): { readonly reason: string; readonly absent?: true } | undefined {
  if (route.via !== 'envoy_gateway' && route.via !== 'istio') return undefined;
  if (route.via === 'istio' && target.dataPath.istio.kind === 'none') return { reason: target.dataPath.istio.reason };
  if (deploy.settings.has('registry')) return undefined;
  return {
    reason: 'the deployment names no registry that proxies fetch the filter from (`registry "HOST/PATH"`)',
    absent: true,
  };
}

/** Why a rule that acts cannot act on a cluster; one line. */
export function ruleLack({ route, target }: PlaceOfRule, rule: CoreRule): string | undefined {
  const proxied = route.via === 'envoy_gateway' || route.via === 'istio' || route.via === 'proxy';
  if (rule.action?.kind === 'limit' && proxied) {
    const read = readProxyLimit(rule);
    return read.kind === 'refused' ? read.reason : undefined;
  }
  // Our gateway holds by itself, and isolates nothing.
  if (rule.action?.kind !== 'quarantine' || route.via === 'gateway') return undefined;
  const isolating = quarantinePolicy(target);
  return isolating.kind === 'refused' ? isolating.reason : undefined;
}
