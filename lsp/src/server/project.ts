// One project as the server holds it: what `rdpc check` would take for the same folder or file, with open documents in
// place of files on the disk. Holds the newest snapshot; who keeps an older one keeps a consistent one.

import { createWorkspace, type SourceFile, type Workspace } from '@rdp/language';
import { parseNamed, type NamedAs, type NamedDocument } from '@rdp/compiler/documents';
import { libraryUri, normalizeUri, pathBelow, uriBelow } from '../convert/uris.ts';
import type { Documents } from './documents.ts';
import type { FileText, Host } from './host.ts';
import { contentsOf, usesOf } from './named-files.ts';

/** A folder with every policy below it, or one policy that stands in no open folder. */
export type Extent = { readonly kind: 'folder' } | { readonly kind: 'file'; readonly uri: string };

export interface Project {
  /** The URI that paths are relative to, normalised. */
  readonly root: string;
  readonly extent: Extent;
  /** Whether the folder was looked into: until then the state is no project. */
  readonly isRead: () => boolean;
  /** The newest state. */
  readonly snapshot: () => Workspace;
  /** Whether a file of the project or the library belongs to the library. */
  readonly isLibrary: (file: SourceFile) => boolean;
  /** The normalised URI of a file of the project or the library. */
  readonly uriOf: (file: SourceFile) => string;
  /** Resolves when all that was asked for so far has been read. */
  readonly settled: () => Promise<void>;
  /** Looks into the folder again: files that came or went. */
  readonly rescan: () => void;
  /** Takes a policy's text from where it stands now: the editor, the disk, or nowhere. */
  readonly refresh: (uri: string) => void;
  /** Looks at a document that policies may name, and says whether they do. */
  readonly refreshDocument: (uri: string) => boolean;
  /** Reads every document that policies name again, and the date. */
  readonly refreshAll: () => void;
  /** The text of any file, by its path relative to the root: of an open document where it is one. */
  readonly readText: (path: string) => Promise<FileText>;
  /** Faults of files that could not be read, by URI. */
  readonly unreadable: () => ReadonlyMap<string, string>;
}

export interface ProjectOptions {
  readonly root: string;
  readonly extent: Extent;
  /** Whether a policy belongs to this project and no other, by its normalised URI. */
  readonly owns: (uri: string) => boolean;
  readonly host: Host;
  readonly documents: Documents;
  /** Called after each new snapshot. */
  readonly changed: (project: Project) => void;
  /** Told of what nobody expected to fail. */
  readonly failed: (what: string, error: unknown) => void;
}

