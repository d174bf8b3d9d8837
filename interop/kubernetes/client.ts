// Talks to an API server: one request, one JSON answer, over connections that stay open. Knows where each kind's objects are from the
// server's own discovery.

import { Agent, request as httpsRequest } from 'node:https';

/** An object of Kubernetes, as JSON. */
export type KubernetesObject = Readonly<Record<string, unknown>>;

export interface ClientRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

export interface ClientAnswer {
  readonly status: number;
  readonly body: KubernetesObject;
  /** Texts of the `Warning` headers. */
  readonly warnings: readonly string[];
}

/** Who asks, when it is not the administrator. */
export interface Impersonation {
  readonly user: string;
  readonly groups: readonly string[];
}

export interface KubernetesClient {
  readonly request: (request: ClientRequest) => Promise<ClientAnswer>;
  /** Where objects of `apiVersion kind` are; `namespace` is ignored for kinds that have none. None for a kind that is not served. */
  readonly pathOf: (object: KubernetesObject, namespace?: string) => Promise<string | undefined>;
  /** Forgets what is served, as after a definition was installed. */
  readonly forget: () => void;
  readonly close: () => void;
}

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** A client with the administrator's token. */
export function createClient(server: {
  readonly url: string;
  readonly ca: string;
  readonly token: string;
}): KubernetesClient {
  const agent = new Agent({ keepAlive: true, ca: server.ca });
  const discovered = new Map<string, readonly Resource[]>();

  const request: KubernetesClient['request'] = ({ method, path, body, headers = {} }) =>
    new Promise((done, fail) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const call = httpsRequest(
        new URL(path, server.url),
        {
          method,
          agent,
          headers: {
            authorization: `Bearer ${server.token}`,
            accept: 'application/json',
            ...(text === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
            ...headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', fail);
          response.on('end', () => {
            const answer = Buffer.concat(chunks).toString('utf8');
            done({
              status: response.statusCode ?? 0,
              body: parse(answer),
              warnings: warningsOf(response.headers['warning']),
            });
          });
        },
      );
      call.on('error', fail);
      call.end(text);
    });

  const resourcesOf = async (apiVersion: string): Promise<readonly Resource[]> => {
    const known = discovered.get(apiVersion);
    if (known !== undefined) return known;
    const path = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
    const { status, body } = await request({ method: 'GET', path });
    if (status !== 200) return [];
    const resources = (body['resources'] ?? []) as readonly Resource[]; // what discovery answers
    discovered.set(apiVersion, resources);
    return resources;
  };

  return {
    request,
    forget: () => discovered.clear(),
    close: () => agent.destroy(),
    pathOf: async (object, namespace) => {
      const { apiVersion, kind } = object;
      if (typeof apiVersion !== 'string') return undefined;
      const resources = await resourcesOf(apiVersion);
      const found = resources.find((resource) => resource.kind === kind && !resource.name.includes('/'));
      if (found === undefined) return undefined;
      const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
      return found.namespaced
        ? `${root}/namespaces/${namespace ?? namespaceOf(object) ?? 'default'}/${found.name}`
        : `${root}/${found.name}`;
    },
  };
}

/** The namespace that an object names. */
export function namespaceOf(object: KubernetesObject): string | undefined {
  const metadata = object['metadata'] as { readonly namespace?: unknown } | undefined; // an object's metadata is a record
  return typeof metadata?.namespace === 'string' ? metadata.namespace : undefined;
}

/** The name that an object has. */
export function nameOf(object: KubernetesObject): string {
  const metadata = object['metadata'] as { readonly name?: unknown } | undefined; // an object's metadata is a record
  return typeof metadata?.name === 'string' ? metadata.name : '';
}

function parse(text: string): KubernetesObject {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : { text };
  } catch {
    return { text };
  }
}

/** `299 - "text", 299 - "text"` */
function warningsOf(header: string | readonly string[] | undefined): readonly string[] {
  const text = typeof header === 'string' ? header : (header ?? []).join(', ');
  return [...text.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map((match) => (match[1] ?? '').replaceAll(/\\(.)/g, '$1'));
}
