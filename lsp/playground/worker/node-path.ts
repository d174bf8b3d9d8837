// What the compiler's command asks of `node:path`, for absolute paths with forward slashes: those of the page's files.

export const sep = '/';

function partsOf(path: string): readonly string[] {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts;
}

export function resolve(...paths: readonly string[]): string {
  const from = paths.findLastIndex((path) => path.startsWith('/'));
  return `/${partsOf(paths.slice(Math.max(from, 0)).join('/')).join('/')}`;
}

export function join(...paths: readonly string[]): string {
  return resolve('/', paths.join('/'));
}

export function dirname(path: string): string {
  return `/${partsOf(path).slice(0, -1).join('/')}`;
}

export function basename(path: string): string {
  return partsOf(path).at(-1) ?? '';
}

export function relative(from: string, to: string): string {
  const [base, target] = [partsOf(resolve(from)), partsOf(resolve(to))];
  const shared = base.findIndex((part, index) => part !== target[index]);
  const same = shared < 0 ? base.length : shared;
  return [...base.slice(same).map(() => '..'), ...target.slice(same)].join('/');
}
