// Admission requests of other people's tests: whether what a rule asks of a request is reached, in a review or bare.

import type { Decision } from '@rdp/runtime/contract';
import type { Figure, Section } from '../quality/section.ts';
import type { Sets } from '../quality/sets.ts';
import { createCluster } from './cluster.ts';
import { isManifest, type Manifest } from './manifests.ts';

interface Review {
  readonly path: string;
  readonly request: Readonly<Record<string, unknown>> & { readonly object?: Manifest };
}

/** The figures of the requests that are there. */
export async function measure(sets: Sets): Promise<readonly Section[]> {
  const reviews = sets.texts('k8s-admissionreview', /\.json$/).flatMap(reviewsIn);
  if (reviews.length === 0) return [];
  const reached = await createCluster(
    `discover Reached on Cluster.admission {
  when operation != ""
  record k8s.workload { kind: object.kind + "|" + kind.kind + "|" + user.name + "|" + operation, namespace: object.metadata.namespace, name: object.metadata.name }
}`,
  );
  const privileged = await createCluster('apply pod_security.baseline to Cluster', {
    imports: ['std.k8s.pod_security'],
  });
  const cases = reviews.map(({ path, request }) => ({
    path,
    privileged: /"privileged":true/.test(JSON.stringify(request)),
    found: recordOf(reached.decide(request)),
    wanted: wantedOf(request),
    decision: privileged.decide(request),
  }));
  reached.close();
  privileged.close();
  const share = (what: string, hits: number, total: number): Figure => ({
    what,
    value: { kind: 'share', hits, total },
    wanted: { atLeast: 1 },
  });
  const dangerous = cases.filter((one) => one.privileged);
  return [
    {
      title: 'Admission requests',
      protocol:
        '`k8s-admissionreview`: requests from the tests of policy engines. Of each, a rule has to reach the object, its kind, the operation and ' +
        'who asks; those with a privileged container have to be denied by `pod_security.baseline`.',
      figures: [
        share(
          'requests whose object, kind, operation and user are reached',
          cases.filter((one) => one.found === one.wanted).length,
          cases.length,
        ),
        share(
          'requests with a privileged container that are denied',
          dangerous.filter(({ decision }) => decision.action === 'block' && decision.reason === undefined).length,
          dangerous.length,
        ),
      ],
    },
  ];
}

/** The request in a document: a review's, one of Gatekeeper's tests, or bare; `CREATE` by nobody where it does not say. */
function reviewsIn({ path, text }: { readonly path: string; readonly text: string }): readonly Review[] {
  const document = JSON.parse(text) as Readonly<Record<string, unknown>>; // documents of the set are objects
  const bare = [document['request'], document['review'], document].find(
    (one) => typeof one === 'object' && one !== null,
  );
  const request = bare as Review['request']; // found by that
  return isManifest(request.object) ? [{ path, request: { operation: 'CREATE', ...request } }] : [];
}

function recordOf({ records = [] }: Decision): string {
  const [{ fields } = { fields: {} }] = records;
  return ['kind', 'namespace', 'name']
    .map((name) => String((fields as Readonly<Record<string, unknown>>)[name] ?? ''))
    .join(' ');
}

function wantedOf({ object, ...request }: Review['request']): string {
  const kind = request['kind'] as { readonly kind?: string } | undefined; // as Kubernetes has it
  const user = request['userInfo'] as { readonly username?: string } | undefined; // as Kubernetes has it
  const asked = [object?.kind ?? '', kind?.kind ?? '', user?.username ?? 'case', String(request['operation'])].join(
    '|',
  );
  return [asked, object?.metadata?.namespace ?? '', object?.metadata?.name ?? ''].join(' ');
}
