// A project as an editor sees it: a snapshot that never changes, from which the next one is made by replacing a file.
// Parsing is memoised by file and checking by snapshot, so that asking twice costs nothing.

import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { DocumentPaths } from '../semantic/bind/document-paths.ts';
import { checkProgram } from '../semantic/check-program.ts';
import { parseEdited, parseOnce } from '../semantic/parse-memo.ts';
import type { CheckResult, Project } from '../semantic/project.ts';
import type { SourceFile } from '../source/source-file.ts';
import type { Parsed } from '../syntax/parse.ts';
import { carryFragments } from './fragments.ts';
import { namedDocuments } from './named-documents.ts';
import { createRechecker, type Rechecker } from './again/check-again.ts';

/** One state of a project. */
export interface Workspace {
  readonly project: Project;
  readonly file: (path: string) => SourceFile | undefined;
  /** The tree and tokens of a file, and what is wrong with its syntax alone. */
  readonly parsed: (path: string) => Parsed | undefined;
  /** The documents that the policies name (`documentPaths`). */
  readonly named: () => DocumentPaths;
  /** What is wrong in the project, as `checked` says it, but from what is known of earlier states. */
  readonly diagnostics: () => readonly Diagnostic[];
  /** The same, when they are known before `isEnough`, which is asked between declarations; asking again goes on from there. */
  readonly diagnosticsUntil: (isEnough: () => boolean) => readonly Diagnostic[] | undefined;
  /** The whole project, checked. */
  readonly checked: () => CheckResult;
  /** This state with the file added, ahead of those with a greater path as `rdpc check` has them, or in place of the one with its path. */
  readonly withFile: (file: SourceFile) => Workspace;
  readonly withoutFile: (path: string) => Workspace;
  /** This state with other documents, date or library. */
  readonly withProject: (change: Partial<Project>) => Workspace;
}

/** The workspace of `project`. Nothing is parsed until it is asked for. */
export function createWorkspace(project: Project): Workspace {
  return workspaceOf(project, createRechecker());
}

/** `rechecker` knows an earlier state. */
function workspaceOf(project: Project, rechecker: Rechecker): Workspace {
  let result: CheckResult | undefined;
  let named: DocumentPaths | undefined;
  let diagnostics: readonly Diagnostic[] | undefined;
  const find = (path: string): SourceFile | undefined => project.files.find((file) => file.path === path);
  const workspace: Workspace = {
    project,
    file: find,
    parsed: (path) => {
      const file = find(path);
      return file && parseOnce(file);
    },
    named: () => (named ??= namedDocuments(project.files)),
    diagnostics: () => (diagnostics ??= result?.diagnostics ?? rechecker.check(project)),
    diagnosticsUntil: (isEnough) => (diagnostics ??= result?.diagnostics ?? rechecker.checkUntil(project, isEnough)),
    checked: () => (result ??= checkProgram(project)),
    withFile: (file) => {
      const before = find(file.path);
      if (before && before.text === file.text) return workspace;
      // Read now, while the state ahead of the edit is at hand.
      if (before) {
        parseEdited(before, file);
        carryFragments(before, file);
      }
      const files = before
        ? project.files.map((each) => (each.path === file.path ? file : each))
        : inserted(project.files, file);
      return workspaceOf({ ...project, files }, rechecker);
    },
    withoutFile: (path) =>
      workspaceOf({ ...project, files: project.files.filter((file) => file.path !== path) }, rechecker),
    withProject: (change) => workspaceOf({ ...project, ...change }, rechecker),
  };
  return workspace;
}

/** What comes of a project depends on the order of its files where a name stands twice: not on who came when. */
function inserted(files: readonly SourceFile[], file: SourceFile): readonly SourceFile[] {
  const at = files.findIndex(({ path }) => path > file.path);
  return at < 0 ? [...files, file] : [...files.slice(0, at), file, ...files.slice(at)];
}
