// Which requests the rules of an admission entrypoint can concern. Random policies and requests of every resource: a request outside
// of the scope gets a plain allow.

import test from 'ava';
import { builtInResources, checkProgram } from '@rdp/language';
import type { CoreProgram, KubernetesResource } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { randomFrom, type Random } from '../../fuzz/random.ts';
import { admissionScope, type AdmissionRule } from '../../src/deploy/admission-scope.ts';
import { interpret } from '../../src/ir/interpret/interpret.ts';
import { lowerProgram } from '../../src/ir/lower.ts';
import { customResource, makers } from '../codegen/pod-documents.ts';

function programOf(rules: string, settings = ''): CoreProgram {
  const text = `package p\nuse crd "rollout.yaml"\nsurface C: k8s {${settings}}\n${rules}`;
  const documents = new Map<string, unknown>([['rollout.yaml', customResource]]);
  const { programs, diagnostics } = checkProgram({ files: [{ path: 'p.rdp', text }], documents, std: stdFiles });
  const [program] = programs ?? [];
  if (!program) throw new Error(`${text}\n${diagnostics.map(({ message }) => message).join('\n')}`);
  return program;
}

const scopeOf = (condition: string, settings = ''): readonly AdmissionRule[] =>
  programOf(`defend D on C.admission { when ${condition}  block }`, settings).entrypoints.flatMap(admissionScope);

/** `group resources operations scope`, a line a rule. */
const linesOf = (rules: readonly AdmissionRule[]): readonly string[] =>
  rules.map(({ apiGroups, apiVersions, resources, operations, scope }) =>
    [`${apiGroups.join()}/${apiVersions.join()}`, resources.join(), operations.join(), scope].join(' '),
  );

test('a rule on pods concerns pods and what makes them', (t) => {
  t.deepEqual(linesOf(scopeOf('object is Pod && operation == "CREATE"')), [
    '/v1 pods,podtemplates,replicationcontrollers CREATE Namespaced',
    'apps/v1 daemonsets,deployments,replicasets,statefulsets CREATE Namespaced',
    'batch/v1 cronjobs,jobs CREATE Namespaced',
    'rollouts.example/v1 rollouts CREATE Namespaced',
  ]);
  t.deepEqual(linesOf(scopeOf('object is Pod && object.kind == "Pod"')), [
    '/v1 pods CREATE,UPDATE Namespaced',
    '/v1 pods/ephemeralcontainers,pods/resize UPDATE Namespaced',
  ]);
  t.deepEqual(linesOf(scopeOf('object is Pod && object.kind == "Pod"', 'subresources ["*"]')), [
    '/v1 pods CREATE,UPDATE Namespaced',
    '/v1 pods/ephemeralcontainers,pods/resize,pods/status UPDATE Namespaced',
  ]);
});

test('operations, resources and subresources narrow the scope', (t) => {
  t.deepEqual(linesOf(scopeOf('operation == "DELETE"')), ['*/* */* DELETE *']);
  t.deepEqual(linesOf(scopeOf('operation in ["DELETE", "CREATE"]')), ['*/* */* CREATE,DELETE *']);
  t.deepEqual(linesOf(scopeOf('old_object is Service && operation != "UPDATE"')), ['/v1 services DELETE Namespaced']);
  t.deepEqual(linesOf(scopeOf('(3 >= 4 || object is Service) && operation == "UPDATE"')), [
    '/v1 services UPDATE Namespaced',
  ]);
  t.deepEqual(linesOf(scopeOf('object is PodExecOptions')), ['/v1 pods/exec CONNECT Namespaced']);
  t.deepEqual(linesOf(scopeOf('subresource == "exec" && resource.resource == "pods" && operation == "CONNECT"')), [
    '*/* pods/exec CONNECT *',
  ]);
  t.deepEqual(linesOf(scopeOf('object is Scale && operation == "UPDATE"')), ['*/* */scale UPDATE *']);
  t.deepEqual(linesOf(scopeOf('object is Rollout && operation == "UPDATE"')), [
    'rollouts.example/v1 rollouts UPDATE Namespaced',
  ]);
  t.deepEqual(
    linesOf(scopeOf('kind.kind == "ClusterRole" && kind.group == "rbac.authorization.k8s.io" && namespace != ""')),
    ['*/* */* CREATE,UPDATE,DELETE,CONNECT Namespaced'],
  );
  t.deepEqual(linesOf(scopeOf('object is Pod && object is Service')), []);
});

test('another rule counts where it is named, and a default that denies where it is about', (t) => {
  const named = programOf(`detect X on C.admission { severity low  when object is Service }
    defend D on C.admission { when X && operation == "CREATE"  block }`);
  t.deepEqual(linesOf(named.entrypoints.flatMap(admissionScope)), ['/v1 services CREATE,UPDATE Namespaced']);
  const denied = programOf(
    'defend D on C.admission { when object is Service  permit }',
    'default deny, namespaces ["a"]',
  );
  const [rule] = denied.entrypoints.flatMap(admissionScope);
  t.like(rule, { resources: ['namespaces'] });
});

const conditions = [
  'object is Pod',
  'old_object is Pod',
  'object is Deployment && (object.spec.replicas ?? 0) > 1',
  'object is Rollout',
  'object is Scale',
  'object is Binding || object is ClusterRole',
  'old_object != none && old_object.kind == object.kind',
  '(old_object?.kind ?? "none") in ["Pod", "none"]',
  'object.kind == "Pod"',
  'object.apiVersion.startsWith("rollouts.example/")',
  'kind.kind == "Widget"',
  'kind.group == "" && kind.version == "v1"',
  'operation == "DELETE"',
  'operation in ["CREATE", "CONNECT"]',
  'operation == "CREATE" ? object is Secret : object is ConfigMap',
  'resource.resource == "pods"',
  'resource.resource in ["widgets", "secrets"] && resource.group != ""',
  'subresource == ""',
  'subresource in ["scale", "exec", "odd"]',
  'resource.resource == "widgets" && subresource == "odd"',
  'resource.resource.startsWith("pod")',
  'namespace == ""',
  'namespace.endsWith("hop")',
  'namespace_object != none',
  'namespace_object?.metadata.name == optional.of("shop")',
  'object.metadata.labels["missing"] == "x"',
  'Named',
];

