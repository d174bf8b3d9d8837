// Documents about Kubernetes objects as people keep them — reviews, bare requests, manifests, lists of them — to the AdmissionReviews that an
// API server would send. A manifest is asked about as its author wrote it, in versions that servers have (as-admitted.ts).

import { builtInResources, groupAndVersion } from '@rdp/language';
import { asAdmitted } from './as-admitted.ts';

/** What is asked to be done with a manifest. */
export type ManifestOperation = 'CREATE' | 'UPDATE' | 'DELETE';

export const manifestOperations: readonly ManifestOperation[] = ['CREATE', 'UPDATE', 'DELETE'];

type Json = Readonly<Record<string, unknown>>;

/**
 * A review for each object in the documents, in their order; what is none of all that stays as it is. A namespace among the
 * manifests is that of the objects in it.
 */
export function admissionReviews(documents: readonly unknown[], operation: ManifestOperation): readonly unknown[] {
  const items = objectsIn(documents);
  const namespaces = new Map(
    items.flatMap((item) =>
      isManifest(item) && item.kind === 'Namespace' ? [[metadataText(item, 'name'), item]] : [],
    ),
  );
  return items.map((item) => reviewOf(item, operation, namespaces));
}

/** What the documents hold: themselves, or the items of lists. */
export function objectsIn(documents: readonly unknown[]): readonly unknown[] {
  return documents.flatMap(takeApart);
}

/** The objects of a list (`kind: List`, `PodList`, …), in lists of lists too. */
function takeApart(document: unknown): readonly unknown[] {
  if (!isManifest(document) || !document.kind.endsWith('List') || !Array.isArray(document['items'])) return [document];
  // Items of a list of one kind do not say it themselves.
  const own =
    document.kind === 'List' ? {} : { apiVersion: document.apiVersion, kind: document.kind.slice(0, -'List'.length) };
  return document['items'].flatMap((item: unknown) => takeApart(isJson(item) ? { ...own, ...item } : item));
}

function reviewOf(document: unknown, operation: ManifestOperation, namespaces: ReadonlyMap<string, Json>): unknown {
  if (isManifest(document)) return reviewOfManifest(document, operation, namespaces);
  if (!isJson(document) || isJson(document['request'])) return document;
  // Gatekeeper's tests have the request beside the parameters of a constraint.
  const request = isJson(document['review']) ? document['review'] : document;
  if (!isJson(request['kind'])) return document;
  return { request: { operation, ...request } };
}

interface Manifest extends Json {
  readonly apiVersion: string;
  readonly kind: string;
}

function reviewOfManifest(
  manifest: Manifest,
  operation: ManifestOperation,
  namespaces: ReadonlyMap<string, Json>,
): unknown {
  if (manifest.kind === 'AdmissionReview') return manifest;
  const object = asAdmitted(manifest);
  const { apiVersion, kind } = isManifest(object) ? object : manifest;
  const known = builtInResources().find(
    (row) => row.subresource === '' && row.kind[0] === apiVersion && row.kind[1] === kind,
  );
  const gv = groupAndVersion(apiVersion);
  const names = {
    kind: { ...gv, kind },
    ...(known ? { resource: { ...gv, resource: known.resource } } : {}),
  };
  // The namespace of a request about a namespace is that namespace.
  const namespace = metadataText(manifest, kind === 'Namespace' && gv.group === '' ? 'name' : 'namespace');
  const ofNamespace = known?.scope === 'Cluster' ? undefined : namespaces.get(namespace);
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '',
      ...names,
      ...(names.resource ? { requestKind: names.kind, requestResource: names.resource } : {}),
      name: metadataText(manifest, 'name'),
      namespace,
      operation,
      object: operation === 'DELETE' ? null : object,
      // What an update changes a manifest does not say; so everything in it may be new, and rules are asked about all of it.
      oldObject: operation === 'DELETE' ? object : null,
      ...(ofNamespace ? { namespaceObject: ofNamespace } : {}),
    },
  };
}

function metadataText({ metadata }: Json, key: string): string {
  const value = isJson(metadata) ? metadata[key] : undefined;
  return typeof value === 'string' ? value : '';
}

function isManifest(value: unknown): value is Manifest {
  return isJson(value) && typeof value['apiVersion'] === 'string' && typeof value['kind'] === 'string';
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
