// What becomes of a request on a cluster with all that we emit for it, native policies and the webhook of a running `rdp-admission`
// alike, against the decision of the whole policy's module: verdict, message and the object as it would be stored. So no rule is lost
// between the two, and none is where it should not be.

import { isDeepStrictEqual } from 'node:util';
import { buildBundle } from '../../compiler/src/cli/build-bundle.ts';
import { enforcerPrograms } from '../../compiler/src/deploy/enforcer-programs.ts';
import { plansOf } from '../../compiler/src/deploy/native-emitters.ts';
import type { ClusterPlan, DeployPlan } from '../../compiler/src/deploy/plan.ts';
import { emitKubernetes } from '../../compiler/src/emit/k8s/emit-kubernetes.ts';
import type { Decision } from '@rdp/runtime';
import type { Report } from '../check.ts';
import { startAdmission } from './admission-server.ts';
import { admit, createNamespace } from './admit.ts';
import type { RunningServer } from './api-server.ts';
import { nameOf, type KubernetesObject } from './client.ts';
import { changedObject, decidedOn, type ReviewedCase } from './compare-native.ts';
import { policiesInForce, webhooksInForce } from './in-force.ts';
import { podVariants } from './pods.ts';
import type { PolicyModule } from './policy-module.ts';
import { offer, remove } from './store.ts';

export interface WebhookComparison {
  readonly report: Report;
  readonly server: RunningServer;
  /** Says in the report which policy it is. */
  readonly what: string;
  readonly module: PolicyModule;
  readonly minor: number;
  readonly cases: readonly ReviewedCase[];
}

/** Compares on every cluster of the server's version that the policy is deployed to with a webhook. */
export async function compareWebhook(comparison: WebhookComparison): Promise<void> {
  const { module, minor } = comparison;
  for (const plan of plansOf(module.model, module.programs)) {
    for (const cluster of plan.clusters.filter(({ target }) => target.minor === minor)) {
      await compareCluster(comparison, plan, cluster);
    }
  }
}

async function compareCluster(
  { report, server, what, module, cases }: WebhookComparison,
  plan: DeployPlan,
  cluster: ClusterPlan,
): Promise<void> {
  const { client } = server;
  const label = `${what}, ${cluster.target.folder} (1.${cluster.target.minor})`;
  const programs = enforcerPrograms(module.programs, plan, { via: 'admission', cluster });
  const { bundle } = await buildBundle(programs, { root: module.root, revision: undefined, signing: undefined });
  const admission = await startAdmission({ bundle, certificate: server.certificate });
  const installed: KubernetesObject[] = [];
  try {
    const refused: string[] = [];
    for (const object of admissionObjects(module, plan, cluster).map((each) =>
      reached(each, admission.url, server.authority),
    )) {
      const fault = await offer(client, object, 'store');
      if (fault === undefined) installed.push(object);
      else refused.push(`${nameOf(object)}: ${fault}`);
    }
    const count = (kind: string): number => installed.filter((object) => object['kind'] === kind).length;
    const webhooks = count('ValidatingWebhookConfiguration') + count('MutatingWebhookConfiguration');
    const policies = count('ValidatingAdmissionPolicy') + count('MutatingAdmissionPolicy');
    report.check(
      `${label}: ${policies} policies, ${webhooks} webhooks`,
      refused.length === 0,
      refused.join('\n      '),
    );
    await policiesInForce(client);
    await webhooksInForce(server);
    await compareRequests({ report, server, label, module, plan, cases, policies: rulesOf(installed) });
    const code = await admission.stop();
    report.check(`${label}: rdp-admission ends in an orderly way`, code === 0, `exit code ${code}`);
    if (webhooks > 0) await compareWithoutWebhook(report, server, label, plan);
  } finally {
    await admission.stop();
    for (const object of installed.toReversed()) await remove(client, object);
  }
  await policiesInForce(client);
  await webhooksInForce(server);
}