/** Begins to read a project. */
export function createProject(options: ProjectOptions): Project {
  const { root, extent, owns, host, documents, changed, failed } = options;
  const library = new Set(host.std);
  /** Another map when something in it is another. */
  let unreadable: ReadonlyMap<string, string> = new Map();
  let snapshot = createWorkspace({ files: [], documents: new Map(), today: host.today(), std: host.std });
  /** What is known of the documents that policies name: the reason is that a path may be named for several uses. */
  let named = new Map<string, { readonly namedAs: NamedAs; readonly content: NamedDocument }>();
  let work: Promise<void> = Promise.resolve();
  /** Until the folder was looked into once, there is no state worth showing. */
  let scanned = false;

  const pathOf = (uri: string): string | undefined => pathBelow(root, uri);
  const textOf = async (uri: string): Promise<FileText> => {
    const open = documents.get(uri);
    return open === undefined ? host.readFile(uri) : { kind: 'text', text: open.text };
  };
  const replace = (next: Workspace): void => {
    if (next === snapshot) return;
    snapshot = next;
    changed(project);
  };
  /** Carries out `step` after all that was begun before. Steps catch what a host may not find; what fails all the same fails alone. */
  const enqueue = (step: () => Promise<void>): void => {
    work = work.then(step).catch((error: unknown) => failed(`reading ${root}`, error));
  };

  /** Forgets the faults of files that are not kept. */
  const readable = (isKept: (uri: string) => boolean): void => {
    const kept = [...unreadable].filter(([uri]) => isKept(uri));
    if (kept.length < unreadable.size) unreadable = new Map(kept);
  };

  const readPolicies = async (uris: readonly string[], next: Workspace): Promise<Workspace> => {
    const texts = await Promise.all(uris.map(async (uri) => ({ uri, read: await textOf(uri) })));
    let state = next;
    for (const { uri, read } of texts) {
      const path = pathOf(uri);
      if (path === undefined) continue;
      // What was typed meanwhile is newer than what was read.
      const open = documents.get(uri);
      const text = open?.text ?? (read.kind === 'text' ? read.text : undefined);
      if (text === undefined) {
        if (read.kind === 'fault') unreadable = new Map([...unreadable, [uri, read.message]]);
        state = state.withoutFile(path);
        continue;
      }
      readable((one) => one !== uri);
      state = state.withFile({ path, text });
    }
    return state;
  };

  const scan = async (): Promise<void> => {
    const listed = extent.kind === 'file' ? [extent.uri] : await host.listPolicies(root);
    const wanted = new Set([...listed.map(normalizeUri), ...documents.all().keys()].filter(owns));
    const faults = unreadable;
    readable((uri) => wanted.has(uri)); // one that is gone is no fault
    const known = new Set(snapshot.project.files.map((file) => uriBelow(root, file.path)));
    const fresh = await readPolicies(
      [...wanted].filter((uri) => !known.has(uri)),
      snapshot,
    );
    // A step never runs beside another, but the client's own changes may have come while files were read.
    const state = [...known].filter((uri) => !wanted.has(uri)).reduce(withoutUri, merge(fresh));
    const before = snapshot;
    await readDocuments(state);
    scanned = true;
    if (unreadable !== faults && snapshot === before) changed(project);
  };
  const withoutUri = (state: Workspace, uri: string): Workspace => state.withoutFile(pathOf(uri) ?? '');
  /** `state` with the documents that are open now, also those that came while something was read. */
  const merge = (state: Workspace): Workspace =>
    [...documents.all()].reduce((now, [uri, { text }]) => {
      const path = pathOf(uri);
      return path !== undefined && owns(uri) ? now.withFile({ path, text }) : now;
    }, state);

  /** Reads the documents that `state` names and that are not known yet, and makes it the newest state. */
  const readDocuments = async (state: Workspace): Promise<void> => {
    const uses = usesOf(state);
    const missing = [...uses].filter(([path, namedAs]) => named.get(path)?.namedAs !== namedAs);
    const read = await Promise.all(
      missing.map(async ([path, namedAs]) => {
        const text = await textOf(uriBelow(root, path));
        const content: NamedDocument = text.kind === 'fault' ? text : await parseNamed(path, text.text, namedAs);
        return [path, { namedAs, content }] as const;
      }),
    );
    const before = named;
    named = new Map(
      [...uses.keys()].flatMap((path) => {
        const known = before.get(path);
        return known ? [[path, known] as const] : [];
      }),
    );
    for (const [path, entry] of read) named.set(path, entry);
    const now = merge(state);
    replace(read.length === 0 && named.size === before.size ? now : now.withProject(contentsOf(named)));
  };

  const project: Project = {
    root,
    extent,
    isRead: () => scanned,
    snapshot: () => snapshot,
    isLibrary: (file) => library.has(file),
    uriOf: (file) =>
      library.has(file) ? libraryUri(file.path) : extent.kind === 'file' ? extent.uri : uriBelow(root, file.path),
    settled: async () => {
      for (let seen: Promise<void> | undefined; seen !== work;) await (seen = work);
    },
    readText: (path) => textOf(uriBelow(root, path)),
    unreadable: () => unreadable,
    rescan: () => enqueue(scan),
    refresh: (uri) => {
      const path = pathOf(uri);
      if (path === undefined || !owns(uri)) return;
      const open = documents.fileOf(uri, path);
      if (open !== undefined) {
        readable((one) => one !== uri);
        // Typing must not wait for the disk, unless the policy names a document that nobody has read.
        const next = snapshot.withFile(open);
        const uses = usesOf(next);
        const known = [...uses].every(([one, namedAs]) => named.get(one)?.namedAs === namedAs);
        // One that was opened has to be told of, also when nothing in it is new.
        if (known && scanned && next === snapshot) changed(project);
        else if (known && scanned) replace(next);
        else enqueue(() => readDocuments(snapshot.withFile(documents.fileOf(uri, path) ?? open)));
        return;
      }
      enqueue(async () => readDocuments(await readPolicies([uri], snapshot)));
    },
    refreshDocument: (uri) => {
      const path = pathOf(uri);
      if (path === undefined || !named.has(path)) return false;
      named.delete(path);
      enqueue(() => readDocuments(snapshot));
      return true;
    },
    refreshAll: () => {
      named = new Map();
      enqueue(() => readDocuments(snapshot.withProject({ today: host.today() })));
    },
  };
  project.rescan();
  return project;
}
