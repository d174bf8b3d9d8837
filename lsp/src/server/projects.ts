// All projects of a session: one for each open folder, and one for each open document that stands in none. Finds the project
// of a document. Of nested folders the innermost has it.

import type { SourceFile } from '@rdp/language';
import { createConverter, type Converter } from '../convert/converter.ts';
import { libraryScheme, libraryUri, nameOf, normalizeUri, parentUri, pathBelow, uriBelow } from '../convert/uris.ts';
import type { Client } from './client.ts';
import type { Configuration } from './configuration.ts';
import type { Documents } from './documents.ts';
import type { Host } from './host.ts';
import { createProject, type Project } from './project.ts';

export type { Project } from './project.ts';

/** A document and the project that it is seen in. */
export interface Found {
  readonly project: Project;
  readonly path: string;
}

export interface Projects {
  readonly all: () => readonly Project[];
  /** The project of a document, as any client writes its URI. A file of the library is seen in any project. */
  readonly find: (uri: string) => Found | undefined;
  /** A file of a project or the library as it is now. */
  readonly file: (found: Found) => SourceFile | undefined;
  readonly converter: (project: Project) => Converter;
  /** The version of an open document. */
  readonly version: (uri: string) => number | undefined;
  /** What the change is about that listeners are told of now: what somebody typed, or files that came from elsewhere. */
  readonly cause: () => 'typing' | 'files';
  /** The URIs of a project's open documents, as the client writes them. */
  readonly openIn: (project: Project) => readonly string[];
  /** An open document's text came, changed or is the disk's again. */
  readonly documentChanged: (uri: string) => void;
  /** Something happened to files on the disk; `rescan` when some came or went. */
  readonly filesChanged: (uris: readonly string[], kind: 'changed' | 'rescan') => void;
  readonly addFolders: (uris: readonly string[]) => void;
  readonly removeFolders: (uris: readonly string[]) => void;
  /** The open folders, normalised. */
  readonly folders: () => readonly string[];
  /** Settings became others: which folders are projects, and how everything is shown. */
  readonly settingsChanged: () => void;
  /** Calls `listener` after each new snapshot of a project, and with `gone` when a project is closed. */
  readonly onChange: (listener: (project: Project, what: 'changed' | 'gone') => void) => void;
}

/** What projects are made of. */
export interface ProjectsOptions {
  readonly host: Host;
  readonly client: Client;
  readonly documents: Documents;
  readonly configuration: Configuration;
  /** Told of what nobody expected to fail. */
  readonly failed: (what: string, error: unknown) => void;
}

