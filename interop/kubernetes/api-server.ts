// Starts etcd and a kube-apiserver on free ports, with everything that they write in a folder of their own, and stops both. There are no
// nodes and no controllers: objects are decoded, filled in, validated, admitted and stored, and nothing comes of them.

import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createClient, type KubernetesClient } from './client.ts';
import type { KubernetesPrograms } from './build.ts';
import type { ServingCertificate } from './recorder.ts';

/** A server that answers. */
export interface RunningServer {
  readonly client: KubernetesClient;
  /** The certificate of the server itself, for webhooks at 127.0.0.1; it is its own authority. */
  readonly certificate: ServingCertificate;
  /** PEM of the authority. */
  readonly authority: string;
  /** Path of a kubeconfig for the same server. */
  readonly kubeconfig: string;
  readonly stop: () => Promise<void>;
}

export interface ServerOptions {
  readonly programs: KubernetesPrograms;
  /** 35: the server behaves as Kubernetes 1.35 does; its own version unless said. */
  readonly minor?: number;
}

/** Starts a server; throws with the end of its log when it does not come up within a minute. */
export async function startServer({ programs, minor }: ServerOptions): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'rdp-apiserver-'));
  const children: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const child of children.toReversed()) await end(child);
    process.off('exit', kill);
    rmSync(folder, { recursive: true, force: true });
  };
  const kill = (): void => children.forEach((child) => child.kill('SIGKILL'));
  process.on('exit', kill);
  try {
    const [etcdPort, peerPort, port] = await freePorts();
    const etcdUrl = `http://127.0.0.1:${etcdPort}`;
    const start = (name: string, program: string, args: readonly string[]): void => {
      const log = openSync(join(folder, `${name}.log`), 'w');
      children.push(spawn(program, args, { cwd: folder, stdio: ['ignore', log, log] }));
    };
    start('etcd', programs.etcd, [
      `--data-dir=${join(folder, 'etcd')}`,
      `--listen-client-urls=${etcdUrl}`,
      `--advertise-client-urls=${etcdUrl}`,
      `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
      '--unsafe-no-fsync',
    ]);
    const token = randomUUID();
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(join(folder, 'sa.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(join(folder, 'sa.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
    writeFileSync(join(folder, 'tokens.csv'), `${token},admin,admin,"system:masters"\n`);
    start('kube-apiserver', programs.apiServer, [
      `--etcd-servers=${etcdUrl}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--cert-dir=${join(folder, 'certificates')}`,
      '--service-cluster-ip-range=10.0.0.0/24',
      '--allow-privileged=true',
      // Who may do what is not what is tested here; anyone may be impersonated.
      '--authorization-mode=AlwaysAllow',
      '--token-auth-file=tokens.csv',
      // Without controllers no namespace has a service account.
      '--disable-admission-plugins=ServiceAccount',
      '--service-account-issuer=https://127.0.0.1/',
      '--service-account-key-file=sa.pub',
      '--service-account-signing-key-file=sa.key',
      // A loopback address cannot be an endpoint of the service `kubernetes`.
      '--endpoint-reconciler-type=none',
      ...(minor === undefined ? [] : [`--emulated-version=1.${minor}`]),
    ]);
    const url = `https://127.0.0.1:${port}`;
    const ca = await certificate(join(folder, 'certificates', 'apiserver.crt'), children, folder);
    const client = createClient({ url, ca, token });
    await ready(client, children, folder);
    const kubeconfig = join(folder, 'kubeconfig.json');
    writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(url, ca, token)));
    return {
      client,
      kubeconfig,
      certificate: {
        certificate: join(folder, 'certificates', 'apiserver.crt'),
        key: join(folder, 'certificates', 'apiserver.key'),
      },
      authority: ca,
      stop: async () => {
        client.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function kubeconfigOf(server: string, ca: string, token: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    users: [{ name: 'admin', user: { token } }],
  };
}

/** Three ports that nobody listens on just now. */
async function freePorts(): Promise<readonly [number, number, number]> {
  const servers = [createServer(), createServer(), createServer()];
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((done, fail) => {
          server.once('error', fail);
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            done(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  const [first = 0, second = 0, third = 0] = ports;
  return [first, second, third];
}

const patience = { tries: 600, pause: 100 } as const;

/** The certificate that the server makes for itself, which is its own authority. */
async function certificate(path: string, children: readonly ChildProcess[], folder: string): Promise<string> {
  for (let tries = 0; tries < patience.tries; tries += 1) {
    try {
      const text = readFileSync(path, 'utf8');
      if (text.includes('END CERTIFICATE')) return text;
    } catch {
      // Not there yet.
    }
    await pause(children, folder);
  }
  throw new Error(`the API server wrote no certificate\n${logOf(folder)}`);
}

async function ready(client: KubernetesClient, children: readonly ChildProcess[], folder: string): Promise<void> {
  for (let tries = 0; tries < patience.tries; tries += 1) {
    try {
      const { status } = await client.request({ method: 'GET', path: '/readyz' });
      // The namespaces of the system are made a moment after the server is ready.
      if (
        status === 200 &&
        (await client.request({ method: 'GET', path: '/api/v1/namespaces/default' })).status === 200
      )
        return;
    } catch {
      // Nobody listens yet.
    }
    await pause(children, folder);
  }
  throw new Error(`the API server is not ready\n${logOf(folder)}`);
}

async function pause(children: readonly ChildProcess[], folder: string): Promise<void> {
  const ended = children.find(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null);
  if (ended !== undefined) throw new Error(`${ended.spawnfile} ended\n${logOf(folder)}`);
  await setTimeout(patience.pause);
}

function logOf(folder: string): string {
  return ['etcd', 'kube-apiserver']
    .flatMap((name) => {
      try {
        return readFileSync(join(folder, `${name}.log`), 'utf8')
          .trimEnd()
          .split('\n')
          .slice(-5);
      } catch {
        return [];
      }
    })
    .join('\n');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  await Promise.race([over, setTimeout(10_000).then(() => child.kill('SIGKILL'))]);
  await over;
}
