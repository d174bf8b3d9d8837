// Requests that a cluster's users make, as an API server admits them without storing anything: what came of each, and what the server
// asked its webhooks about it.

import type { ClientAnswer, Impersonation, KubernetesClient, KubernetesObject } from './client.ts';
import { nameOf } from './client.ts';

/** One request. */
export interface AdmissionCase {
  /** Says in a report which case it is. */
  readonly name: string;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  /** What is created, what it is updated to, or what is deleted. */
  readonly object: KubernetesObject;
  /** What is stored before an update; a deleted object is stored as it is. */
  readonly old?: KubernetesObject;
  readonly namespace?: string;
  /** The administrator unless said. */
  readonly as?: Impersonation;
}

/** What a server answered. */
export interface Admitted {
  /** `invalid`: refused by something else than admission: fields, values, a kind that is not served. */
  readonly verdict: 'allowed' | 'denied' | 'invalid';
  readonly message: string;
  readonly warnings: readonly string[];
  /** The object as it would be stored. */
  readonly object: KubernetesObject;
}

/** Makes the request as a dry run. */
export async function admit(client: KubernetesClient, asked: AdmissionCase): Promise<Admitted> {
  const path = await client.pathOf(asked.object, asked.namespace);
  if (path === undefined) {
    const { apiVersion, kind } = asked.object;
    return {
      verdict: 'invalid',
      message: `${String(apiVersion)} ${String(kind)} is not served`,
      warnings: [],
      object: {},
    };
  }
  const query = '?dryRun=All&fieldValidation=Strict&fieldManager=test';
  const headers = headersOf(asked.as);
  const own = `${path}/${nameOf(asked.object)}`;
  switch (asked.operation) {
    case 'CREATE':
      return admittedFrom(
        await client.request({ method: 'POST', path: `${path}${query}`, body: asked.object, headers }),
      );
    case 'UPDATE':
      return admittedFrom(await client.request({ method: 'PUT', path: `${own}${query}`, body: asked.object, headers }));
    case 'DELETE': {
      return admittedFrom(await client.request({ method: 'DELETE', path: `${own}?dryRun=All`, headers }));
    }
  }
}

/** Stores what a case needs to be there; before any policy is in force. Gives what the server said against it. */
export async function prepare(client: KubernetesClient, asked: AdmissionCase): Promise<string | undefined> {
  const stored = asked.operation === 'UPDATE' ? asked.old : asked.operation === 'DELETE' ? asked.object : undefined;
  if (stored === undefined) return undefined;
  const path = await client.pathOf(stored, asked.namespace);
  if (path === undefined) return `${String(stored['kind'])} is not served`;
  const { status, body } = await client.request({ method: 'POST', path, body: stored });
  return status === 201 || status === 409 ? undefined : String(body['message']);
}

function headersOf(as: Impersonation | undefined): Readonly<Record<string, string | readonly string[]>> {
  if (as === undefined) return {};
  const groups = as.groups.length === 0 ? {} : { 'impersonate-group': as.groups };
  return { 'impersonate-user': as.user, ...groups };
}

function admittedFrom({ status, body, warnings }: ClientAnswer): Admitted {
  const message = typeof body['message'] === 'string' ? body['message'] : '';
  if (status < 300) return { verdict: 'allowed', message: '', warnings, object: body };
  // Admission policies and webhooks say so themselves; everything else is a fault of the request.
  const denied = /denied (?:the )?request|violates PodSecurity|denied by/i.test(message);
  return { verdict: denied ? 'denied' : 'invalid', message, warnings, object: {} };
}

/** Creates a namespace with labels; one that is there stays as it is. */
export async function createNamespace(
  client: KubernetesClient,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<void> {
  // Asked first, because a policy that is in force may refuse another like it.
  const known = await client.request({ method: 'GET', path: `/api/v1/namespaces/${name}` });
  if (known.status === 200) return;
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
  const { status, body: answer } = await client.request({ method: 'POST', path: '/api/v1/namespaces', body });
  if (status !== 201 && status !== 409) throw new Error(`namespace ${name}: ${String(answer['message'])}`);
}
