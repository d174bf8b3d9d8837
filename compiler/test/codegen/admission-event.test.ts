// What an AdmissionReview says beside its object: connections, subresources, options, the namespace that the enforcer adds. The
// interpreter and both modules agree, and a bundle says whether rules read the namespace.

import test from 'ava';
import type { CoreProgram } from '@rdp/language';
import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { compilePrograms } from '../../src/compile.ts';
import { lowerProgram } from '../../src/ir/lower.ts';
import { agree, createDifferential } from '../differential.ts';
import { makers, reviewOf } from './pod-documents.ts';

function programOf(rules: string, settings = ''): CoreProgram {
  const text = `package p\nsurface C: k8s {${settings}}\n${rules}`;
  const { programs, diagnostics } = checkProgram({
    files: [{ path: 'p.rdp', text }],
    documents: new Map(),
    std: stdFiles,
  });
  const [program] = programs ?? [];
  if (!program) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return program;
}

const program = programOf(
  `
detect Shell on C.admission { severity low  when object is PodExecOptions && (object.tty ?? false) && "sh" in object.command && object.container == "web" }
detect Attach on C.admission { severity low  when object is PodAttachOptions && (object.stdin ?? false) }
detect Forward on C.admission { severity low  when object is PodPortForwardOptions && 22 in object.ports }
detect NodeProxy on C.admission { severity low  when object is NodeProxyOptions && object.path.startsWith("/run") }
detect Proxy on C.admission { severity low  when object is PodProxyOptions || object is ServiceProxyOptions }
detect Connect on C.admission { severity low  when operation == "CONNECT" && subresource == "exec" && resource.resource == "pods" }
detect Pods on C.admission { severity low  when object is Pod && subresource == "" }
detect Debug on C.admission { severity low  when object is Pod && subresource == "ephemeralcontainers" && object.spec.ephemeralContainers.exists(c, c.targetContainerName != "") }
detect Scaled on C.admission { severity low  when object is Scale && (object.spec.replicas ?? 0) > 10 && request_resource.resource == "deployments" && request_subresource == "scale" }
detect Status on C.admission { severity low  when object is Deployment && subresource == "status" }
detect Forced on C.admission { severity low  when (options?.force ?? false) && options?.fieldManager != optional.of("argocd") }
detect Now on C.admission { severity low  when operation == "DELETE" && options?.gracePeriodSeconds == optional.of(0) && options?.preconditions?.uid == none }
detect Dry on C.admission { severity low  when dry_run && "All" in (options?.dryRun ?? []) }
detect Beta on C.admission { severity low  when request_kind.version == "v1beta1" && request_kind.kind == kind.kind }
detect Prod on C.admission { severity low  when namespace_object != none && namespace_object.metadata.labels[?"env"] == optional.of("prod") }
detect Unlabelled on C.admission { severity low  when namespace != "" && namespace_object?.metadata.labels[?"env"] == none }
`,
  'subresources ["*"]',
);
const differential = createDifferential(lowerProgram(program));

const container = { name: 'web', image: 'a' };
const [podMaker, deploymentMaker] = makers;
const pod = podMaker?.make({ spec: { containers: [container] } }, 'kind first') ?? {};
const deployment = deploymentMaker?.make({ spec: { containers: [container] } }, 'kind first') ?? {};
const debug = {
  ...pod,
  spec: { containers: [container], ephemeralContainers: [{ ...container, targetContainerName: 'web' }] },
};
const v1 = (kind: string, more: object): object => ({ apiVersion: 'v1', kind, ...more });
const prod = v1('Namespace', { metadata: { name: 'shop', labels: { env: 'prod' } }, spec: {} });

const cases: readonly (readonly [what: string, request: object, said: string])[] = [
  [
    'a shell in a pod',
    {
      operation: 'CONNECT',
      subResource: 'exec',
      resource: { group: '', version: 'v1', resource: 'pods' },
      object: v1('PodExecOptions', { stdin: true, stdout: true, tty: true, container: 'web', command: ['sh'] }),
    },
    'Shell Connect',
  ],
  ['another command', { object: v1('PodExecOptions', { stdout: true, container: 'web', command: ['ls'] }) }, ''],
  ['attach', { operation: 'CONNECT', object: v1('PodAttachOptions', { stdin: true }) }, 'Attach'],
  ['forward', { operation: 'CONNECT', object: v1('PodPortForwardOptions', { ports: [80, 22] }) }, 'Forward'],
  ['a node', { operation: 'CONNECT', object: v1('NodeProxyOptions', { path: '/run/shop/web' }) }, 'NodeProxy'],
  ['a service', { operation: 'CONNECT', object: v1('ServiceProxyOptions', { path: '/' }) }, 'Proxy'],
  ['a pod', { object: pod }, 'Pods'],
  ['an ephemeral container', { subResource: 'ephemeralcontainers', operation: 'UPDATE', object: debug }, 'Debug'],
  [
    'a scale',
    {
      subResource: 'scale',
      requestSubResource: 'scale',
      requestResource: { group: 'apps', version: 'v1', resource: 'deployments' },
      object: { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: {}, spec: { replicas: 11 } },
    },
    'Scaled',
  ],
  ['a status', { subResource: 'status', object: deployment }, 'Status'],
  [
    'a forced apply',
    { object: v1('Secret', {}), options: { kind: 'PatchOptions', force: true, fieldManager: 'kubectl' } },
    'Forced',
  ],
  ['at once', { object: null, operation: 'DELETE', options: { kind: 'DeleteOptions', gracePeriodSeconds: 0 } }, 'Now'],
  ['a dry run', { object: v1('Secret', {}), dryRun: true, options: { dryRun: ['All'] } }, 'Dry'],
  ['converted', { object: v1('Secret', {}), requestKind: { group: 'x', version: 'v1beta1', kind: 'Secret' } }, 'Beta'],
  ['in production', { object: v1('Secret', {}), namespaceObject: prod }, 'Prod'],
  ['without its namespace', { object: v1('Secret', {}), namespaceObject: null }, ''],
];

for (const [what, request, said] of cases) {
  test(what, (t) => {
    const review = reviewOf({ object: {}, kind: 'Secret' }) as { readonly request: object }; // what it makes
    const document = { ...review, request: { ...review.request, ...request } };
    const text = agree(t, differential, { entrypoint: 'p/C/admission', input: JSON.stringify(document) });
    const { findings = [] } = JSON.parse(text) as { readonly findings?: readonly { readonly rule: string }[] }; // a decision
    const rules = findings.map(({ rule }) => rule).filter((rule) => rule !== 'Unlabelled');
    t.is(rules.join(' '), said);
    t.is(
      findings.some(({ rule }) => rule === 'Unlabelled'),
      !rules.includes('Prod'),
    );
  });
}

test('a bundle says whether rules read the namespace', (t) => {
  const plan = (rules: string): unknown => compilePrograms([programOf(rules)]).admission;
  const entrypoint = 'p/C/admission';
  t.deepEqual(compilePrograms([program]).admission, [{ entrypoint, namespaceObject: 'read' }]);
  t.deepEqual(plan('defend D on C.admission { when namespace == "a"  block }'), [
    { entrypoint, namespaceObject: 'unread' },
  ]);
});
