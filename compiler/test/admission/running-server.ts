// A policy text → an admission server on this machine with a certificate of its own, and a client that reviews with it. What every
// test of the server stands on: real sockets, real TLS, a bundle that the compiler made.

import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { checkProgram, hasErrors } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { fileSource } from '@rdp/runtime';
import {
  noNamespaces,
  openLog,
  serveAdmission,
  type AdmissionOptions,
  type AdmissionServer,
} from '@rdp/runtime/admission';
import { compilePrograms, emitBundle } from '../../src/index.ts';
import { createAuthority, type Authority, type Issued } from './make-certificate.ts';

/** Rules that admission tests need; `Cluster.admission` is the event. */
export const clusterPolicy = `package test.cluster

surface Cluster: k8s {}

defend NoPrivileged on Cluster.admission {
  when  object is Pod && object.spec.containers.exists(c, c.securityContext?.privileged ?? false)
  block 403 "privileged containers are not allowed in {namespace}"
}

detect HostNetwork on Cluster.admission {
  severity high
  when     object is Pod && (object.spec.hostNetwork ?? false)
  message  "a pod on the network of its node"
}

defend Owned on Cluster.admission {
  mode  warn
  when  object is Pod && object.metadata.labels[?"owner"] == none
  block "a pod needs the label owner"
}

defend NoTokens on Cluster.admission {
  when object is ServiceAccount && object.metadata.name == "default"
  set  object.automountServiceAccountToken = false
}
`;

export interface RunningServer {
  readonly server: AdmissionServer;
  readonly folder: string;
  readonly authority: Authority;
  /** Puts another bundle or other bytes where the server looks. */
  readonly replaceBundle: (bundle: Uint8Array) => void;
  readonly replaceCertificate: (issued: Issued) => void;
  readonly review: (review: object | string | Uint8Array, options?: ReviewOptions) => Promise<HttpAnswer>;
  readonly health: (path: string) => Promise<HttpAnswer>;
  /** The lines of the log, parsed, once one tells of `event`. */
  readonly logged: (event: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
}

export interface ReviewOptions {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly agent?: Agent;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** The bundle of a policy text. */
export function bundleOf(text: string): Uint8Array {
  const { diagnostics, programs } = checkProgram({
    files: [{ path: 'policy.rdp', text }],
    documents: new Map(),
    std: stdFiles,
  });
  if (programs === undefined || hasErrors(diagnostics))
    throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const { wasm, simd, map, entrypoints, streams, admission } = compilePrograms(programs);
  const packages = programs.map((program) => program.package);
  return emitBundle({ wasm, simd, map, entrypoints, streams, admission, data: '{}', packages });
}

/** Starts a server that ends with the test. */
export async function startServer(
  t: ExecutionContext,
  options: Partial<AdmissionOptions> & { readonly bundle?: Uint8Array | undefined } = {},
): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'rdp-admission-'));
  const place = (name: string): string => join(folder, name);
  const put = (name: string, content: string | Uint8Array): void => {
    writeFileSync(place(`${name}.new`), content);
    renameSync(place(`${name}.new`), place(name));
  };
  const authority = createAuthority('test authority');
  const replaceCertificate = ({ certificate, key }: Issued): void => {
    put('tls.crt', certificate);
    put('tls.key', key);
  };
  replaceCertificate(authority.issue({ name: 'webhook' }));
  put('ca.crt', authority.certificate);
  const replaceBundle = (bundle: Uint8Array): void => put('bundle.tar.gz', bundle);
  if (!('bundle' in options) || options.bundle !== undefined) replaceBundle(options.bundle ?? bundleOf(clusterPolicy));
  const outcome = await serveAdmission({
    source: fileSource({ path: place('bundle.tar.gz'), quiet: 20 }),
    entrypoints: [],
    policy: { failure: 'fail', exempt: new Set(['rdp-system', 'kube-system']) },
    certificates: { certificate: place('tls.crt'), key: place('tls.key') },
    clients: { kind: 'any' },
    host: '127.0.0.1',
    port: 0,
    metricsPort: 0,
    limits: { bodyLimit: 16 << 20, bufferLimit: 256 << 20 },
    namespaces: noNamespaces,
    log: openLog(place('log.jsonl')),
    logged: 'notable',
    ...options,
  });
  if (outcome.kind === 'problem') throw new Error(outcome.problem.message);
  const server = outcome.value;
  const agent = new Agent({ keepAlive: true, ca: authority.certificate, maxSockets: 16 });
  t.teardown(async () => {
    agent.destroy();
    await server.drain({ delay: 0, patience: 500 });
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    server,
    folder,
    authority,
    replaceBundle,
    replaceCertificate,
    review: (review, more = {}) =>
      ask(`https://127.0.0.1:${server.port}${more.path ?? '/validate?timeout=10s'}`, review, { agent, ...more }),
    health: async (path) => {
      const answer = await fetch(`http://127.0.0.1:${server.metricsPort}${path}`);
      return { status: answer.status, text: await answer.text(), headers: {} };
    },
    logged: async (event) => {
      for (;;) {
        const lines = readFileSync(place('log.jsonl'), 'utf8').split('\n').slice(0, -1);
        const entries = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>); // the server writes objects
        const wanted = entries.filter((entry) => entry['event'] === event);
        if (wanted.length > 0) return wanted;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
}

function ask(url: string, review: object | string | Uint8Array, options: ReviewOptions): Promise<HttpAnswer> {
  const body = typeof review === 'string' || review instanceof Uint8Array ? review : JSON.stringify(review);
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      url,
      {
        method: options.method ?? 'POST',
        agent: options.agent,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...options.headers },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** A review as API servers write it: the envelope first, then the objects, then the rest. */
export function reviewOf(object: object | null, more: Readonly<Record<string, unknown>> = {}): object {
  const { kind = 'Pod', apiVersion = 'v1' } = (object ?? {}) as {
    readonly kind?: string;
    readonly apiVersion?: string;
  }; // Kubernetes objects
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      kind: { group, version, kind },
      resource: { group, version, resource: `${kind.toLowerCase()}s` },
      name: 'web',
      namespace: 'shop',
      operation: 'CREATE',
      userInfo: { username: 'kim', groups: ['system:authenticated'] },
      object,
      oldObject: null,
      dryRun: false,
      options: null,
      ...more,
    },
  };
}

/** A pod; `spec` is added to that of its one container's pod. */
export function pod(spec: object = {}, container: object = {}, labels: object = { owner: 'kim' }): object {
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name: 'web', namespace: 'shop', labels },
    spec: { containers: [{ name: 'web', image: 'registry.example/web:1', ...container }], ...spec },
  };
}

/** The `response` of an answer. */
export function responseOf({ text }: HttpAnswer): ReviewResponse {
  return (JSON.parse(text) as { readonly response: ReviewResponse }).response; // what AdmissionReview has
}

export interface ReviewResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly status?: { readonly code: number; readonly message: string; readonly reason: string };
  readonly warnings?: readonly string[];
  readonly auditAnnotations?: Readonly<Record<string, string>>;
  readonly patchType?: string;
  readonly patch?: string;
}
