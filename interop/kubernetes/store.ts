// Stores and removes objects, with strict checks of their fields.

import { nameOf, type KubernetesClient, type KubernetesObject } from './client.ts';

/** Creates an object; throws with what the server said against it. */
export async function store(client: KubernetesClient, object: KubernetesObject): Promise<void> {
  const fault = await offer(client, object, 'store');
  if (fault !== undefined) throw new Error(`${String(object['kind'])} ${nameOf(object)}: ${fault}`);
}

/** Creates an object, or only tries to; gives what the server said against it. */
export async function offer(
  client: KubernetesClient,
  object: KubernetesObject,
  what: 'store' | 'try',
): Promise<string | undefined> {
  const path = await client.pathOf(object);
  if (path === undefined) return `${String(object['apiVersion'])} is not served`;
  const query = `?fieldValidation=Strict&fieldManager=test${what === 'try' ? '&dryRun=All' : ''}`;
  const { status, body } = await client.request({ method: 'POST', path: `${path}${query}`, body: object });
  return status === 201 ? undefined : String(body['message'] ?? body['text']);
}

/** Puts an object in the place of the one of its name. */
export async function replace(client: KubernetesClient, object: KubernetesObject): Promise<void> {
  const path = `${await client.pathOf(object)}/${nameOf(object)}`;
  const { body: old } = await client.request({ method: 'GET', path });
  const { resourceVersion } = (old['metadata'] ?? {}) as { readonly resourceVersion?: string }; // an object's metadata is a record
  const metadata = { ...(object['metadata'] as object), resourceVersion }; // the same
  const { status, body } = await client.request({ method: 'PUT', path, body: { ...object, metadata } });
  if (status !== 200) throw new Error(`${nameOf(object)}: ${String(body['message'])}`);
}

/** Removes an object. */
export async function remove(client: KubernetesClient, object: KubernetesObject): Promise<void> {
  const path = `${await client.pathOf(object)}/${nameOf(object)}`;
  const { status, body } = await client.request({ method: 'DELETE', path });
  if (status !== 200) throw new Error(`${nameOf(object)}: ${String(body['message'])}`);
}
