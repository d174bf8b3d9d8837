// The page's files → the newest snapshot of their project, as the server's projects are made, but that every file is at hand.

import { parseNamed, type NamedAs, type NamedDocument } from '@rdp/compiler/documents';
import { createWorkspace, type Workspace } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import type { ReadText } from '../../src/ide/preview/policy.ts';
import { contentsOf, usesOf } from '../../src/server/named-files.ts';

/** Texts by path. */
export type PageFiles = ReadonlyMap<string, string>;

/** The newest state of the page's files. */
export interface PageProject {
  readonly snapshot: Workspace;
  readonly read: ReadText;
}

interface Named {
  readonly namedAs: NamedAs;
  readonly text: string | undefined;
  readonly content: NamedDocument;
}

const today = new Date().toISOString().slice(0, 10);
let newest: Workspace = createWorkspace({ files: [], documents: new Map(), today, std: stdFiles });
let named: ReadonlyMap<string, Named> = new Map();

/** The state with these files: the same snapshot as long as nothing in it is another. */
export async function openProject(files: PageFiles): Promise<PageProject> {
  const policies = [...files].filter(([path]) => path.endsWith('.rdp')).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const gone = newest.project.files.filter(({ path }) => !files.has(path));
  const kept = gone.reduce((state, { path }) => state.withoutFile(path), newest);
  const edited = policies.reduce((state, [path, text]) => state.withFile({ path, text }), kept);
  const found = await Promise.all([...usesOf(edited)].map((use) => readNamed(use, files)));
  const same = found.length === named.size && found.every(([path, one]) => named.get(path) === one);
  named = new Map(found);
  newest = same ? edited : edited.withProject(contentsOf(named));
  return { snapshot: newest, read: (path) => Promise.resolve(files.get(path)) };
}

async function readNamed(
  [path, namedAs]: readonly [string, NamedAs],
  files: PageFiles,
): Promise<readonly [string, Named]> {
  const text = files.get(path);
  const before = named.get(path);
  if (before?.namedAs === namedAs && before.text === text) return [path, before];
  const content: NamedDocument =
    text === undefined
      ? { kind: 'fault', message: 'it is not among the files of the page' }
      : await parseNamed(path, text, namedAs);
  return [path, { namedAs, text, content }];
}
