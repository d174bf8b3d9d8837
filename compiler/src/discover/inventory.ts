// Kubernetes objects → what runs there: workloads, images, accelerators, services, routes, hosts of model providers and keys for
// them. Records have the kinds and fields that the library declares (`inventory …`), so that they join with what policies record.
//
// INVARIANT: names and places alone. No value of an environment variable, a ConfigMap or an argument gets into a record, but for the
// host of a provider that stands in one. Same objects, same records, in the same order.

import { at, isJson, listAt, textAt, type Json } from './json-path.ts';
import { isProviderKey, providerHosts } from './provider-names.ts';

/** One thing that was found. */
export interface InventoryRecord {
  /** Package and name of the inventory, `k8s.workload`. */
  readonly kind: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface InventoryOptions {
  /** Hosts of model providers; `*.` ahead stands for any labels. */
  readonly hosts: readonly string[];
}

/** The records of all objects, sorted, each once. */
export function inventoryOf(objects: readonly unknown[], options: InventoryOptions): readonly InventoryRecord[] {
  return sortedRecords(objects.flatMap((object) => (isJson(object) ? recordsOf(object, options) : [])));
}

/** Records in the order of their kinds and fields, each once. */
export function sortedRecords(records: readonly InventoryRecord[]): readonly InventoryRecord[] {
  const byText = new Map(records.map((record) => [`${record.kind} ${JSON.stringify(record.fields)}`, record]));
  return [...byText].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => record);
}

/** The places of pods in the kinds that make them. */
const templates: ReadonlyMap<string, readonly string[]> = new Map([
  ['Pod', []],
  ['PodTemplate', ['template']],
  ['Deployment', ['spec', 'template']],
  ['ReplicaSet', ['spec', 'template']],
  ['ReplicationController', ['spec', 'template']],
  ['StatefulSet', ['spec', 'template']],
  ['DaemonSet', ['spec', 'template']],
  ['Job', ['spec', 'template']],
  ['CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
]);

interface Subject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** `shop/web`, or `web` where there is no namespace. */
  readonly workload: string;
}

function recordsOf(object: Json, options: InventoryOptions): readonly InventoryRecord[] {
  const kind = textAt(object, 'kind');
  const namespace = textAt(object, 'metadata', 'namespace');
  const name = textAt(object, 'metadata', 'name') || textAt(object, 'metadata', 'generateName');
  const subject: Subject = { kind, namespace, name, workload: namespace === '' ? name : `${namespace}/${name}` };
  const template = templates.get(kind);
  if (template !== undefined) return workloadRecords(subject, at(object, ...template, 'spec'), options);
  switch (kind) {
    case 'Service':
      return [
        serviceRecord(subject, object),
        ...endpointRecords(subject, [textAt(object, 'spec', 'externalName')], options),
      ];
    case 'Ingress':
      return listAt(object, 'spec', 'rules').flatMap((rule) => ingressRoutes(subject, rule));
    case 'HTTPRoute':
    case 'GRPCRoute':
    case 'TLSRoute':
      return gatewayRoutes(subject, object);
    case 'ConfigMap':
      return endpointRecords(subject, textsIn(at(object, 'data')), options);
    case 'ServiceEntry':
      return endpointRecords(subject, textsIn(listAt(object, 'spec', 'hosts')), options);
    case 'InferenceService':
      return [{ kind: 'k8s.workload', fields: { kind, namespace, name } }];
    default:
      return [];
  }
}

function workloadRecords(subject: Subject, spec: unknown, options: InventoryOptions): readonly InventoryRecord[] {
  const { kind, namespace, name, workload } = subject;
  const containers = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) => listAt(spec, list));
  const env = containers.flatMap((container) => listAt(container, 'env'));
  const texts = [
    ...env.map((variable) => textAt(variable, 'value')),
    ...containers.flatMap((container) => [...textsIn(at(container, 'args')), ...textsIn(at(container, 'command'))]),
  ];
  const keys = env.map((variable) => textAt(variable, 'name')).filter(isProviderKey);
  return [
    { kind: 'k8s.workload', fields: { kind, namespace, name } },
    ...containers
      .map((container) => textAt(container, 'image'))
      .filter((image) => image !== '')
      .map((image) => ({ kind: 'k8s.image', fields: { image, namespace } })),
    ...containers.flatMap((container) => acceleratorRecords(workload, container)),
    ...keys.map((variable) => ({ kind: 'ai.key', fields: { variable, workload } })),
    ...endpointRecords(subject, texts, options),
  ];
}

/** Resources of vendors' device plugins that compute: the part behind the slash tells. */
const acceleratorName = /\/(?:gpu|mig-[\w.-]+|tpu|gaudi\d*|neuron(?:core|device)?|[\w-]*gpu[\w.-]*)$/;

function acceleratorRecords(workload: string, container: unknown): readonly InventoryRecord[] {
  const asked = { ...objectAt(container, 'requests'), ...objectAt(container, 'limits') };
  return Object.entries(asked)
    .filter(([resource]) => acceleratorName.test(resource))
    .map(([resource, amount]) => ({
      kind: 'k8s.accelerator',
      fields: { resource, amount: String(amount), container: textAt(container, 'name'), workload },
    }));
}

function objectAt(container: unknown, part: string): Json {
  const found = at(container, 'resources', part);
  return isJson(found) ? found : {};
}

function serviceRecord({ namespace, name }: Subject, object: Json): InventoryRecord {
  const ports = listAt(object, 'spec', 'ports').map((port) => Number(at(port, 'port') ?? 0));
  const type = textAt(object, 'spec', 'type') || 'ClusterIP';
  return { kind: 'k8s.service', fields: { namespace, name, type, ports } };
}

function ingressRoutes({ namespace, name }: Subject, rule: unknown): readonly InventoryRecord[] {
  const host = textAt(rule, 'host');
  return listAt(rule, 'http', 'paths').map((path) => ({
    kind: 'k8s.route',
    fields: {
      kind: 'Ingress',
      namespace,
      name,
      host,
      path: textAt(path, 'path'),
      service: textAt(path, 'backend', 'service', 'name') || textAt(path, 'backend', 'serviceName'),
    },
  }));
}

function gatewayRoutes({ kind, namespace, name }: Subject, object: Json): readonly InventoryRecord[] {
  const named = textsIn(listAt(object, 'spec', 'hostnames'));
  const hosts = named.length === 0 ? [''] : named;
  return listAt(object, 'spec', 'rules').flatMap((rule) => {
    const matches = listAt(rule, 'matches');
    const paths = matches.length === 0 ? [''] : matches.map((match) => textAt(match, 'path', 'value'));
    const services = listAt(rule, 'backendRefs').map((backend) => textAt(backend, 'name'));
    return hosts.flatMap((host) =>
      paths.flatMap((path) =>
        services.map((service) => ({ kind: 'k8s.route', fields: { kind, namespace, name, host, path, service } })),
      ),
    );
  });
}

function endpointRecords(
  { workload }: Subject,
  texts: readonly string[],
  { hosts }: InventoryOptions,
): readonly InventoryRecord[] {
  return texts
    .flatMap((text) => providerHosts(text, hosts))
    .map((host) => ({ kind: 'ai.endpoint', fields: { host, workload } }));
}

/** Texts of a list or of the members of an object. */
function textsIn(value: unknown): readonly string[] {
  const values = isJson(value) ? Object.values(value) : Array.isArray(value) ? value : [];
  return values.filter((one): one is string => typeof one === 'string');
}
