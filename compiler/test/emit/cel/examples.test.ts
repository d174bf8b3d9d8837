// The policies of the examples and the packs of the library, as native policies: what they decide is what the module decides, about
// the examples' own requests and about requests of every kind; every object is one that Kubernetes' schemas take.

import test, { type ExecutionContext } from 'ava';
import type { CoreEntrypoint } from '@rdp/language';
import { emitAdmissionPolicies, type NativePolicies } from '../../../src/emit/k8s/admission-policies.ts';
import type { Ir } from '../../../src/ir/ir.ts';
import { exampleNames, loadExample } from '../../examples/load-example.ts';
import { checkObject } from '../k8s/check-object.ts';
import { clusterTarget } from './cluster-target.ts';
import { agrees, decidedPolicy, decisionsOf } from './decided.ts';
import { evaluatePolicy, type PolicySpec } from './kubernetes-cel.ts';
import { makeRequest, type Request } from './reviews.ts';
import { typedRequests } from './typed-requests.ts';

for (const name of exampleNames) {
  test(`the policies of examples/${name}`, async (t) => {
    const { program, ir, tests, requests } = await loadExample(name);
    const entrypoints = program.entrypoints.filter(({ surfaceKind }) => surfaceKind === 'k8s');
    t.pass();
    for (const entrypoint of entrypoints) {
      const policies = emitAdmissionPolicies({ entrypoint, target: clusterTarget(36), namespace: 'rdp-system' });
      const inputs = [...tests.flatMap((own) => own.inputs), ...requests.map(({ input }) => input)];
      const given = inputs.flatMap((input) => requestIn(input));
      compare(t, { entrypoint, ir, policies }, [...given.map(asServed), ...drawn(60), ...drawnOfTypes(ir, 100)]);
    }
  });
}

const packs: Readonly<Record<string, string>> = {
  pod_security: 'apply pod_security.restricted to S { minor 36 }',
  images: 'apply images.no_latest to S\napply images.pulled to S\napply images.signed to S\napply images.pinned to S',
  exposure: 'apply exposure.services to S\napply exposure.ingresses to S',
  network: 'apply network.policies to S\napply network.namespaces to S\napply network.pods to S',
  rbac: 'apply rbac.roles to S\napply rbac.bindings to S',
  resources: 'apply resources.required to S\napply resources.probed to S\napply resources.replicated to S',
  workloads: 'apply workloads.read_only_root to S\napply workloads.own_identity to S\napply workloads.host_paths to S',
};

for (const [name, rules] of Object.entries(packs)) {
  test(`the policies of std.k8s.${name}`, (t) => {
    const decided = decidedPolicy(rules, { imports: [`std.k8s.${name}`] });
    t.true(decided.policies.native.length > 0);
    compare(t, decided, [...drawn(60), ...drawnOfTypes(decided.ir, 200)]);
  });
}

function drawn(count: number): readonly Request[] {
  return Array.from({ length: count }, (_, seed) => makeRequest(seed));
}

function drawnOfTypes(ir: Ir, count: number): readonly Request[] {
  const draw = typedRequests(ir);
  return Array.from({ length: count }, (_, seed) => draw(seed)).filter((request) => request !== undefined);
}

function requestIn(input: Uint8Array): readonly Request[] {
  const { request } = JSON.parse(new TextDecoder().decode(input)) as { readonly request?: Request }; // a document of a test
  return request === undefined ? [] : [request];
}

/** The request as a server sends it: with what stands in each. */
function asServed(request: Request): Request {
  const subject = (request['object'] ?? request['oldObject'] ?? {}) as Readonly<Record<string, string>>; // an object
  const [group, version] = (subject['apiVersion'] ?? '').includes('/')
    ? (subject['apiVersion'] ?? '').split('/')
    : ['', subject['apiVersion'] ?? ''];
  const kind = subject['kind'] ?? '';
  return {
    kind: { group, version, kind },
    resource: { group, version, resource: `${kind.toLowerCase()}s` },
    operation: 'CREATE',
    userInfo: request['user'] ?? {},
    ...request,
  };
}

function compare(
  t: ExecutionContext,
  {
    entrypoint,
    ir,
    policies,
  }: { readonly entrypoint: CoreEntrypoint; readonly ir: Ir; readonly policies: NativePolicies },
  requests: readonly Request[],
): void {
  for (const { objects } of policies.native)
    for (const object of objects) t.deepEqual(checkObject({ ...object }), [], JSON.stringify(object, undefined, 1));
  for (const request of requests) {
    const decisions = decisionsOf(ir, entrypoint, request);
    if (decisions.includes('malformed')) continue;
    for (const { rule, index, objects } of policies.native) {
      const spec = objects[0]?.spec as unknown as PolicySpec | undefined; // that was emitted; none where the rule never fires
      const { error, fired } = spec ? evaluatePolicy(spec, request) : { error: undefined, fired: false };
      const said = error === undefined ? (fired ? 'fired' : 'not fired') : 'error';
      if (!agrees(said, decisions[index])) {
        t.fail(`${rule.name}: ${said}, the module ${decisions[index]} ${error ?? ''}\n${JSON.stringify(request)}`);
      }
    }
  }
}
