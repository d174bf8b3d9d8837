// What each kind of cluster can do, and what it must say that it cannot.

import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import test from 'ava';
import { targetsOf, type ClusterTarget } from '../../src/deploy/targets.ts';

/** The target of a cluster as a policy declares it: `eks "x" { auto_mode true }`. */
function target(cluster: string): ClusterTarget {
  const text = `package shop
surface Egress: net {}
deploy production {
  namespace "rdp-system"
  clusters { ${cluster} }
  Egress via network_policy
}`;
  const { model, diagnostics } = checkProgram({
    files: [{ path: 'a.rdp', text }],
    documents: new Map(),
    std: stdFiles,
  });
  const [deploy] = model.deploys;
  const [only] = deploy === undefined ? [] : targetsOf(deploy);
  if (only === undefined || diagnostics.length > 0)
    throw new Error(diagnostics.map(({ message }) => message).join('; '));
  return only;
}

const egress: Readonly<Record<string, ClusterTarget['egress']['kind']>> = {
  'eks "a" { auto_mode true }': 'application_network_policy',
  'eks "a" {}': 'none',
  'eks "a" { cilium true }': 'cilium_network_policy',
  'gke "a" { dataplane_v2 true }': 'fqdn_network_policy',
  'gke "a" { autopilot true }': 'fqdn_network_policy',
  'gke "a" { network_policy true }': 'none',
  'aks "a" { acns true }': 'cilium_network_policy',
  'aks "a" { cilium true }': 'none',
  'plain "a" { cilium true }': 'cilium_network_policy',
  'plain "a" { network_policy true }': 'none',
};
for (const [cluster, kind] of Object.entries(egress)) {
  test(`egress by name: ${cluster}`, (t) => t.is(target(cluster).egress.kind, kind));
}

const isolation: Readonly<Record<string, boolean>> = {
  'eks "a" {}': false,
  'eks "a" { network_policy true }': true,
  'gke "a" {}': false,
  'gke "a" { autopilot true }': true,
  'aks "a" { acns true }': true,
  'plain "a" {}': false,
  'plain "a" { cilium true }': true,
};
for (const [cluster, holds] of Object.entries(isolation)) {
  test(`NetworkPolicy is enforced: ${cluster}`, (t) =>
    t.is(target(cluster).isolation.kind === 'network_policy', holds));
}

test('MutatingAdmissionPolicy is native from 1.36 on', (t) => {
  t.is(target('plain "a" { kubernetes "1.36" }').mutatingPolicy.kind, 'native');
  t.deepEqual(target('plain "a" { kubernetes "1.35" }').mutatingPolicy, {
    kind: 'none',
    reason: 'Kubernetes 1.35 has no MutatingAdmissionPolicy v1',
  });
});

test('a cluster without a version is the oldest in support', (t) => {
  const { minor, minorNamed, mutatingPolicy } = target('gke "a" {}');
  t.is(minor, 34);
  t.false(minorNamed);
  t.is(mutatingPolicy.kind, 'none');
});

test('AKS loads no WebAssembly into its Istio', (t) => {
  t.is(target('aks "a" {}').dataPath.istio.kind, 'none');
  for (const kind of ['eks', 'gke', 'plain']) t.is(target(`${kind} "a" {}`).dataPath.istio.kind, 'wasm_plugin');
});

test("a private GKE cluster's control plane reaches the webhook", (t) => {
  t.is(target('gke "a" {}').webhook.port, 10250);
  t.is(target('eks "a" {}').webhook.port, 8443);
});

test('identities of pods', (t) => {
  t.deepEqual(target('eks "a" {}').identity, { kind: 'eks-pod-identity' });
  t.deepEqual(target('eks "a" { role_arn "arn:aws:iam::0:role/rdp" }').identity, {
    kind: 'eks-role',
    roleArn: 'arn:aws:iam::0:role/rdp',
  });
  t.deepEqual(target('gke "a" {}').identity, { kind: 'gke-workload-identity', serviceAccount: undefined });
  t.deepEqual(target('aks "a" { client_id "0" }').identity, { kind: 'aks-workload-identity', clientId: '0' });
  t.deepEqual(target('plain "a" {}').identity, { kind: 'none' });
});
