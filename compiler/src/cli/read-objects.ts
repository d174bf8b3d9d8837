// A folder of manifests, a file or an API server → Kubernetes objects, each by itself: several documents of a file, items of lists.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openApiServer, type ClusterAccess } from '@rdp/runtime/cluster';
import { isJson, listAt, textAt, type Json } from '../discover/json-path.ts';
import { objectsIn } from './admission-reviews.ts';
import { causeOf, refuse } from './faults.ts';
import { parseDocuments } from './parse-document.ts';
import { readText } from './read-project.ts';

export interface ReadObjects {
  readonly objects: readonly Json[];
  /** What could not be read, a line each. */
  readonly problems: readonly string[];
}

/** Every object in the YAML and JSON files at or below `path`; templates that are no YAML are problems. */
export async function objectsOfFolder(path: string): Promise<ReadObjects> {
  const objects: Json[] = [];
  const problems: string[] = [];
  for (const file of manifestFiles(path)) {
    const parsed = await parseDocuments(readText(file));
    if (parsed.kind === 'fault') problems.push(`${file}: ${parsed.message}`);
    else objects.push(...objectsIn(parsed.values).filter(isObject));
  }
  return { objects, problems };
}

function isObject(value: unknown): value is Json {
  return isJson(value) && textAt(value, 'kind') !== '';
}

function manifestFiles(path: string): readonly string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(?:ya?ml|json)$/i.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => !file.includes('/node_modules/') && !file.includes('/.'))
      .toSorted();
  } catch (error) {
    return refuse(`cannot read \`${path}\`: ${causeOf(error)}`, 'name a folder of manifests, or `--kubeconfig FILE`');
  }
}

/** What is asked for. Secrets are not: nothing of an inventory is in them. */
const lists: readonly string[] = [
  '/api/v1/pods',
  '/api/v1/replicationcontrollers',
  '/api/v1/services',
  '/api/v1/configmaps',
  '/apis/apps/v1/deployments',
  '/apis/apps/v1/statefulsets',
  '/apis/apps/v1/daemonsets',
  '/apis/apps/v1/replicasets',
  '/apis/batch/v1/jobs',
  '/apis/batch/v1/cronjobs',
  '/apis/networking.k8s.io/v1/ingresses',
];

/** Kinds that only some clusters have. */
const optionalLists: readonly string[] = [
  '/apis/gateway.networking.k8s.io/v1/httproutes',
  '/apis/gateway.networking.k8s.io/v1/grpcroutes',
  '/apis/networking.istio.io/v1/serviceentries',
  '/apis/serving.kserve.io/v1beta1/inferenceservices',
];

/** The objects of a cluster that nobody else among them has made: pods of a Deployment are told of by the Deployment. */
export async function objectsOfCluster(access: ClusterAccess): Promise<ReadObjects> {
  const api = openApiServer(access);
  const objects: Json[] = [];
  const problems: string[] = [];
  for (const path of [...lists, ...optionalLists]) {
    const list = await api.list(path);
    if (list.kind === 'ok') objects.push(...list.value.items);
    else if (!optionalLists.includes(path) || !list.problem.message.startsWith('there is no'))
      problems.push(list.problem.message);
  }
  api.close();
  const known = new Set(objects.map((object) => textAt(object, 'metadata', 'uid')));
  const isMade = (object: Json): boolean =>
    listAt(object, 'metadata', 'ownerReferences').some((owner) => known.has(textAt(owner, 'uid')));
  return { objects: objects.filter((object) => !isMade(object)), problems };
}