/** When nobody answers, nothing passes that a rule may concern; what the cluster and the enforcers need to come up again does. */
async function compareWithoutWebhook(
  report: Report,
  { client }: RunningServer,
  label: string,
  { deploy }: DeployPlan,
): Promise<void> {
  const pod = podVariants()[0]?.pod ?? {};
  await createNamespace(client, deploy.namespace);
  const tried = async (namespace: string): Promise<string> =>
    (await admit(client, { name: namespace, operation: 'CREATE', object: pod, namespace })).message;
  const refused = await tried('shop-cases');
  // A native policy may have said no before anybody asked.
  const stopped = /failed calling webhook|AdmissionPolicy '/.test(refused);
  report.check(`${label}: without a webhook nothing passes`, stopped, refused);
  const spared = [await tried('kube-system'), await tried(deploy.namespace)].join('');
  report.check(`${label}: the cluster and the enforcers can come up without it`, spared === '', spared);
}

/** What admission on a cluster consists of. */
export function admissionObjects(module: PolicyModule, plan: DeployPlan, cluster: ClusterPlan): readonly KubernetesObject[] {
  const { installation } = emitKubernetes({
    plan: { ...plan, clusters: [cluster] },
    surfaces: module.model.surfaces,
    bundleOf: () => ({ bytes: new Uint8Array([0]), readsNamespaces: false }),
    authority: undefined,
    proxy: undefined,
  });
  return installation.clusters
    .flatMap(({ objects }) => objects)
    .filter(({ apiVersion }) => apiVersion.startsWith('admissionregistration.k8s.io/'))
    .map((object) => ({ ...object }));
}

interface Webhook {
  readonly clientConfig: { readonly service?: { readonly path?: string } };
}

/** Without nodes no service leads anywhere: the webhook is reached by its address. */
export function reached(object: KubernetesObject, url: string, authority: string): KubernetesObject {
  const { webhooks } = object as { readonly webhooks?: readonly Webhook[] }; // what we emit
  if (webhooks === undefined) return object;
  const caBundle = Buffer.from(authority).toString('base64');
  return {
    ...object,
    webhooks: webhooks.map((webhook) => ({
      ...webhook,
      clientConfig: { url: `${url}${webhook.clientConfig.service?.path ?? ''}`, caBundle },
    })),
  };
}

interface Requests {
  readonly report: Report;
  readonly server: RunningServer;
  readonly label: string;
  readonly module: PolicyModule;
  readonly plan: DeployPlan;
  readonly cases: readonly ReviewedCase[];
  /** Names of native policies, and the rules that they are of. */
  readonly policies: ReadonlyMap<string, string>;
}

function rulesOf(objects: readonly KubernetesObject[]): ReadonlyMap<string, string> {
  return new Map(
    objects.flatMap((object) => {
      const { annotations = {} } = object['metadata'] as { readonly annotations?: Readonly<Record<string, string>> }; // what we emit
      const rule = annotations['rdp.dev/rule'];
      return rule === undefined ? [] : [[nameOf(object), rule] as const];
    }),
  );
}

async function compareRequests({ report, server, label, module, plan, cases, policies }: Requests): Promise<void> {
  const differences: string[] = [];
  const counts = { denied: 0, changed: 0, warned: 0 };
  for (const asked of cases) {
    const expected = expectedOf(module, plan, asked);
    const { verdict, message, warnings, object } = await admit(server.client, asked);
    if (verdict === 'denied') counts.denied += 1;
    if (expected.verdict !== verdict) {
      const rules = expected.rules.join(', ');
      differences.push(`${asked.name}: the server ${verdict} (${message}), the module ${expected.verdict} (${rules})`);
      continue;
    }
    if (verdict === 'denied') {
      // Of several rules that refuse, a server names the one that it comes to first.
      const policy = policies.get(/AdmissionPolicy '([^']+)'/.exec(message)?.[1] ?? '');
      const named = expected.rules.length > 1 && policy !== undefined && expected.rules.includes(policy);
      if (!named && !expected.messages.some((text) => message.includes(text)))
        differences.push(
          `${asked.name}: the server says "${message}", the module "${expected.messages.join('" or "')}"`,
        );
      continue;
    }
    if (warnings.length > 0) counts.warned += 1;
    for (const rule of expected.warned.filter((name) => !warnings.some((text) => text.includes(name))))
      differences.push(`${asked.name}: no warning of ${rule}: ${warnings.join(' | ')}`);
    if (asked.operation === 'DELETE') continue;
    if (expected.changed !== undefined) counts.changed += 1;
    const difference = firstDifference(plain(object), plain(expected.changed ?? expected.object), '');
    if (difference !== undefined) differences.push(`${asked.name}: the object as stored: ${difference}`);
  }
  report.check(
    `${label}: policies, webhook and module agree on ${cases.length} requests ` +
      `(${counts.denied} denied, ${counts.changed} changed, ${counts.warned} with warnings)`,
    differences.length === 0,
    differences.slice(0, 40).join('\n      '),
  );
}

