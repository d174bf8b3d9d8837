// What a surface is about, in the configuration of a webhook: selectors and conditions that spare the requests which its rules leave out.

import test from 'ava';
import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { surfaceRequests } from '../../src/deploy/surface-requests.ts';
import { webhookConfigurations } from '../../src/emit/k8s/webhook-configuration.ts';
import { clusterTarget } from '../emit/cel/cluster-target.ts';

interface Webhook {
  readonly namespaceSelector: { readonly matchExpressions: readonly { readonly key: string }[] };
  readonly objectSelector?: unknown;
  readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[];
}

/** The webhook of surfaces with these settings; what every cluster leaves out is left out here. */
function webhookOf(...settings: readonly string[]): {
  readonly labels: readonly unknown[];
  readonly objects: unknown;
  readonly condition: string | undefined;
} {
  const text = `package p\n${settings.map((own, i) => `surface S${i}: k8s { ${own} }\n`).join('')}`;
  const { model } = checkProgram({ files: [{ path: 'p.rdp', text }], documents: new Map(), std: stdFiles });
  const scope = {
    apiGroups: ['*'],
    apiVersions: ['*'],
    resources: ['*/*'],
    operations: ['CREATE'],
    scope: '*',
  } as const;
  const [configuration] = webhookConfigurations({
    service: 'rdp-admission',
    namespace: 'rdp-system',
    failurePolicy: 'Fail',
    validating: [scope],
    mutating: [],
    surfaces: model.surfaces.map(surfaceRequests),
    authority: undefined,
    target: clusterTarget(36),
  });
  const [webhook] = (configuration?.['webhooks'] ?? []) as readonly Webhook[]; // what the emitter makes
  return {
    labels: webhook?.namespaceSelector.matchExpressions.slice(1) ?? [],
    objects: webhook?.objectSelector,
    condition: webhook?.matchConditions?.find(({ name }) => name === 'namespaces-of-the-surface')?.expression,
  };
}

test('a surface without settings is about everything', (t) => {
  t.deepEqual(webhookOf(''), { labels: [], objects: undefined, condition: undefined });
});

test('namespaces by name are a condition', (t) => {
  t.is(
    webhookOf('namespaces ["shop-*", "web"], exclude_namespaces ["*-test"]').condition,
    'has(request.namespace) && (request.namespace.startsWith("shop-") || request.namespace == "web") && ' +
      '(!has(request.namespace) || !(request.namespace.endsWith("-test")))',
  );
  t.is(
    webhookOf('exclude_namespaces ["kube-system"]').condition,
    '(!has(request.namespace) || !(request.namespace == "kube-system"))',
  );
  t.is(
    webhookOf('namespaces ["a"]', 'exclude_namespaces ["b"]').condition,
    '(has(request.namespace) && (request.namespace == "a")) || ((!has(request.namespace) || !(request.namespace == "b")))',
  );
  t.is(webhookOf('namespaces ["a"]', '').condition, undefined);
});

test('labels are selectors, where the surface is alone', (t) => {
  const labelled = 'namespace_labels "env in (prod, staging), !legacy", object_labels "app=web"';
  t.deepEqual(webhookOf(labelled), {
    labels: [
      { key: 'env', operator: 'In', values: ['prod', 'staging'] },
      { key: 'legacy', operator: 'DoesNotExist' },
    ],
    objects: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] },
    condition: undefined,
  });
  t.deepEqual(webhookOf(labelled, ''), { labels: [], objects: undefined, condition: undefined });
});
