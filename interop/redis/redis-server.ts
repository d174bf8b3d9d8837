// Debian's redis-server: fetched, unpacked beside the caches and not installed; started with or without a log of what is written, and
// killed as a machine would be.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../../node_modules/.cache/interop/redis/', import.meta.url));
const root = join(cache, 'root');
const packages = ['redis-tools', 'redis-server', 'liblua5.1-0', 'liblzf1', 'libjemalloc2', 'lua-cjson', 'lua-bitop'];

/** Fetches it when it is not there; what is missing is a text. */
export function fetchRedis(): string | undefined {
  if (existsSync(join(root, 'usr/bin/redis-server'))) return undefined;
  const staged = join(cache, `staged-${process.pid}`);
  try {
    mkdirSync(join(staged, 'root'), { recursive: true });
    execFileSync('apt-get', ['download', '-qq', ...packages], { cwd: staged, stdio: 'ignore' });
    for (const file of readdirSync(staged).filter((name) => name.endsWith('.deb')))
      execFileSync('dpkg-deb', ['-x', file, 'root'], { cwd: staged });
    rmSync(root, { recursive: true, force: true });
    renameSync(join(staged, 'root'), root);
    return undefined;
  } catch (error) {
    return `Debian's redis-server cannot be fetched: ${String(error)}`;
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  readonly start: () => Promise<void>;
  /** As if the machine had lost it. */
  readonly kill: () => Promise<void>;
  /** It is there and answers nothing; `SIGCONT` lets it go on. */
  readonly signal: (name: 'SIGSTOP' | 'SIGCONT') => void;
  readonly remove: () => Promise<void>;
}

/** `nothing` survives a kill, `snapshots` of now and then, or `everything`; `more` are words of its command line. */
export async function redisServer(
  survives: 'nothing' | 'snapshots' | 'everything',
  more: (port: number) => readonly string[] = (port) => ['--port', String(port)],
): Promise<RedisServer> {
  const port = await freePort();
  const folder = mkdtempSync(join(cache, 'data-'));
  const keeping = {
    nothing: ['--save', '', '--appendonly', 'no'],
    snapshots: ['--save', '1 1', '--appendonly', 'no'],
    everything: ['--save', '', '--appendonly', 'yes', '--appendfsync', 'everysec'],
  }[survives];
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn(join(root, 'usr/bin/redis-server'), [...more(port), '--dir', folder, ...keeping], {
      env: { ...process.env, LD_LIBRARY_PATH: join(root, 'usr/lib', multiarch()) },
      stdio: 'ignore',
    });
    for (let attempt = 0; attempt < 200 && !(await answers(port)); attempt += 1) await pause(25);
  };
  const kill = (): Promise<void> =>
    new Promise((resolve) => {
      if (child === undefined || child.exitCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill('SIGKILL');
    });
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    start,
    kill,
    signal: (name) => void child?.kill(name),
    remove: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function multiarch(): string {
  return execFileSync('dpkg-architecture', ['-qDEB_HOST_MULTIARCH'], { encoding: 'utf8' }).trim();
}

/** A port that nobody has at the moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('data', (data) => {
      socket.destroy();
      // With a password it says that, and over TLS it sends an alert.
      resolve(/^(\+PONG|-NOAUTH)/.test(data.toString()) || data[0] === 0x15);
    });
    socket.write('PING\r\n');
  });
}

/** Waits. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
