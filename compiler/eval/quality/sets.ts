// A folder with sets of cases (`SET/dev/cases.jsonl`, `SET/all/…`) to their rows. Where the sets stand below the folder, and
// what their half is called, does not matter; nothing is assumed of what the rows hold.

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';

export interface Sets {
  /** The rows of a JSON Lines file of a set, its reference folder `all` aside; none when the set is not there. */
  readonly rows: (set: string, file: string) => readonly unknown[];
  /** Texts of the files of a set whose path inside it matches. */
  readonly texts: (set: string, path: RegExp) => readonly { readonly path: string; readonly text: string }[];
}

/** The sets below `folder`. A file that is there twice, in a folder of the set's name inside another, counts once. */
export function readSets(folder: string): Sets {
  const root = resolve(folder);
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((path) => path.split(sep).join('/'));
  const filesOf = (set: string): readonly { readonly inside: string; readonly path: string }[] => {
    const files = new Map<string, string>();
    for (const path of paths) {
      const parts = path.split('/');
      const at = parts.lastIndexOf(set);
      if (at >= 0 && at < parts.length - 1) files.set(parts.slice(at + 1).join('/'), join(root, path));
    }
    return [...files].map(([inside, path]) => ({ inside, path })).toSorted((a, b) => (a.inside < b.inside ? -1 : 1));
  };
  return {
    rows: (set, file) =>
      filesOf(set)
        .filter(({ inside }) => inside.endsWith(`/${file}`) && !inside.startsWith('all/'))
        .flatMap(({ path }) => readFileSync(path, 'utf8').split('\n'))
        .filter((line) => line !== '')
        .map((line): unknown => JSON.parse(line)),
    texts: (set, wanted) =>
      filesOf(set)
        .filter(({ inside }) => wanted.test(inside))
        .map(({ inside, path }) => ({ path: inside, text: readFileSync(path, 'utf8') })),
  };
}
