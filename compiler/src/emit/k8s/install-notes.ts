// What whoever installs manifests has to do or to know beside `kubectl apply -k`: images to push, features to turn on, namespaces that
// have to be there, and what a cluster lacks for the enforcers to be as closed off or as reachable as they should be.

import { peopleFor } from '../../deploy/gateway-keeping.ts';
import type { DeployPlan } from '../../deploy/plan.ts';
import type { ClusterTarget } from '../../deploy/targets.ts';
import type { KubernetesObject } from './object.ts';
import { inventoryNote, peopleNotes } from './people.ts';

/** What the notes are about. */
export interface Installed {
  readonly plan: DeployPlan;
  /** Images of the registry that are used. */
  readonly references: readonly string[];
  /** A ConfigMap is too large for the annotation of `kubectl apply`. */
  readonly isLarge: boolean;
  readonly clusters: readonly { readonly target: ClusterTarget; readonly objects: readonly KubernetesObject[] }[];
}

/** The name of an image in the layout, `rdp-proxy-f5e63c0996ff`: clusters may use several images of one repository. */
export function layoutName(reference: string): string {
  const [repository = '', digest = ''] = reference.split('@sha256:');
  return `${repository.slice(repository.lastIndexOf('/') + 1)}-${digest.slice(0, 12)}`;
}

/** One sentence each. */
export function notesOf({ plan, references, isLarge, clusters }: Installed): readonly string[] {
  const all = clusters.flatMap(({ objects }) => objects);
  const own = images(all).filter((image) => !image.includes('@sha256:'));
  return [
    ...[...new Set(references)].toSorted().map((reference) => {
      const [repository = ''] = reference.split('@');
      const users = clusters.flatMap(({ target, objects }) =>
        JSON.stringify(objects).includes(reference) ? [target.folder] : [],
      );
      return `For ${users.join(', ')} push what is used by its digest: \`skopeo copy --all oci:oci:${layoutName(reference)} docker://${repository}\`.`;
    }),
    ...own.map(
      (image) => `Say where the image ${image} is, by its digest: \`image\` of the route, or kustomize's \`images\`.`,
    ),
    ...(isLarge ? ['A ConfigMap is too large for the annotation of `kubectl apply`: add `--server-side`.'] : []),
    ...gatewayNotes(plan),
    ...(all.some(({ kind }) => kind === 'Certificate') ? ['cert-manager has to be there.'] : []),
    ...(all.some(({ kind }) => kind === 'ServiceMonitor') ? ["Prometheus' operator has to be there."] : []),
    ...clusters.flatMap((cluster) => clusterNotes(cluster, plan.deploy.namespace)),
  ];
}

function gatewayNotes({ deploy, clusters }: DeployPlan): readonly string[] {
  const routes = deploy.routes.filter(({ via }) => via === 'gateway');
  const carried = new Set(routes.map(({ surface }) => surface));
  const rules = clusters.flatMap((cluster) =>
    cluster.rules.flatMap(({ rule, entrypoint }) => (carried.has(entrypoint.surface) ? [rule] : [])),
  );
  const people = peopleFor(deploy, rules);
  return [
    ...(people === undefined ? [] : peopleNotes(people, deploy.namespace)),
    ...(routes.some(({ settings }) => settings.has('inventory')) ? [inventoryNote(deploy.namespace)] : []),
  ];
}

function clusterNotes({ target, objects }: Installed['clusters'][number], home: string): readonly string[] {
  const { name, requires, isolation, egress } = target;
  const others = [...new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []))].filter(
    (one) => one !== home,
  );
  const has = (kind: string, object = ''): boolean =>
    objects.some(({ kind: of, metadata }) => of === kind && (object === '' || metadata.name === object));
  return [
    ...requires,
    ...(others.length === 0 ? [] : [`these namespaces have to be there: ${others.toSorted().join(', ')}`]),
    ...(has('ClusterRole', 'rdp-gateway-pods')
      ? [
          'whose pod calls rdp-gateway is told by the address of its connection: callers in the network of a node, behind a proxy, or whose addresses are masqueraded are refused where rules ask for their workload',
        ]
      : []),
    ...(has('NetworkPolicy') && isolation.kind === 'none'
      ? [`network policies may do nothing: ${isolation.reason}`]
      : []),
    ...(has('Deployment', 'rdp-gateway') && egress.kind === 'none'
      ? [`rdp-gateway reaches no provider until some policy lets it: ${egress.reason}`]
      : []),
  ].map((note) => `${name}: ${note}.`);
}

interface Running {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
  };
}

function images(objects: readonly KubernetesObject[]): readonly string[] {
  const deployments = objects.filter(({ kind }) => kind === 'Deployment') as readonly unknown[] as readonly Running[]; // as workload.ts writes them
  const found = deployments.flatMap(({ spec }) => spec.template.spec.containers.map(({ image }) => image));
  return [...new Set(found)].toSorted();
}
