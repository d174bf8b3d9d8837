// An enforcer → the objects that run it: service account, Deployment under the restricted profile, Service, disruption budget and
// autoscaler. What it decides with (`bundle-delivery.ts`) and whom it may reach (`isolation.ts`) are others' business.

import type { PodIdentity } from '../../deploy/target-identity.ts';
import { imageUser, livePath, metricsPort, readyPath } from './enforcer-image.ts';
import { labelsOf, selectorOf, type KubernetesObject } from './object.ts';

/** How many pods there are. */
export type Scale =
  /** One that counts for itself, for instance. */
  | { readonly kind: 'fixed'; readonly replicas: number }
  /** Grows and shrinks with the load, never below `least`. */
  | { readonly kind: 'by-load'; readonly least: number };

/** A volume and where it is mounted, always read-only. */
export interface Mount {
  readonly name: string;
  readonly path: string;
  /** The source of the volume, as a pod has it: `{ configMap: … }`. */
  readonly source: Readonly<Record<string, unknown>>;
}

/** A program that decides, and what it needs to run. */
export interface Enforcer {
  /** `rdp-admission`; names all its objects. */
  readonly name: string;
  readonly component: string;
  readonly namespace: string;
  readonly image: string;
  readonly arguments: readonly string[];
  /** Ports that its Service does not have. */
  readonly apart?: readonly { readonly name: string; readonly container: number }[];
  /** The port of its work. */
  readonly port: { readonly name: string; readonly container: number; readonly service: number };
  readonly scale: Scale;
  readonly mounts: readonly Mount[];
  readonly identity: PodIdentity;
  /** What it asks the API server for; whoever asks for nothing has no token. */
  readonly api: 'none' | 'namespaces' | 'pods';
  /** Unless said, the cluster's default. */
  readonly priorityClass?: string;
  /** Memory that it needs and may use. */
  readonly memory: { readonly request: string; readonly limit: string };
}

/** The objects that run an enforcer. */
export function workloadObjects(enforcer: Enforcer): readonly KubernetesObject[] {
  return [
    serviceAccount(enforcer),
    deployment(enforcer),
    service(enforcer),
    ...(enforcer.scale.kind === 'by-load'
      ? [disruptionBudget(enforcer), autoscaler(enforcer, enforcer.scale.least)]
      : []),
  ];
}

function metadataOf({ name, namespace, component }: Enforcer): KubernetesObject['metadata'] {
  return { name, namespace, labels: { ...selectorOf(name), ...labelsOf(component) } };
}

function serviceAccount(enforcer: Enforcer): KubernetesObject {
  const annotations = identityAnnotations(enforcer.identity);
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { ...metadataOf(enforcer), ...(annotations === undefined ? {} : { annotations }) },
    automountServiceAccountToken: false,
  };
}

/** The right to read what it asks the API server for, and nothing else. */
export function clusterReader(enforcer: Enforcer): readonly KubernetesObject[] {
  const { name, namespace, component, api } = enforcer;
  const metadata = { name: `${name}-${api}`, labels: labelsOf(component) };
  return [
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata,
      rules: [{ apiGroups: [''], resources: [api], verbs: ['get', 'list', 'watch'] }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
  ];
}

/** The class of what a cluster cannot do without. */
export const criticalClass = 'system-cluster-critical';

/**
 * Lets pods of that class into the namespace. Clusters may keep it to namespaces with a quota for it, as GKE does; elsewhere the quota
 * changes nothing. Source: kubernetes.io/docs/concepts/policy/resource-quotas, "Limit Priority Class consumption by default".
 */
export function criticalPods(name: string, namespace: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name, namespace, labels: labelsOf('namespace') },
    spec: {
      hard: { pods: '1G' },
      scopeSelector: {
        matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: [criticalClass] }],
      },
    },
  };
}

