// Peers that are libraries of C and C++: compiles a program of `bench/peers` that Node loads, so that they run in the same process
// on the same bytes. What is missing is fetched from where it is published (Node-API's headers from npm, libraries from Debian) into
// the cache of the benches; nothing is installed on the machine. Who has no compiler or library is told so.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmPackage } from './npm-peer.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const cache = join(here, '../node_modules/.cache/bench');
const debian = join(cache, 'debian');

/** A program that can be called, or what is needed to have it. */
export type Available<T> =
  { readonly kind: 'ready'; readonly peer: T } | { readonly kind: 'missing'; readonly needs: string };

interface NativeSource {
  /** File of `bench/peers` without its ending. */
  readonly name: string;
  /** Debian's development package, and the library to link; none for a program that needs none. */
  readonly library?: { readonly debian: string; readonly link: string };
  /** What to compile for; this processor when left out. */
  readonly processor?: 'haswell';
}

/** Compiles a peer when its source is newer than its program, and loads it. `T` is what the program exports. */
export function nativePeer<T>({ name, library, processor }: NativeSource): Available<T> {
  const source = join(here, 'peers', `${name}.cc`);
  const program = join(cache, `${name}${processor ?? ''}.node`);
  const age = (path: string): number => (existsSync(path) ? statSync(path).mtimeMs : 0);
  if (age(program) < Math.max(age(source), age(join(here, 'peers', 'addon.h')))) {
    const headers = npmPackage('node-api-headers');
    if (headers.kind === 'missing') return headers;
    mkdirSync(cache, { recursive: true });
    const staged = `${program}.${process.pid}`;
    const compile = (): string | undefined =>
      compileAddon({ source, staged, headers: headers.peer, link: library?.link, processor });
    let fault = compile();
    if (fault !== undefined && library !== undefined) {
      const fetched = fetchDebian(library.debian);
      fault = fetched === undefined ? compile() : `${fault}; ${fetched}`;
    }
    if (fault !== undefined) return { kind: 'missing', needs: library ? `g++ and Debian's ${library.debian}` : 'g++' };
    renameSync(staged, program);
  }
  const module = { exports: {} };
  // The library's own symbols first: Node has some of the same libraries in itself, of other versions.
  process.dlopen(module, program, constants.dlopen.RTLD_NOW | deepBind());
  return { kind: 'ready', peer: module.exports as T }; // the program's exports, which its source tells
}

/** A flag of Linux; elsewhere symbols are found per library anyway. */
function deepBind(): number {
  return (constants.dlopen as Partial<Record<string, number>>)['RTLD_DEEPBIND'] ?? 0;
}

function compileAddon({
  source,
  staged,
  headers,
  link,
  processor = 'native',
}: {
  readonly source: string;
  readonly staged: string;
  readonly headers: string;
  readonly link: string | undefined;
  readonly processor: string | undefined;
}): string | undefined {
  const libraries = libraryFolders();
  const args = ['-O3', `-march=${processor}`, '-std=c++17', '-shared', '-fPIC', '-o', staged, source];
  args.push(`-I${join(headers, 'include')}`, `-I${join(debian, 'usr/include')}`);
  args.push(...libraries.flatMap((folder) => [`-L${folder}`, `-Wl,-rpath,${folder}`]), ...(link ? [`-l${link}`] : []));
  const { status, stderr, error } = spawnSync('g++', args, { encoding: 'utf8' });
  return status === 0 ? undefined : (error?.message ?? stderr);
}

function libraryFolders(): readonly string[] {
  const root = join(debian, 'usr/lib');
  return existsSync(root) ? [root, ...readdirSync(root).map((name) => join(root, name))] : [];
}

/** Unpacks a Debian package and the libraries it depends on into the cache; tells what went wrong. */
function fetchDebian(name: string): string | undefined {
  try {
    mkdirSync(debian, { recursive: true });
    const depends = execFileSync('apt-cache', ['depends', name], { encoding: 'utf8' });
    const needed = [...depends.matchAll(/^ {2}Depends: (lib\S+)$/gm)].map((match) => match[1] ?? '');
    for (const one of [name, ...needed.filter((library) => !/^lib(?:c6|gcc|stdc)/.test(library))]) {
      execFileSync('apt-get', ['download', '-qq', one], { cwd: debian, stdio: 'ignore' });
    }
    for (const file of readdirSync(debian).filter((entry) => entry.endsWith('.deb'))) {
      execFileSync('dpkg', ['-x', file, '.'], { cwd: debian });
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : `cannot fetch ${name}`;
  }
}

/** Whether a command of the machine can be run. */
export function hasCommand(command: string, argument: string): boolean {
  return spawnSync(command, [argument], { stdio: 'ignore', cwd: dirname(here) }).status === 0;
}
