// Names, objects and limits of native policies.

import test from 'ava';
import { byOthersCondition } from '../../../src/emit/k8s/controllers.ts';
import type { NativeObject } from '../../../src/emit/k8s/policy-object.ts';
import { policyNames } from '../../../src/emit/k8s/policy-name.ts';
import { checkObject } from '../k8s/check-object.ts';
import { decidedPolicy, ruleOf, type PolicyOptions } from './decided.ts';

function objectsOf(rules: string, options: PolicyOptions = {}): readonly NativeObject[] {
  const { policies } = decidedPolicy(rules, options);
  return policies.native.flatMap(({ objects }) => objects);
}

function reasonOf(rules: string, options: PolicyOptions = {}): string | undefined {
  return decidedPolicy(rules, options).policies.refused.at(-1)?.reason;
}

test('names are labels of DNS, the same in every compile, each of one rule', (t) => {
  const long = `Rule${'Very'.repeat(20)}Long`;
  const { entrypoint } = decidedPolicy(
    ['NoHostPath', 'No_host_path', 'K8sAPIKeys', long, `${long}er`]
      .map((name) => `defend ${name} on S.admission { when namespace == "${name}" block }`)
      .join('\n'),
  );
  const names = policyNames(entrypoint);
  t.deepEqual(names, policyNames(entrypoint));
  t.is(new Set(names).size, names.length);
  t.is(names[2], 't-s-k8s-api-keys');
  for (const name of names) t.regex(name, /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
});

test('a policy and its binding', (t) => {
  const [policy, binding, ...more] = objectsOf(ruleOf('object is Deployment && (object.spec.replicas ?? 1) > 2'));
  t.deepEqual(more, []);
  t.deepEqual(
    [policy, binding].flatMap((object) => checkObject({ ...object })),
    [],
  );
  t.like(policy, {
    kind: 'ValidatingAdmissionPolicy',
    spec: {
      failurePolicy: 'Fail',
      matchConditions: [
        { name: 'by-others-than-controllers', expression: byOthersCondition.expression },
        { name: 'when-1', expression: 'request.?subResource.orValue("") != "status"' },
      ],
      variables: [
        { name: 'isDeployment', expression: 'object.apiVersion == "apps/v1" && object.kind == "Deployment"' },
        {
          name: 'settled',
          expression:
            'oldObject != null && (object.?spec.?replicas.orValue(null) == oldObject.?spec.?replicas.orValue(null) || ' +
            'oldObject.?metadata.?deletionTimestamp.orValue(null) != null && ' +
            'oldObject.?metadata.?deletionGracePeriodSeconds.orValue(0) == 0 && ' +
            'size(object.?metadata.?finalizers.orValue(null) == null ? [] : object.?metadata.?finalizers.orValue(null)) == 0)',
        },
      ],
      validations: [
        {
          expression: '!(variables.isDeployment && object.spec.?replicas.orValue(1) > 2 && !variables.settled)',
          message: 'no',
          reason: 'Forbidden',
        },
      ],
    },
  });
  t.like(binding, { spec: { policyName: 't-s-r', validationActions: ['Deny'] } });
});

test('modes are what a binding does', (t) => {
  const rule = (mode: string): string => `defend R on S.admission { mode ${mode} when object is Service block "no" }`;
  const actions = (mode: string): unknown => objectsOf(rule(mode))[1]?.spec['validationActions'];
  t.deepEqual([actions('enforce'), actions('warn'), actions('observe')], [['Deny'], ['Warn'], ['Audit']]);
});

test('the namespaces of the cluster and of the deployment are left out', (t) => {
  const [policy] = objectsOf(ruleOf('object is Service'));
  t.like(policy?.spec['matchConstraints'], {
    namespaceSelector: {
      matchExpressions: [
        {
          key: 'kubernetes.io/metadata.name',
          operator: 'NotIn',
          values: ['kube-node-lease', 'kube-public', 'kube-system', 'rdp-system'],
        },
      ],
    },
  });
});

test('a message of several lines is one line, and a computed one has one to fall back to', (t) => {
  const message = (text: string): unknown =>
    objectsOf(`defend R on S.admission { when object is Service block ${text} }`)[0]?.spec['validations'];
  t.like(message('"two\\n  lines"'), [{ message: 'two lines' }]);
  t.like(message('"{object.metadata.name}"'), [
    {
      message: 'stopped by the rule R',
      messageExpression: 'string(object.?metadata.?name.orValue(""))',
    },
  ]);
});

test('a function is written for servers whose version before knew it', (t) => {
  const rule = ruleOf('object is Pod && object.spec.containers.map(c, c.args).flatten().exists(a, a == "--debug")');
  t.is(reasonOf(rule, { minor: 34 }), 'Kubernetes 1.34 takes no new policies with `flatten` (1.35 does)');
  t.is(objectsOf(rule, { minor: 35 }).length, 2);
});

test('what may cost more than a server lets it is refused', (t) => {
  const nested =
    'object.spec.containers.exists(c, c.env.exists(e, c.ports.exists(p, p.name == e.name && e.value == p.protocol)))';
  t.regex(
    reasonOf(ruleOf(`object is Pod && ${nested}`)) ?? '',
    /^CEL may cost \d+ with lists of 64 and texts of 512 characters/,
  );
});

test('an object is changed by servers that have the policy for it, by one rule a place', (t) => {
  const rule = 'defend R on S.admission { when object is Deployment set object.spec.replicas = 3 }';
  t.is(reasonOf(rule, { minor: 35 }), 'Kubernetes 1.35 has no MutatingAdmissionPolicy v1');
  t.deepEqual(
    objectsOf(rule).map(({ kind }) => kind),
    ['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding'],
  );
  const other =
    'defend Other on S.admission { when namespace == "x" && object is Deployment set object.spec.replicas = 3 }';
  t.is(reasonOf(`${rule}\n${other}`), 'another rule sets something at the same place');
  t.is(
    reasonOf('defend R on S.admission { mode warn when object is Deployment set object.spec.replicas = 3 }'),
    'a policy cannot `set` in `mode warn`',
  );
});
