// What the compiler's command asks of `node:fs`, over files that the page has: the worker is built with this in its place, so that
// a project in a page is read by the same code as one on a disk.

/** The files by absolute path, such as `/policy.rdp`. */
let files: ReadonlyMap<string, Uint8Array> = new Map();

/** Takes the page's files, by their paths below the root. */
export function mountFiles(texts: ReadonlyMap<string, string>): void {
  const encoder = new TextEncoder();
  files = new Map([...texts].map(([path, text]) => [`/${path}`, encoder.encode(text)]));
}

function missing(path: string): Error {
  return Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' });
}

function isDirectory(path: string): boolean {
  const prefix = path.endsWith('/') ? path : `${path}/`;
  return [...files.keys()].some((file) => file.startsWith(prefix));
}

export function readFileSync(path: string, encoding?: string): Uint8Array | string {
  const bytes = files.get(path);
  if (bytes === undefined) throw missing(path);
  return encoding === undefined ? bytes : new TextDecoder().decode(bytes);
}

interface Entry {
  readonly isFile: () => boolean;
  readonly isDirectory: () => boolean;
  readonly isSymbolicLink: () => boolean;
}

function entry(path: string): Entry {
  const directory = isDirectory(path);
  return { isFile: () => !directory, isDirectory: () => directory, isSymbolicLink: () => false };
}

export function statSync(path: string): Entry {
  if (!files.has(path) && !isDirectory(path)) throw missing(path);
  return entry(path);
}

export function readdirSync(path: string): readonly (Entry & { readonly name: string })[] {
  const prefix = path.endsWith('/') ? path : `${path}/`;
  const below = [...files.keys()].filter((file) => file.startsWith(prefix));
  const names = new Set(below.map((file) => file.slice(prefix.length).split('/')[0] ?? ''));
  return [...names].map((name) => ({ name, ...entry(`${prefix}${name}`) }));
}

export function realpathSync(path: string): string {
  return path;
}
