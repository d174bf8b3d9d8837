// A kubeconfig → access to the API server of one of its contexts: tokens, certificates, passwords, and programs that give credentials
// (`exec`), as `kubectl` understands them. What cannot be carried out is refused by name.
//
// INVARIANT: a program is run because the file names it, once for each call, and only what it prints as ExecCredential is used.

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { ClusterAccess } from '@rdp/runtime/cluster';
import { at, listAt, textAt } from '../discover/json-path.ts';
import { refuse } from './faults.ts';
import { parseDocument } from './parse-document.ts';
import { readText } from './read-project.ts';

/** Reads the file; `context` is its current one unless named. */
export async function readKubeconfig(file: string, context: string | undefined): Promise<ClusterAccess> {
  const parsed = await parseDocument('config.yaml', readText(file));
  if (parsed.kind === 'fault') return refuse(`cannot read \`${file}\`: ${parsed.message}`);
  const config = parsed.value;
  const name = context ?? textAt(config, 'current-context');
  if (name === '') return refuse(`\`${file}\` has no current context`, 'name one with `--context`');
  const chosen =
    entry(config, 'contexts', name) ?? refuse(`\`${file}\` has no context \`${name}\``, contextsOf(config));
  const clusterName = textAt(chosen, 'context', 'cluster');
  const cluster = at(entry(config, 'clusters', clusterName), 'cluster');
  const user = at(entry(config, 'users', textAt(chosen, 'context', 'user')), 'user');
  const server = textAt(cluster, 'server');
  if (server === '') return refuse(`the context \`${name}\` of \`${file}\` has no server`);
  refuseUnsupported(cluster, user, file);
  const folder = dirname(file);
  const credentials = await credentialsOf(user, { folder, server, cluster });
  const insecure = at(cluster, 'insecure-skip-tls-verify') === true;
  const serverName = textAt(cluster, 'tls-server-name');
  const ca = bytesAt(cluster, 'certificate-authority', folder);
  return {
    server,
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(credentials.cert === undefined ? {} : { cert: credentials.cert }),
      ...(credentials.key === undefined ? {} : { key: credentials.key }),
      ...(serverName === '' ? {} : { servername: serverName }),
      ...(insecure ? { rejectUnauthorized: false } : {}),
    },
    headers: () => Promise.resolve({ ...credentials.headers, ...impersonation(user) }),
  };
}

function entry(config: unknown, list: string, name: string): unknown {
  return listAt(config, list).find((one) => textAt(one, 'name') === name);
}

function contextsOf(config: unknown): string {
  return `its contexts are ${listAt(config, 'contexts')
    .map((one) => textAt(one, 'name'))
    .join(', ')}`;
}

function refuseUnsupported(cluster: unknown, user: unknown, file: string): void {
  if (textAt(cluster, 'proxy-url') !== '')
    refuse(`the cluster of \`${file}\` is reached through a proxy`, 'name a context without `proxy-url`');
  if (at(user, 'auth-provider') !== undefined)
    refuse(`the user of \`${file}\` has an \`auth-provider\``, 'Kubernetes has removed them: use `exec`');
}

interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly cert?: Buffer | string | undefined;
  readonly key?: Buffer | string | undefined;
}

interface Surroundings {
  readonly folder: string;
  readonly server: string;
  readonly cluster: unknown;
}

async function credentialsOf(user: unknown, surroundings: Surroundings): Promise<Credentials> {
  const { folder } = surroundings;
  const exec = at(user, 'exec');
  if (exec !== undefined) return fromProgram(exec, surroundings);
  const tokenFile = textAt(user, 'tokenFile');
  const token = tokenFile === '' ? textAt(user, 'token') : readText(below(folder, tokenFile)).trim();
  const name = textAt(user, 'username');
  const password = Buffer.from(`${name}:${textAt(user, 'password')}`).toString('base64');
  return {
    headers: token !== '' ? bearer(token) : name !== '' ? { authorization: `Basic ${password}` } : {},
    cert: bytesAt(user, 'client-certificate', folder),
    key: bytesAt(user, 'client-key', folder),
  };
}

function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}

function impersonation(user: unknown): Readonly<Record<string, string>> {
  const name = textAt(user, 'as');
  return name === '' ? {} : { 'impersonate-user': name };
}

/** `name-data` in base64, or the file that `name` names. */
function bytesAt(value: unknown, name: string, folder: string): Buffer | undefined {
  const data = textAt(value, `${name}-data`);
  if (data !== '') return Buffer.from(data, 'base64');
  const file = textAt(value, name);
  if (file === '') return undefined;
  try {
    return readFileSync(below(folder, file));
  } catch {
    return refuse(`cannot read \`${file}\`, which the kubeconfig names`);
  }
}

function below(folder: string, file: string): string {
  return isAbsolute(file) ? file : join(folder, file);
}

/** Runs the program and takes the ExecCredential that it prints. */
async function fromProgram(exec: unknown, { folder, server, cluster }: Surroundings): Promise<Credentials> {
  const named = textAt(exec, 'command');
  // A path is relative to the file; a bare name is looked up.
  const command = named.includes('/') ? below(folder, named) : named;
  const apiVersion = textAt(exec, 'apiVersion') || 'client.authentication.k8s.io/v1';
  const authority = textAt(cluster, 'certificate-authority-data');
  const provided = { server, ...(authority === '' ? {} : { 'certificate-authority-data': authority }) };
  const spec = { interactive: false, ...(at(exec, 'provideClusterInfo') === true ? { cluster: provided } : {}) };
  const info = { apiVersion, kind: 'ExecCredential', spec };
  const own = listAt(exec, 'env').map((variable) => [textAt(variable, 'name'), textAt(variable, 'value')] as const);
  const env = { ...process.env, ...Object.fromEntries(own), KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  const args = listAt(exec, 'args').map(String);
  const printed = await new Promise<string>((resolve, reject) => {
    execFile(command, args, { env, timeout: 60_000, maxBuffer: 1 << 20 }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    );
  }).catch((error: unknown) => refuseProgram(named, error, textAt(exec, 'installHint')));
  const parsed = await parseDocument('credential.json', printed);
  const status = parsed.kind === 'value' ? at(parsed.value, 'status') : undefined;
  const token = textAt(status, 'token');
  const cert = textAt(status, 'clientCertificateData');
  if (token === '' && cert === '') return refuse(`\`${named}\` gave no credentials`);
  return {
    headers: token === '' ? {} : bearer(token),
    ...(cert === '' ? {} : { cert, key: textAt(status, 'clientKeyData') }),
  };
}

function refuseProgram(command: string, error: unknown, hint: string): never {
  const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  return refuse(`\`${command}\`, which gives the credentials, failed: ${reason}`, hint === '' ? undefined : hint);
}
