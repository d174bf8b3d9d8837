// Objects that make pods, one of every kind, for tests.

/** A kind, where its objects have the template (a JSON Pointer), and one of them with `pod` there. */
export interface Maker {
  readonly kind: string;
  readonly at: string;
  readonly make: (pod: object, order: 'kind first' | 'kind last') => object;
}

const maker = (apiVersion: string, kind: string, at: string, around: (pod: object) => object): Maker => ({
  kind,
  at,
  make: (pod, order) => {
    const metadata = { name: 'web', namespace: 'shop', labels: { app: 'controller' } };
    const type = { apiVersion, kind };
    const body = { metadata, ...around(pod) };
    return order === 'kind first' ? { ...type, ...body } : { ...body, ...type };
  },
});

const template = (pod: object, more: object = {}): object => ({ spec: { ...more, template: pod } });

/** One of every kind that makes pods, the pod itself first. */
export const makers: readonly Maker[] = [
  {
    kind: 'Pod',
    at: '',
    make: (pod, order) => {
      const { metadata, ...rest } = { metadata: {}, ...pod };
      const body = { metadata: { ...metadata, name: 'web', namespace: 'shop' }, ...rest };
      const type = { apiVersion: 'v1', kind: 'Pod' };
      return order === 'kind first' ? { ...type, ...body } : { ...body, ...type };
    },
  },
  maker('apps/v1', 'Deployment', '/spec/template', (pod) => template(pod, { replicas: 1, selector: {} })),
  maker('apps/v1', 'ReplicaSet', '/spec/template', (pod) => template(pod, { selector: {} })),
  maker('apps/v1', 'StatefulSet', '/spec/template', (pod) => template(pod, { selector: {}, serviceName: 'web' })),
  maker('apps/v1', 'DaemonSet', '/spec/template', (pod) => template(pod, { selector: {} })),
  maker('batch/v1', 'Job', '/spec/template', (pod) => template(pod)),
  maker('batch/v1', 'CronJob', '/spec/jobTemplate/spec/template', (pod) => ({
    spec: { schedule: '0 3 * * *', jobTemplate: template(pod) },
  })),
  maker('v1', 'ReplicationController', '/spec/template', (pod) => template(pod)),
  maker('v1', 'PodTemplate', '/template', (pod) => ({ template: pod })),
  maker('rollouts.example/v1', 'Rollout', '/spec/template', (pod) => template(pod, { paused: false })),
];

const container = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string' },
    image: { type: 'string' },
    command: { type: 'array', items: { type: 'string' } },
    securityContext: { type: 'object', properties: { privileged: { type: 'boolean' } } },
  },
};

const podSchema = {
  type: 'object',
  properties: {
    metadata: { type: 'object' },
    spec: {
      type: 'object',
      required: ['containers'],
      properties: {
        containers: { type: 'array', items: container },
        initContainers: { type: 'array', items: container },
        hostNetwork: { type: 'boolean' },
        serviceAccountName: { type: 'string' },
        volumes: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } },
      },
    },
  },
};

/** A definition whose kind makes pods. */
export const customResource: object = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  spec: {
    group: 'rollouts.example',
    names: { kind: 'Rollout', plural: 'rollouts' },
    versions: [
      {
        name: 'v1',
        served: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', properties: { paused: { type: 'boolean' }, template: podSchema } },
            },
          },
        },
      },
    ],
  },
};

/** An AdmissionReview about `object`. */
export function reviewOf(parts: {
  readonly object: object | null;
  readonly oldObject?: object | null;
  readonly kind: string;
  readonly operation?: string;
  readonly subResource?: string;
}): object {
  const { object, oldObject = null, kind, operation, subResource } = parts;
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '4b1e0c5e-0000-4000-8000-000000000001',
      kind: { group: '', version: 'v1', kind },
      operation: operation ?? (object === null ? 'DELETE' : 'CREATE'),
      ...(subResource === undefined ? {} : { subResource }),
      namespace: 'shop',
      userInfo: { username: 'kim@platform.example', groups: [] },
      object,
      oldObject,
    },
  };
}