const settings = [
  '',
  'subresources ["*"]',
  'namespaces ["shop"]',
  'namespace_labels "a=b"',
  'object_labels "!x"',
  'default deny',
];

function makePolicy(random: Random): CoreProgram {
  const condition = (depth: number): string => {
    if (depth === 0 || random.chance(0.3)) return `(${random.pick(conditions)})`;
    if (random.chance(0.25)) return `!${condition(depth - 1)}`;
    return `(${condition(depth - 1)} ${random.pick(['&&', '&&', '||'])} ${condition(depth - 1)})`;
  };
  const rules = Array.from({ length: 1 + random.below(2) }, (_, i) => {
    const action = random.pick(['block', 'alert "x"', 'permit']);
    return `defend R${i} on C.admission { when ${condition(2)}  ${action} }`;
  });
  const named = `detect Named on C.admission { severity low  when ${condition(1).replaceAll('Named', 'dry_run')} }`;
  return programOf([named, ...rules].join('\n'), random.pick(settings));
}

/** What Kubernetes has, what the package adds, and what nobody told. */
const resources: readonly KubernetesResource[] = [
  ...builtInResources(),
  resource('rollouts.example', 'rollouts', '', 'Rollout'),
  resource('odd.example', 'widgets', '', 'Widget'),
  resource('odd.example', 'widgets', 'odd', 'Widget'),
  resource('odd.example', 'pods', '', 'Pod'),
  { ...resource('odd.example', 'widgets', 'scale', 'Scale'), kind: ['autoscaling/v1', 'Scale'] },
  { ...resource('odd.example', 'worlds', '', 'World'), scope: 'Cluster' },
];

function resource(group: string, name: string, subresource: string, kind: string): KubernetesResource {
  const operations = subresource === '' ? (['CREATE', 'UPDATE', 'DELETE'] as const) : (['UPDATE', 'CONNECT'] as const);
  const own = { group, version: 'v1', resource: name, subresource, scope: 'Namespaced' } as const;
  return { ...own, kind: [`${group}/v1`, kind], operations };
}

function makeReview(random: Random, about: KubernetesResource, operation: string): string {
  const [apiVersion, kind] = about.kind;
  const maker = makers.find((known) => known.kind === kind);
  const made = (): object => {
    const pod = { metadata: {}, spec: { containers: [] } };
    const labels = random.pick([{}, { x: '1' }]);
    const base = maker?.make(pod, 'kind first') ?? { spec: { replicas: 2, selector: {}, template: pod } };
    return { ...base, apiVersion, kind, metadata: { name: 'n', labels } };
  };
  const isNamespace = about.group === '' && about.resource === 'namespaces';
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return JSON.stringify({
    request: {
      operation,
      kind: { group, version: apiVersion.split('/').at(-1), kind },
      resource: { group: about.group, version: about.version, resource: about.resource },
      subResource: about.subresource,
      namespace: about.scope === 'Namespaced' || isNamespace ? 'shop' : '',
      object: operation === 'DELETE' ? null : made(),
      oldObject: operation === 'UPDATE' || operation === 'DELETE' ? made() : null,
      namespaceObject:
        about.scope === 'Namespaced' ? random.pick([{ metadata: { name: 'shop', labels: { a: 'b' } } }, null]) : null,
    },
  });
}

function isInside(rules: readonly AdmissionRule[], about: KubernetesResource, operation: string): boolean {
  const isAny = (known: string, name: string): boolean => known === '*' || known === name;
  return rules.some(
    (rule) =>
      rule.apiGroups.some((group) => isAny(group, about.group)) &&
      rule.apiVersions.some((version) => isAny(version, about.version)) &&
      isAny(rule.scope, about.scope) &&
      rule.operations.some((known) => known === operation) &&
      // As k8s.io/apiserver/pkg/admission/plugin/webhook/predicates/rules matches them.
      rule.resources.some((name) => {
        const [first = '', second = ''] = name.split('/');
        return isAny(first, about.resource) && isAny(second, about.subresource);
      }),
  );
}

test('a request outside of the scope is allowed, whatever the policy', (t) => {
  const random = randomFrom(20_261_123);
  let outside = 0;
  let inside = 0;
  for (let policies = 0; policies < 150; policies++) {
    const program = makePolicy(random);
    const [entrypoint] = program.entrypoints;
    if (!entrypoint) return t.fail();
    const rules = admissionScope(entrypoint);
    const ir = lowerProgram(program);
    for (let reviews = 0; reviews < 60; reviews++) {
      const about = random.pick(resources);
      const operation = random.pick(about.operations);
      if (isInside(rules, about, operation)) {
        inside++;
        continue;
      }
      outside++;
      const input = makeReview(random, about, operation);
      const decision = interpret({
        ir,
        entrypoint: 'p/C/admission',
        input: new TextEncoder().encode(input),
        data: undefined,
      });
      if (decision !== '{"version":1,"action":"allow"}')
        return t.fail(`${JSON.stringify(rules)}\n${input}\n${decision}`);
    }
  }
  t.true(outside > 1000 && inside > 1000, `${outside} outside, ${inside} inside`);
});
