// The diagnostics of a project by document, as the client shall see them, each list with an id that changes when the list does.
// What is pushed and what is pulled are the same lists.

import type { Diagnostic as LspDiagnostic } from 'vscode-languageserver';
import { DiagnosticSeverity } from 'vscode-languageserver';
import type { Diagnostic, Workspace } from '@rdp/language';
import { toDiagnostic, type DiagnosticForm } from '../convert/diagnostics.ts';
import { normalizeUri } from '../convert/uris.ts';
import type { Client } from './client.ts';
import type { Configuration } from './configuration.ts';
import type { Project, Projects } from './projects.ts';
import { levelOf, type Settings } from './settings.ts';

/** The diagnostics of one document. */
export interface Report {
  /** As the client writes it. */
  readonly uri: string;
  readonly resultId: string;
  readonly diagnostics: LspDiagnostic[];
}

export interface Reports {
  /** By normalised URI: documents with diagnostics, and all that are open. */
  readonly of: (project: Project) => ReadonlyMap<string, Report>;
  /** The same for diagnostics that are not those of the newest state. */
  readonly made: (project: Project, diagnostics: readonly Diagnostic[]) => ReadonlyMap<string, Report>;
  readonly close: (project: Project) => void;
}

interface Known {
  readonly snapshot: Workspace;
  readonly unreadable: ReadonlyMap<string, string>;
  readonly open: number;
  readonly settings: Settings;
  readonly reports: ReadonlyMap<string, Report>;
}

/** Whose diagnostics, for whom and how. */
export interface ReportsOptions {
  readonly projects: Projects;
  readonly client: Client;
  readonly configuration: Configuration;
}

/** The reports of a session. */
export function createReports({ projects, client, configuration }: ReportsOptions): Reports {
  const known = new Map<Project, Known>();
  /** The text of each list and its id. */
  const lists = new Map<string, { readonly text: string; readonly resultId: string }>();
  let last = 0;

  const report = (uri: string, diagnostics: LspDiagnostic[]): Report => {
    const key = normalizeUri(uri);
    const text = diagnostics.length === 0 ? '' : JSON.stringify(diagnostics);
    const before = lists.get(key);
    const resultId = before?.text === text ? before.resultId : String(++last);
    lists.set(key, { text, resultId });
    return { uri, resultId, diagnostics };
  };
  const made: Reports['made'] = (project, diagnostics) => {
    const convert = projects.converter(project);
    const settings = configuration.of(project.root);
    const form = formFor(client, settings);
    const grouped = new Map<string, { readonly uri: string; readonly list: LspDiagnostic[] }>();
    const listOf = (uri: string): LspDiagnostic[] => {
      const key = normalizeUri(uri);
      const group = grouped.get(key) ?? { uri, list: [] };
      grouped.set(key, group);
      return group.list;
    };
    // Of a document that the client shows it is told also that nothing is wrong.
    for (const uri of projects.openIn(project)) listOf(uri);
    for (const diagnostic of diagnostics) {
      const level = levelOf(settings, diagnostic);
      if (level === 'off') continue;
      listOf(convert.uri(diagnostic.span.file)).push(toDiagnostic(convert, { ...diagnostic, level }, form));
    }
    for (const [uri, message] of project.unreadable()) listOf(uri).push(unreadable(message));
    return new Map([...grouped].map(([key, { uri, list }]) => [key, report(uri, list)]));
  };
  return {
    made,
    of: (project) => {
      const snapshot = project.snapshot();
      const before = known.get(project);
      const open = projects.openIn(project).length;
      const unread = project.unreadable();
      const settings = configuration.of(project.root);
      const same = before?.snapshot === snapshot && before.open === open && before.unreadable === unread;
      if (same && before.settings === settings) return before.reports;
      const reports = made(project, snapshot.diagnostics());
      known.set(project, { snapshot, open, unreadable: unread, settings, reports });
      return reports;
    },
    close: (project) => void known.delete(project),
  };
}

function unreadable(message: string): LspDiagnostic {
  const start = { line: 0, character: 0 };
  return {
    range: { start, end: start },
    severity: DiagnosticSeverity.Error,
    source: 'rdp',
    message: `cannot read this file: ${message}`,
  };
}

/** The form of diagnostics that a client understands. */
function formFor({ capabilities, pages: own }: Client, { pages = own }: Settings): DiagnosticForm {
  const known = capabilities.textDocument?.diagnostic ?? capabilities.textDocument?.publishDiagnostics;
  return {
    related: known?.relatedInformation === true ? 'yes' : 'no',
    tags: known?.tagSupport === undefined ? 'no' : 'yes',
    data: known?.dataSupport === true ? 'yes' : 'no',
    page: known?.codeDescriptionSupport === true && pages !== undefined ? (code) => `${pages}${code}.md` : undefined,
  };
}

/** Whether the client asks for diagnostics itself; what it asks for is not sent as well, or it would show it twice. */
export function pulls({ capabilities }: Client): boolean {
  return capabilities.textDocument?.diagnostic !== undefined;
}