interface Expected {
  readonly verdict: 'allowed' | 'denied';
  readonly messages: readonly string[];
  readonly rules: readonly string[];
  /** Rules in the mode \`warn\` that fired. */
  readonly warned: readonly string[];
  /** As the server sent it. */
  readonly object: KubernetesObject;
  /** The object with the policy's changes, when there are any. */
  readonly changed: KubernetesObject | undefined;
}

interface Review {
  readonly request: { readonly object?: KubernetesObject | null; readonly namespace?: string };
}

/** What the module makes of a request: first it changes the object, then it decides on what comes of that. */
function expectedOf(module: PolicyModule, { deploy }: DeployPlan, asked: ReviewedCase): Expected {
  const review = JSON.parse(new TextDecoder().decode(asked.review)) as Review; // an AdmissionReview
  const entrypoints = module.programs
    .filter((program) => program.package === deploy.package)
    .flatMap((program) => program.entrypoints.filter(({ surfaceKind }) => surfaceKind === 'k8s'));
  const decisions = (text: Uint8Array): readonly Decision[] =>
    entrypoints.map((entrypoint) => decidedOn(module, entrypoint, { ...asked, review: text }));
  const object = review.request.object ?? {};
  const patches = decisions(asked.review).flatMap((decision) => decision.patches ?? []);
  const changed = patches.length === 0 ? undefined : (changedObject(object, patches) as KubernetesObject); // stays one
  const final = { ...review, request: { ...review.request, object: review.request.object && (changed ?? object) } };
  const made = decisions(new TextEncoder().encode(JSON.stringify(final)));
  const blocks = made.filter(({ action }) => action === 'block' || action === 'approve');
  return {
    verdict: blocks.length > 0 ? 'denied' : 'allowed',
    messages: blocks.flatMap(({ message }) => message ?? []),
    rules: made.flatMap(({ because = [] }) => because.map(({ rule }) => rule)),
    warned: made.flatMap(({ observed = [] }) => observed.flatMap(({ rule, mode }) => (mode === 'warn' ? [rule] : []))),
    object,
    changed,
  };
}

/** Metadata that is of a request and not of an object; a change of the policy's on an update counts up the generation. */
const madeAnew: ReadonlySet<string> = new Set(['creationTimestamp', 'generation', 'managedFields', 'resourceVersion']);

/** Without what the server makes up anew each time; of jobs the selector has the identity too. */
function plain(object: KubernetesObject): unknown {
  const { metadata, status: _, ...rest } = object;
  const { uid, ...others } = (metadata ?? {}) as Readonly<Record<string, unknown>>; // an object's metadata is a record
  const kept = Object.fromEntries(Object.entries(others).filter(([name]) => !madeAnew.has(name)));
  const text = JSON.stringify({ ...rest, metadata: kept });
  return JSON.parse(typeof uid === 'string' ? text.replaceAll(uid, 'UID') : text);
}

/** Where two values differ first, and how. */
function firstDifference(stored: unknown, wanted: unknown, path: string): string | undefined {
  if (isDeepStrictEqual(stored, wanted)) return undefined;
  if (typeof stored === 'object' && stored !== null && typeof wanted === 'object' && wanted !== null) {
    const [a, b] = [stored as Readonly<Record<string, unknown>>, wanted as Readonly<Record<string, unknown>>]; // both are
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const difference = firstDifference(a[key], b[key], `${path}/${key}`);
      if (difference !== undefined) return difference;
    }
  }
  return `\`${path}\` is ${JSON.stringify(stored)}, the module wants ${JSON.stringify(wanted)}`;
}
