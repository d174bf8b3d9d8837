// What the webhook is asked about → ValidatingWebhookConfiguration and MutatingWebhookConfiguration, fail-closed, with what has to be
// left out so that a cluster can always recover: the namespace of the webhook itself, and those of Kubernetes and the cloud.
// INVARIANT: nothing is left out but that and what the surfaces leave out themselves; the report names it (`exempt`).

import type { LabelRequirement } from '@rdp/language';
import type { SurfaceRequests } from '../../deploy/surface-requests.ts';
import type { ClusterTarget } from '../../deploy/targets.ts';
import { byOthersCondition, type MatchCondition } from './controllers.ts';
import { mutatePath, validatePath } from './enforcer-image.ts';
import { labelsOf, type KubernetesObject } from './object.ts';
import type { RequestScope } from './policy-object.ts';

/** One webhook of ours on one cluster. */
export interface WebhookOptions {
  /** `rdp-admission`: the service. */
  readonly service: string;
  readonly namespace: string;
  readonly failurePolicy: 'Fail' | 'Ignore';
  /** Requests that may be refused, and requests that may be changed. */
  readonly validating: readonly RequestScope[];
  readonly mutating: readonly RequestScope[];
  /** What requests its surfaces are about. */
  readonly surfaces: readonly SurfaceRequests[];
  /** PEM of the authority in base64, where certificates are self-managed; otherwise cert-manager puts it there. */
  readonly authority: string | undefined;
  readonly target: ClusterTarget;
}

/** Seconds that the API server waits. Deciding takes milliseconds; what takes longer is an outage, which is not to pile up. */
const timeoutSeconds = 5;

/** The configurations that are needed; none where no rule asks for one. */
export function webhookConfigurations(options: WebhookOptions): readonly KubernetesObject[] {
  const { validating, mutating } = options;
  return [
    ...(mutating.length === 0
      ? []
      : [
          configuration(options, 'MutatingWebhookConfiguration', [
            { ...webhook(options, 'mutate', mutatePath, mutating), reinvocationPolicy: 'IfNeeded' },
          ]),
        ]),
    ...(validating.length === 0
      ? []
      : [
          configuration(options, 'ValidatingWebhookConfiguration', [
            webhook(options, 'validate', validatePath, validating),
          ]),
        ]),
  ];
}

function configuration(options: WebhookOptions, kind: string, webhooks: readonly object[]): KubernetesObject {
  const { service, namespace, authority, target } = options;
  const annotations = {
    ...target.webhook.annotations,
    ...(authority === undefined ? { 'cert-manager.io/inject-ca-from': `${namespace}/${service}` } : {}),
  };
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata: {
      name: service,
      labels: labelsOf('admission'),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    webhooks,
  };
}

function webhook(options: WebhookOptions, verb: string, path: string, rules: readonly RequestScope[]): object {
  const { service, namespace, failurePolicy, authority, target } = options;
  const updates = rules.some(({ operations }) => operations.includes('UPDATE') || operations.includes('*'));
  const conditions = [...(updates ? [byOthersCondition] : []), ...surfacesCondition(options.surfaces)];
  // Selectors hold for all surfaces of the webhook, so they are those of a surface that is alone.
  const [only] = options.surfaces.length === 1 ? options.surfaces : [];
  return {
    name: `${verb}.${service}.rdp.dev`,
    admissionReviewVersions: ['v1'],
    clientConfig: {
      service: { name: service, namespace, path, port: 443 },
      ...(authority === undefined ? {} : { caBundle: authority }),
    },
    failurePolicy,
    matchPolicy: 'Equivalent',
    sideEffects: 'None',
    timeoutSeconds,
    namespaceSelector: {
      matchExpressions: [
        {
          key: 'kubernetes.io/metadata.name',
          operator: 'NotIn',
          values: [...new Set([...target.systemNamespaces, namespace])].toSorted(),
        },
        ...(only?.namespaceLabels ?? []).map(matchExpression),
      ],
    },
    ...(only && only.objectLabels.length > 0
      ? { objectSelector: { matchExpressions: only.objectLabels.map(matchExpression) } }
      : {}),
    ...(conditions.length === 0 ? {} : { matchConditions: conditions }),
    rules: rules.map(({ apiGroups, apiVersions, resources, operations, scope }) => ({
      apiGroups,
      apiVersions,
      resources,
      operations,
      scope,
    })),
  };
}

/** Asks only about the namespaces of the surfaces; rules that concern others do not fire anyway. */
function surfacesCondition(surfaces: readonly SurfaceRequests[]): readonly MatchCondition[] {
  if (surfaces.some(({ namespaces, excluded }) => namespaces.includes('*') && excluded.length === 0)) return [];
  const name = 'namespaces-of-the-surface';
  if (surfaces.every(({ excluded }) => excluded.length === 0)) {
    const globs = [...new Set(surfaces.flatMap(({ namespaces }) => namespaces))].toSorted();
    return [{ name, expression: insideOf(globs) }];
  }
  const tests = surfaces.map(({ namespaces, excluded }) =>
    [
      ...(namespaces.includes('*') ? [] : [insideOf(namespaces)]),
      ...(excluded.length === 0 ? [] : [`(!has(request.namespace) || !(${excluded.map(globTest).join(' || ')}))`]),
    ].join(' && '),
  );
  return [{ name, expression: tests.length === 1 ? tests.join() : tests.map((test) => `(${test})`).join(' || ') }];
}

function insideOf(globs: readonly string[]): string {
  return `has(request.namespace) && (${globs.map(globTest).join(' || ')})`;
}

/** `values` only where the operator takes some. */
function matchExpression({ key, operator, values }: LabelRequirement): object {
  return values.length === 0 ? { key, operator } : { key, operator, values };
}

function globTest(glob: string): string {
  const subject = 'request.namespace';
  const [first = '', last, more] = glob.split('*');
  if (last === undefined) return `${subject} == ${celText(glob)}`;
  if (more === undefined && last === '') return `${subject}.startsWith(${celText(first)})`;
  if (more === undefined && first === '') return `${subject}.endsWith(${celText(last)})`;
  const regex = `^${glob
    .split('*')
    .map((part) => part.replaceAll(/[\\^$.|?*+()[\]{}]/gu, String.raw`\$&`))
    .join('.*')}$`;
  return `${subject}.matches(${celText(regex)})`;
}

/** A string literal of CEL; JSON's escapes are among CEL's. */
function celText(text: string): string {
  return JSON.stringify(text);
}