function identityAnnotations(identity: PodIdentity): Readonly<Record<string, string>> | undefined {
  switch (identity.kind) {
    case 'eks-role':
      return { 'eks.amazonaws.com/role-arn': identity.roleArn };
    case 'gke-workload-identity':
      return identity.serviceAccount === undefined
        ? undefined
        : { 'iam.gke.io/gcp-service-account': identity.serviceAccount };
    case 'aks-workload-identity':
      return { 'azure.workload.identity/client-id': identity.clientId };
    // An association outside of the cluster, or none.
    case 'eks-pod-identity':
    case 'none':
      return undefined;
  }
}

function deployment(enforcer: Enforcer): KubernetesObject {
  const { name, component, scale } = enforcer;
  const identity: Readonly<Record<string, string>> =
    enforcer.identity.kind === 'aks-workload-identity' ? { 'azure.workload.identity/use': 'true' } : {};
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(enforcer),
    spec: {
      // The autoscaler owns the number otherwise: a number here would undo its work with each apply.
      ...(scale.kind === 'fixed' ? { replicas: scale.replicas } : {}),
      revisionHistoryLimit: 3,
      selector: { matchLabels: selectorOf(name) },
      // A fixed number may be one that must not be two at a time.
      strategy:
        scale.kind === 'fixed'
          ? { type: 'Recreate' }
          : { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels: { ...selectorOf(name), ...labelsOf(component), ...identity } },
        spec: podSpec(enforcer),
      },
    },
  };
}

function podSpec(enforcer: Enforcer): Readonly<Record<string, unknown>> {
  const { name, image, memory, mounts, port } = enforcer;
  const probe = (path: string): object => ({ httpGet: { path, port: 'metrics', scheme: 'HTTP' } });
  return {
    serviceAccountName: name,
    automountServiceAccountToken: enforcer.api !== 'none',
    enableServiceLinks: false,
    ...(enforcer.priorityClass === undefined ? {} : { priorityClassName: enforcer.priorityClass }),
    terminationGracePeriodSeconds: 30,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: imageUser,
      runAsGroup: imageUser,
      fsGroup: imageUser,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    topologySpreadConstraints: ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: selectorOf(name) },
      matchLabelKeys: ['pod-template-hash'],
    })),
    containers: [
      {
        name: enforcer.component,
        image,
        imagePullPolicy: 'IfNotPresent',
        args: enforcer.arguments,
        ports: [
          { name: port.name, containerPort: port.container, protocol: 'TCP' },
          { name: 'metrics', containerPort: metricsPort, protocol: 'TCP' },
          ...(enforcer.apart ?? []).map(({ name: of, container }) => ({
            name: of,
            containerPort: container,
            protocol: 'TCP',
          })),
        ],
        resources: { requests: { cpu: '100m', memory: memory.request }, limits: { memory: memory.limit } },
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          privileged: false,
          readOnlyRootFilesystem: true,
        },
        startupProbe: { ...probe(livePath), periodSeconds: 1, failureThreshold: 60 },
        livenessProbe: { ...probe(livePath), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
        readinessProbe: { ...probe(readyPath), periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 2 },
        volumeMounts: mounts.map((mount) => ({ name: mount.name, mountPath: mount.path, readOnly: true })),
      },
    ],
    volumes: mounts.map((mount) => ({ name: mount.name, ...mount.source })),
  };
}

function service(enforcer: Enforcer): KubernetesObject {
  const { port } = enforcer;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(enforcer),
    spec: {
      type: 'ClusterIP',
      selector: selectorOf(enforcer.name),
      ports: [
        { name: port.name, port: port.service, protocol: 'TCP', targetPort: port.name },
        { name: 'metrics', port: metricsPort, protocol: 'TCP', targetPort: 'metrics' },
      ],
    },
  };
}

function disruptionBudget(enforcer: Enforcer): KubernetesObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadataOf(enforcer),
    spec: {
      maxUnavailable: 1,
      selector: { matchLabels: selectorOf(enforcer.name) },
      // A pod that is broken must not keep a node from being drained.
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  };
}

/** Grows to four times the least number; the load is the processor's, because deciding is all that an enforcer does. */
function autoscaler(enforcer: Enforcer, least: number): KubernetesObject {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: metadataOf(enforcer),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: enforcer.name },
      minReplicas: least,
      maxReplicas: least * 4,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      ],
      behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
    },
  };
}
