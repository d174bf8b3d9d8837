// Constraints of every template, with parameters as the templates' schemas have them and without any: each becomes a policy that
// compiles.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import test from 'ava';
import { applicationsOf, templateNames } from '../../eval/k8s/constraints.ts';
import { inventoryData } from '../../eval/k8s/inventory.ts';
import { applyText } from '../../eval/k8s/policy-library.ts';

const exempt = { exemptImages: ['tools/*'] };
const ranges = [{ min: 1, max: 1000 }];
const replicas = [{ min_replicas: 3, max_replicas: 50 }];

/** Parameters that a template takes; none where it takes none. */
const parameters: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  allowedrepos: { repos: ['registry.example/'] },
  allowedreposv2: { allowedImages: ['registry.example/*'] },
  containerlimits: { cpu: '200m', memory: '1Gi', ...exempt },
  containerrequests: { cpu: '200m', memory: '1Gi', ...exempt },
  containerresourceratios: { ratio: '2', cpuRatio: '10', ...exempt },
  containerresources: { limits: ['cpu'], requests: ['memory'], ...exempt },
  disallowanonymous: { allowedRoles: ['public'], disallowAuthenticated: true },
  disallowedrepos: { repos: ['old.example/'] },
  disallowedtags: { tags: ['latest'], ...exempt },
  disallowinteractive: exempt,
  ephemeralstoragelimit: { 'ephemeral-storage': '500Mi', ...exempt },
  externalip: { allowedIPs: ['203.0.113.0'] },
  horizontalpodautoscaler: { minimumReplicaSpread: 1, enforceScaleTargetRef: true, ranges: replicas },
  httpsonly: { tlsOptional: true },
  imagedigests: exempt,
  noupdateserviceaccount: { allowedUsers: ['admin'], allowedGroups: ['system:masters'] },
  replicalimits: { ranges: replicas },
  requiredannotations: { message: 'm', annotations: [{ key: 'a/b', allowedRegex: '^\\d+"?$' }, { key: 'c' }] },
  requiredlabels: { message: 'm', labels: [{ key: 'owner', allowedRegex: '^[a-z]+[.]example$' }] },
  requiredprobes: { probes: ['readinessProbe'], probeTypes: ['tcpSocket', 'httpGet', 'exec'] },
  storageclass: { includeStorageClassesInMessage: true, allowedStorageClasses: ['fast'] },
  verifydeprecatedapi: {
    k8sVersion: 1.16,
    kvs: [{ deprecatedAPI: 'apps/v1beta1', kinds: ['Deployment', 'StatefulSet'], targetAPI: 'apps/v1' }],
  },
  'allow-privilege-escalation': exempt,
  apparmor: { allowedProfiles: ['runtime/default'], ...exempt },
  capabilities: { allowedCapabilities: ['CHOWN'], requiredDropCapabilities: ['ALL'], ...exempt },
  'flexvolume-drivers': { allowedFlexVolumes: [{ driver: 'example/lvm' }] },
  'forbidden-sysctls': { forbiddenSysctls: ['kernel.*'], allowedSysctls: ['*'] },
  fsgroup: { rule: 'MayRunAs', ranges },
  'host-filesystem': { allowedHostPaths: [{ pathPrefix: '/foo', readOnly: true }, { pathPrefix: '/bar' }] },
  'host-network-ports': { hostNetwork: true, min: 80, max: 9000, ...exempt },
  'host-probes-lifecycle': exempt,
  'host-process': exempt,
  'privileged-containers': exempt,
  'proc-mount': { procMount: 'Default', ...exempt },
  'read-only-root-filesystem': exempt,
  seccomp: { allowedProfiles: ['runtime/default', 'Localhost'], allowedLocalhostFiles: ['*'], ...exempt },
  seccompv2: { allowedProfiles: ['RuntimeDefault'], allowedLocalhostFiles: ['a.json'], ...exempt },
  selinux: { allowedSELinuxOptions: [{ level: 's0:c1,c2', role: 'object_r', type: 't', user: 'u' }], ...exempt },
  users: {
    runAsUser: { rule: 'MustRunAs', ranges },
    runAsGroup: { rule: 'MayRunAs', ranges },
    supplementalGroups: { rule: 'MustRunAs', ranges },
    fsGroup: { rule: 'RunAsAny' },
    ...exempt,
  },
  volumes: { volumes: ['configMap', '*'] },
};

const root = join(import.meta.dirname, '..', '..', '..', 'examples', 'gatekeeper');
const files = readdirSync(root)
  .filter((name) => name.endsWith('.rdp') && name !== 'policy.rdp')
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
const documents = new Map(Object.entries(inventoryData([])));

test('there are packs for all 49 templates', (t) => {
  t.is(templateNames().length, 49);
  t.deepEqual(
    Object.keys(parameters).filter((name) => !templateNames().includes(name)),
    [],
  );
});

for (const name of templateNames()) {
  test(`a constraint of ${name} is a policy`, (t) => {
    for (const given of [parameters[name] ?? {}, {}]) {
      const rules = (applicationsOf(name, given) ?? []).map(({ pack, settings }, index) =>
        applyText(`gatekeeper.${pack}`, settings, index),
      );
      const text = `package cases\nimport gatekeeper\nsurface Cluster: k8s {}\n${rules.join('\n')}\n`;
      const said = checkProgram({ files: [...files, { path: 'cases.rdp', text }], documents, std: stdFiles });
      const faults = said.diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);
      t.deepEqual(faults, [], text);
      t.true(rules.length > 0);
    }
  });
}
