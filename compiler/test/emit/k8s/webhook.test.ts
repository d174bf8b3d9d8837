// The webhook's configuration: what it leaves out so that a cluster can recover, how the API server trusts and reaches it, and that it is
// closed unless the deployment says otherwise.

import test from 'ava';
import { parse } from 'yaml';
import { emitKubernetes } from '../../../src/emit/k8s/emit-kubernetes.ts';
import type { KubernetesObject } from '../../../src/emit/k8s/object.ts';
import { planText } from '../../deploy/plan-text.ts';
import { nativeEmitters } from '../../../src/deploy/native-emitters.ts';
import { checkObject } from './check-object.ts';
import { filesOf, manifestsOf, planPolicy, someBundle } from './load-manifests.ts';

interface Webhook {
  readonly clientConfig: {
    readonly caBundle?: string;
    readonly service: { readonly port: number; readonly path: string };
  };
  readonly failurePolicy: string;
  readonly timeoutSeconds: number;
  readonly namespaceSelector: { readonly matchExpressions: readonly { readonly values: readonly string[] }[] };
  readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[];
}

function objectsOf(
  settings: string,
  clusters: string,
  options: { route?: string; authority?: string } = {},
): readonly KubernetesObject[] {
  const { plan, model } = planText(
    `package shop
surface Cluster: k8s {}
defend Set on Cluster.admission { when object is Pod set object.spec.automountServiceAccountToken = false }
deploy production { ${settings}
  clusters { ${clusters} }
  Cluster via admission ${options.route ?? ''}
}`,
    nativeEmitters,
  );
  const { installation, problems } = emitKubernetes({
    plan,
    surfaces: model.surfaces,
    bundleOf: () => someBundle,
    proxy: undefined,
    authority: options.authority,
  });
  if (problems.length > 0) throw new Error(problems.join());
  const objects = installation.clusters[0]?.objects ?? [];
  for (const object of objects) {
    const [fault] = checkObject(object);
    if (fault !== undefined) throw new Error(fault);
  }
  return objects;
}

function webhookOf(objects: readonly KubernetesObject[]): Webhook {
  const [webhook] = objects.flatMap(({ kind, webhooks }) =>
    kind === 'MutatingWebhookConfiguration' ? (webhooks as readonly Webhook[]) : [],
  ); // as webhook-configuration.ts writes them
  if (webhook === undefined) throw new Error('no webhook');
  return webhook;
}

test('it is closed, and leaves out itself and what belongs to the cluster and the cloud', (t) => {
  const { failurePolicy, namespaceSelector, matchConditions, timeoutSeconds } = webhookOf(
    objectsOf('namespace "guards"', 'gke "a" {}'),
  );
  t.is(failurePolicy, 'Fail');
  t.true(timeoutSeconds <= 10);
  const left = namespaceSelector.matchExpressions.flatMap(({ values }) => values);
  for (const name of ['guards', 'kube-system', 'kube-node-lease', 'gmp-system']) t.true(left.includes(name), name);
  const [byOthers] = matchConditions ?? [];
  t.is(byOthers?.name, 'by-others-than-controllers');
  t.true(byOthers?.expression.includes('|replicaset-controller|'));
});

test('it is open where every route says so', (t) => {
  const objects = objectsOf('', 'plain "a" {}', { route: '{ failure_policy ignore }' });
  t.is(webhookOf(objects).failurePolicy, 'Ignore');
  t.true(JSON.stringify(objects).includes('--failure-policy=ignore'));
});

test("cert-manager's authority is put there by cert-manager, another's by us", (t) => {
  const managed = objectsOf('', 'plain "a" {}');
  t.is(webhookOf(managed).clientConfig.caBundle, undefined);
  t.true(JSON.stringify(managed).includes('"cert-manager.io/inject-ca-from":"rdp-system/rdp-admission"'));
  const own = objectsOf('certificates self_managed "ca.pem"', 'plain "a" {}', { authority: 'Y2E=' });
  t.is(webhookOf(own).clientConfig.caBundle, 'Y2E=');
  t.false(JSON.stringify(own).includes('cert-manager.io'));
});

test('the control plane of a private GKE cluster reaches it: the service leads to 10250', async (t) => {
  const planned = await planPolicy('compiler/test/emit/k8s/policies/everything.rdp');
  for (const plan of planned.plans) {
    const files = await filesOf(manifestsOf(planned, plan));
    t.deepEqual(parse(files.get('gke-shop-us/patch-networkpolicy-rdp-admission.yaml') ?? ''), [
      { op: 'replace', path: '/spec/ingress/0/ports/0/port', value: 10250 },
    ]);
    t.regex(files.get('gke-shop-us/patch-deployment-rdp-admission.yaml') ?? '', /containerPort\n {2}value: 10250/u);
    t.regex(files.get('base/service-rdp-admission.yaml') ?? '', /targetPort: https/u);
  }
});
