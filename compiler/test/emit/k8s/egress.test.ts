// What of rules about connections becomes network policy on which cluster, and why the rest does not: never wider than the rule, and
// nothing in part.

import test from 'ava';
import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { egressObjects } from '../../../src/emit/k8s/egress-policy.ts';
import { egressRule, hostNames } from '../../../src/emit/k8s/egress-rule.ts';
import { networkPolicyFates, networkPolicyObjects } from '../../../src/emit/k8s/network-rules.ts';
import { targetsOf, type ClusterTarget } from '../../../src/deploy/targets.ts';
import type { CoreEntrypoint } from '@rdp/language';
import { checkObject } from './check-object.ts';

const clusters = {
  auto: 'eks "auto" { auto_mode true }',
  nodes: 'eks "nodes" {}',
  gke: 'gke "gke" { dataplane_v2 true }',
  aks: 'aks "aks" { acns true }',
  cilium: 'plain "cilium" { cilium true }',
  plain: 'plain "plain" {}',
};

interface Read {
  readonly entrypoint: CoreEntrypoint;
  readonly target: (name: keyof typeof clusters) => ClusterTarget;
}

function read(rules: string): Read {
  const text = `package shop
import std.ai
surface Egress: net {}
set approved = ["api.openai.com", "api.anthropic.com"]
${rules}
deploy production {
  clusters {
    ${Object.values(clusters).join('\n    ')}
  }
  Egress via network_policy
}`;
  const { programs, model, diagnostics } = checkProgram({
    files: [{ path: 'policy.rdp', text }],
    std: stdFiles,
    documents: new Map(),
    today: '2026-11-22',
  });
  const entrypoint = programs?.[0]?.entrypoints[0];
  const targets = model.deploys.flatMap(targetsOf);
  if (entrypoint === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const target = (name: string): ClusterTarget => {
    const found = targets.find((one) => one.name === name);
    if (found === undefined) throw new Error(name);
    return found;
  };
  return { entrypoint, target };
}

const rule = (when: string): string => `defend Rule on Egress.connection { when ${when} block }`;

function asked(when: string): ReturnType<typeof egressRule> {
  const [first] = read(rule(when)).entrypoint.rules;
  if (first === undefined) throw new Error('no rule');
  return egressRule(first);
}

test('an allow-list is read in whatever words it is said', (t) => {
  const names = [
    { kind: 'exact', name: 'api.anthropic.com' },
    { kind: 'exact', name: 'api.openai.com' },
  ];
  const list = { kind: 'allow-names', names, cluster: false, namespaces: [] };
  t.deepEqual(asked('destination.host not in approved'), list);
  t.deepEqual(asked('destination.host != "api.openai.com" && !(destination.host == "api.anthropic.com")'), list);
  t.deepEqual(asked('!(destination.host in approved) && destination.workload == ""'), { ...list, cluster: true });
  t.deepEqual(asked('source.namespace in ["shop", "web"] && destination.host not in approved'), {
    ...list,
    namespaces: ['shop', 'web'],
  });
  t.like(asked('!destination.host.endsWith(".shop.example")'), { names: [{ kind: 'below', name: 'shop.example' }] });
  const providers = asked('ai.provider_of(destination.host) == none');
  t.true(providers.kind === 'allow-names' && providers.names.length > 50);
});

test('what a network policy cannot say is refused with the reason', (t) => {
  const reason = (when: string): string => {
    const read = asked(when);
    return read.kind === 'refused' ? read.reason : read.kind;
  };
  t.regex(reason('destination.host == "evil.example"'), /denies no names/u);
  t.regex(reason('destination.host != "" && destination.host not in approved'), /without a name/u);
  t.regex(reason('destination.host not in approved || destination.port != 443'), /lists alone|in this way/u);
  t.regex(reason('source.namespace.startsWith("prod-") && destination.host not in approved'), /lists alone/u);
  t.regex(reason('destination.port in [21, 23]'), /lists alone/u);
  t.regex(reason('destination.ip in ["10.0.0.1"] && destination.host not in approved'), /but for some names/u);
  t.is(reason('destination.ip in ["169.254.169.254", "fd00:ec2::254"]'), 'deny-addresses');
});

test('each cluster says it with its own kind, or has a gap', (t) => {
  const point = (text: string, cluster: keyof typeof clusters): string => {
    const { entrypoint, target } = read(text);
    const [fate] = networkPolicyFates(target(cluster), entrypoint);
    if (fate?.kind !== 'native') return fate?.reason ?? '';
    for (const object of networkPolicyObjects(target(cluster), entrypoint, 'rdp-system')) {
      t.deepEqual(checkObject(object), []);
    }
    return fate.point;
  };
  const everywhere = rule('destination.host not in approved');
  const somewhere = rule('source.namespace == "shop" && destination.host not in approved');
  t.is(point(everywhere, 'auto'), 'ClusterNetworkPolicy of AWS');
  t.is(point(somewhere, 'auto'), 'ApplicationNetworkPolicy');
  t.regex(point(everywhere, 'gke'), /FQDNNetworkPolicy belongs to one namespace/u);
  t.is(point(somewhere, 'gke'), 'FQDNNetworkPolicy');
  t.is(point(everywhere, 'aks'), 'CiliumClusterwideNetworkPolicy');
  t.is(point(somewhere, 'cilium'), 'CiliumNetworkPolicy');
  t.regex(point(somewhere, 'nodes'), /Auto Mode alone/u);
  t.regex(point(somewhere, 'plain'), /no egress by name/u);
  const addresses = rule('destination.ip in ["169.254.169.254"]');
  t.is(point(addresses, 'auto'), 'ClusterNetworkPolicy of AWS');
  t.is(point(addresses, 'aks'), 'CiliumClusterwideNetworkPolicy');
  t.regex(point(addresses, 'gke'), /only allows/u);
});

test('policies add up, so a second list for the same workloads is a gap', (t) => {
  const second = 'defend Second on Egress.connection { when destination.host != "api.x.ai" block }';
  const { entrypoint, target } = read(`${rule('destination.host not in approved')}\n${second}`);
  const [first, other] = networkPolicyFates(target('aks'), entrypoint);
  t.is(first?.kind, 'native');
  t.like(other, {
    kind: 'refused',
    reason: 'another rule lists what these workloads may reach, and network policies add up',
  });
});

test('rules that observe are in no policy', (t) => {
  const { entrypoint, target } = read(
    'defend Rule on Egress.connection { mode warn when destination.host not in approved block }',
  );
  t.like(networkPolicyFates(target('aks'), entrypoint)[0], { kind: 'refused' });
});

test('the limits of each kind hold however many names there are', (t) => {
  const { target } = read(rule('destination.host not in approved'));
  const names = Array.from({ length: 160 }, (_, index) => hostNames(`host-${index}.shop.example`));
  const options = { name: 'many', component: 'egress', pods: {}, names, cluster: true, ports: [443] };
  for (const cluster of ['auto', 'gke', 'aks', 'cilium'] as const) {
    const where = { kind: 'namespace', name: 'shop' } as const;
    const made = egressObjects(target(cluster), { ...options, where });
    t.is(made.kind, 'objects');
    if (made.kind !== 'objects') continue;
    for (const object of made.objects) t.deepEqual(checkObject(object), []);
    const text = JSON.stringify(made.objects);
    for (const { name } of names) t.true(text.includes(`"${name}"`), `${cluster}: ${name}`);
  }
  const where = { kind: 'cluster', except: ['kube-system'] } as const;
  const made = egressObjects(target('auto'), { ...options, where });
  t.deepEqual(made.kind === 'objects' ? made.objects.flatMap(checkObject) : ['refused'], []);
});

test('Cilium has the rule for DNS without which it learns no names', (t) => {
  const { entrypoint, target } = read(rule('source.namespace == "shop" && destination.host not in approved'));
  const text = JSON.stringify(networkPolicyObjects(target('aks'), entrypoint, 'rdp-system'));
  t.true(text.includes('"rules":{"dns":[{"matchPattern":"*"}]}'));
  t.false(text.includes('"toPorts":[{"ports":[{"port":53'));
});