/** The projects of the folders that `client` has open. */
export function createProjects({ host, client, documents, configuration, failed }: ProjectsOptions): Projects {
  const projects = new Map<string, Project>();
  const listeners: ((project: Project, what: 'changed' | 'gone') => void)[] = [];
  const converters = new WeakMap<Project, Converter>();
  const libraryFiles = new Map(host.std.map((file) => [normalizeUri(libraryUri(file.path)), file]));
  let cause: 'typing' | 'files' = 'files';
  const folders = new Set<string>();
  const tell = (project: Project, what: 'changed' | 'gone'): void => {
    for (const listener of listeners) {
      try {
        listener(project, what);
      } catch (error) {
        failed('news of a project', error); // the others are still told
      }
    }
  };
  // Who is told shows something, by settings that are known soon.
  const changed = (project: Project): void => {
    if (configuration.isKnown()) tell(project, 'changed');
  };

  const open = (key: string, root: string, extent: Project['extent']): void => {
    if (projects.has(key)) return;
    const owns = (uri: string): boolean => (extent.kind === 'file' ? uri === extent.uri : folderOf(uri)?.root === root);
    projects.set(key, createProject({ root, extent, owns, host, documents, changed, failed }));
  };
  const close = (key: string): void => {
    const project = projects.get(key);
    if (!project || !projects.delete(key)) return;
    tell(project, 'gone');
  };
  const folderOf = (uri: string): Project | undefined => {
    if (!uri.endsWith('.rdp')) return undefined;
    return [...projects.values()]
      .filter(({ root, extent }) => extent.kind === 'folder' && isSeenFrom(root, uri))
      .toSorted((a, b) => b.root.length - a.root.length)[0];
  };
  /** The projects of an open folder. */
  const rootsIn = (uri: string): readonly string[] => {
    const folder = normalizeUri(uri);
    const { projects: paths } = configuration.of(folder);
    return paths.length === 0 ? [folder] : paths.map((path) => uriBelow(folder, path));
  };
  /** Opens and closes projects, so that they are those of the open folders. */
  const matchFolders = (): void => {
    const roots = new Set([...folders].flatMap(rootsIn));
    const gone = [...projects].filter(([, { root, extent }]) => extent.kind === 'folder' && !roots.has(root));
    for (const [key] of gone) close(key);
    const before = [...projects.values()];
    for (const root of roots) open(`${root}/`, root, { kind: 'folder' });
    // Of nested folders the innermost has a policy: those around lose it, or have it again.
    const others = [
      ...gone.map(([, { root }]) => root),
      ...[...roots].filter((root) => !before.some((one) => one.root === root)),
    ];
    for (const project of before) {
      if (project.extent.kind === 'folder' && others.some((root) => pathBelow(project.root, root) !== undefined))
        project.rescan();
    }
    // Documents that stood alone may stand in a folder now, and those of a folder alone.
    for (const key of documents.all().keys()) {
      if (folderOf(key)) close(key);
      else if (gone.length > 0) result.documentChanged(key);
    }
  };
  const find = (uri: string): Found | undefined => {
    const key = normalizeUri(uri);
    const inLibrary = libraryFiles.get(key);
    if (key.startsWith(`${libraryScheme}:`)) {
      const [project] = projects.values();
      return project && inLibrary ? { project, path: inLibrary.path } : undefined;
    }
    const project = folderOf(key) ?? projects.get(key);
    const path = project && pathBelow(project.root, key);
    return project && path !== undefined ? { project, path } : undefined;
  };

  const result: Projects = {
    all: () => [...projects.values()],
    find,
    file: ({ project, path }) => project.snapshot().file(path) ?? libraryFiles.get(normalizeUri(libraryUri(path))),
    converter: (project) => {
      const known = converters.get(project);
      if (known) return known;
      const made = createConverter({
        encoding: client.encoding,
        uri: (file) => {
          const uri = project.uriOf(file);
          return documents.get(uri)?.uri ?? uri;
        },
        isLibrary: project.isLibrary,
        version: (file) => documents.get(project.uriOf(file))?.version,
        versioned: client.capabilities.workspace?.workspaceEdit?.documentChanges === true ? 'yes' : 'no',
      });
      converters.set(project, made);
      return made;
    },
    version: (uri) => documents.get(uri)?.version,
    cause: () => cause,
    openIn: (project) =>
      [...documents.all().values()].map(({ uri }) => uri).filter((uri) => find(uri)?.project === project),
    documentChanged: (uri) => {
      const key = normalizeUri(uri);
      if (key.startsWith(`${libraryScheme}:`)) return;
      const folder = folderOf(key);
      if (folder !== undefined) {
        cause = documents.get(key) === undefined ? 'files' : 'typing';
        folder.refresh(key);
        cause = 'files';
        return;
      }
      const alone = projects.get(key);
      if (documents.get(key) === undefined) close(key);
      else if (alone) alone.refresh(key);
      else if (/\.rdp$|^untitled:/.test(key)) open(key, parentOf(key), { kind: 'file', uri: key });
      for (const project of projects.values()) project.refreshDocument(key);
    },
    filesChanged: (uris, kind) => {
      const keys = uris.map(normalizeUri);
      for (const project of projects.values()) {
        for (const key of keys) {
          const isKnown = project.snapshot().file(pathBelow(project.root, key) ?? '') !== undefined;
          if (!project.refreshDocument(key) && (isKnown || project.unreadable().has(key))) project.refresh(key);
        }
        if (kind === 'rescan' && project.extent.kind === 'folder') project.rescan();
      }
    },
    addFolders: (uris) => {
      for (const uri of uris) folders.add(normalizeUri(uri));
      matchFolders();
    },
    removeFolders: (uris) => {
      for (const uri of uris) folders.delete(normalizeUri(uri));
      matchFolders();
    },
    folders: () => [...folders],
    settingsChanged: () => {
      matchFolders();
      for (const project of projects.values()) if (project.isRead()) changed(project);
    },
    onChange: (listener) => void listeners.push(listener),
  };
  return result;
}

/** Whether a search for policies below `root` comes by `uri`. */
function isSeenFrom(root: string, uri: string): boolean {
  const path = pathBelow(root, uri);
  const folders = path?.split('/').slice(0, -1);
  return folders?.every((name) => name !== 'node_modules' && name !== 'dist' && !name.startsWith('.')) === true;
}

/** What paths of a document that stands alone are relative to: `untitled:Untitled-1` has no folder. */
function parentOf(uri: string): string {
  const name = nameOf(uri);
  const parent = parentUri(uri);
  return parent === uri ? uri.slice(0, uri.length - encodeURI(name).length) : parent;
}
