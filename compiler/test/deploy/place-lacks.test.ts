// What a cluster or a deployment lacks for an enforcer is a gap with the reason, and nothing is reported as enforced that no manifest
// can make true.

import test from 'ava';
import { planText, takes } from './plan-text.ts';

interface Words {
  readonly registry?: string;
  readonly cluster: string;
  readonly route: string;
  readonly rule: string;
}

function fate({ registry = 'registry "registry.example/policies"', cluster, route, rule }: Words): string {
  const { plan } = planText(
    `package shop
surface Api: api {}
surface Cluster: k8s {}
${rule}
deploy production {
  ${registry}
  clusters { ${cluster} }
  ${route}
}`,
    takes({}),
  );
  const [planned] = plan.clusters[0]?.rules ?? [];
  return `${planned?.status ?? ''}: ${planned?.reason ?? planned?.point ?? ''}`;
}

const block = 'defend Stop on Api.request { when method == "TRACE" block }';

test("AKS's Istio takes no filter, others do", (t) => {
  const route = 'Api via istio';
  t.is(fate({ cluster: 'aks "a" {}', route, rule: block }), "gap: AKS's Istio add-on blocks WasmPlugin");
  t.is(fate({ cluster: 'gke "a" {}', route, rule: block }), 'enforced: Istio with proxy.wasm');
  t.is(
    fate({ cluster: 'aks "a" {}', route: 'Api via envoy_gateway', rule: block }),
    'enforced: Envoy Gateway with proxy.wasm',
  );
});

test('a filter has to come from somewhere', (t) => {
  const words = { cluster: 'plain "a" {}', route: 'Api via envoy_gateway', rule: block };
  t.regex(fate({ ...words, registry: '' }), /^gap: the deployment names no registry/u);
});

test('the gateway asks and holds where its pods share what they keep', (t) => {
  const rules = {
    approve: 'defend Ask on Api.request { when method == "POST" approve by "leads" }',
    quarantine: 'defend Hold on Api.request { when method == "TRACE" quarantine client.id }',
    limit: 'defend Rate on Api.request { limit 20 requests per 1m by client.ip }',
  };
  const cases: readonly (readonly [string, Readonly<Record<keyof typeof rules, RegExp>>])[] = [
    [
      '',
      { approve: /^gap: who answers at one replica/u, quarantine: /^gap: .*forgets/u, limit: /^gap: each replica/u },
    ],
    ['{ replicas 1 }', { approve: /^enforced/u, quarantine: /^gap: .*forgets/u, limit: /^enforced/u }],
    ['{ replicas 2 }', { approve: /^gap/u, quarantine: /^gap/u, limit: /^gap/u }],
    ['{ limits redis "redis.shop:6379" }', { approve: /^enforced/u, quarantine: /^enforced/u, limit: /^enforced/u }],
  ];
  for (const [settings, expected] of cases)
    for (const action of ['approve', 'quarantine', 'limit'] as const)
      t.regex(
        // A cluster without a policy that isolates: the gateway needs none.
        fate({ cluster: 'plain "a" {}', route: `Api via gateway ${settings}`, rule: rules[action] }),
        expected[action],
        `${action} ${settings}`,
      );
});

test('what one route of the gateway names is there for all', (t) => {
  const route = 'Api via gateway\n  Other via gateway { limits valkey "store.shop:6379" }';
  const rule = 'surface Other: api {}\ndefend Ask on Api.request { approve by "leads" }';
  t.regex(fate({ cluster: 'plain "a" {}', route, rule }), /^enforced: rdp-gateway/u);
});

test('proxies count what their rate limit service can tell apart', (t) => {
  const limited = (rule: string): string =>
    fate({
      cluster: 'plain "a" {}',
      route: 'Api via envoy_gateway { limits redis "redis.shop:6379", client_id "x-client" }',
      rule: `defend Rate on Api.request { ${rule} }`,
    });
  t.regex(limited('limit 20 requests per 1m by client.ip'), /^enforced/u);
  t.regex(limited('when method in ["POST", "PUT"] limit 20 requests per 1h by client.ip'), /^enforced/u);
  t.regex(limited('limit 20 requests per 90s by client.ip'), /^gap: .*second, minute, hour or day/u);
  t.regex(limited('limit 20 requests per 1m by client.id'), /^gap: .*by `client\.ip` alone/u);
  t.regex(limited('when path.template == "/pay" limit 20 requests per 1m by client.ip'), /^gap: .*method alone/u);
});

test('a label isolates nothing where no policy takes away', (t) => {
  const words = { route: 'Cluster via admission', rule: 'defend Q on Cluster.admission { quarantine name }' };
  t.regex(fate({ ...words, cluster: 'gke "a" { dataplane_v2 true }' }), /^gap: NetworkPolicy takes nothing away/u);
  t.regex(fate({ ...words, cluster: 'plain "a" { cilium true }' }), /^enforced/u);
});
