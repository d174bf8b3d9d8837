// Diagnostics, sent after each change of a project (push) or asked for by the client (pull). Changes that wait in the connection
// are taken first, so that a burst of typing is checked once; a check goes on slice by slice, and one that takes long is told of in
// two stages. INVARIANT: what is sent is of the newest state; a list that the client has is not sent.

import {
  DocumentDiagnosticReportKind,
  LSPErrorCodes,
  ResponseError,
  type CancellationToken,
  type DocumentDiagnosticParams,
  type DocumentDiagnosticReport,
  type WorkspaceDiagnosticParams,
  type WorkspaceDiagnosticReport,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver';
import type { Diagnostic, Workspace } from '@rdp/language';
import { normalizeUri } from '../../convert/uris.ts';
import { stagedDiagnostics } from '../../ide/staged-diagnostics.ts';
import { checkInSlices, checkSlice } from '../checking.ts';
import type { Feature, Server } from '../feature.ts';
import type { Project } from '../projects.ts';
import { createReports, pulls, type Report, type Reports } from '../reports.ts';

/** The registration. */
export const diagnosticsFeature: Feature = {
  name: 'diagnostics',
  capabilities: (client) =>
    pulls(client)
      ? { diagnosticProvider: { identifier: 'rdp', interFileDependencies: true, workspaceDiagnostics: true } }
      : {},
  register: (server) => {
    const reports = createReports(server);
    if (pulls(server.client)) answerPulls(server, reports);
    else push(server, reports);
  },
};

/** A check that takes longer is told of in two stages: the syntax at once. */
const quickMs = 40;

interface Pushed {
  /** What the client has, by normalised URI. */
  readonly sent: Map<string, Report>;
  checked: { readonly snapshot: Workspace; readonly diagnostics: readonly Diagnostic[] } | undefined;
  /** Counts changes: what was begun for an earlier one is not gone on with. */
  change: number;
}

function push(server: Server, reports: Reports): void {
  const { connection, projects } = server;
  const states = new Map<Project, Pushed>();
  const send = (state: Pushed, now: ReadonlyMap<string, Report>): void => {
    for (const [key, report] of now) {
      if (state.sent.get(key)?.resultId === report.resultId) continue;
      const { uri, diagnostics } = report;
      const version = projects.version(uri);
      void connection.sendDiagnostics({ uri, diagnostics, ...(version === undefined ? {} : { version }) });
    }
    for (const [key, { uri, diagnostics }] of state.sent) {
      if (!now.has(key) && diagnostics.length > 0) void connection.sendDiagnostics({ uri, diagnostics: [] });
    }
    state.sent.clear();
    for (const [key, report] of now) state.sent.set(key, report);
  };
  const work = (project: Project, state: Pushed, stage: 'first' | 'told'): void => {
    try {
      if (checkSlice(project, stage === 'first' ? quickMs : undefined) === 'checked') {
        const snapshot = project.snapshot();
        send(state, reports.of(project));
        state.checked = { snapshot, diagnostics: snapshot.diagnostics() };
        return;
      }
      if (stage === 'first' && state.checked) {
        send(state, reports.made(project, stagedDiagnostics(project.snapshot(), state.checked)));
      }
      later(state, () => work(project, state, 'told'));
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      connection.console.error(`checking failed, which no document should make it do; please report this\n${text}`);
    }
  };
  projects.onChange((project, what) => {
    const state = states.get(project) ?? { sent: new Map(), checked: undefined, change: 0 };
    state.change++;
    if (what === 'gone') {
      send(state, new Map());
      states.delete(project);
      reports.close(project);
      return;
    }
    states.set(project, state);
    // The connection takes one message a turn: in the second turn from now none is left, or this was called again.
    later(state, () => later(state, () => work(project, state, 'first')));
  });
}

/** Runs `step` in the next turn, unless there was another change by then. */
function later(state: Pushed, step: () => void): void {
  const { change } = state;
  setImmediate(() => {
    if (state.change === change) step();
  });
}

function answerPulls(server: Server, reports: Reports): void {
  const { connection, projects, client, guarded } = server;
  const { languages } = connection;
  const refreshes = client.capabilities.workspace?.diagnostics?.refreshSupport === true;
  projects.onChange((project, what) => {
    if (what === 'gone') reports.close(project);
    // What is typed the client asks for itself; what comes from elsewhere it does not know of.
    else if (refreshes && projects.cause() === 'files') {
      // A client that has no answer asks again in its own time.
      languages.diagnostics.refresh().catch(() => undefined);
    }
  });
  const document = guarded(
    'diagnostics',
    async (
      { textDocument, previousResultId }: DocumentDiagnosticParams,
      token: CancellationToken,
    ): Promise<DocumentDiagnosticReport> => {
      const project = projects.find(textDocument.uri)?.project;
      if (project) await checked(project, token);
      const report = project && reports.of(project).get(normalizeUri(textDocument.uri));
      if (report === undefined) return { kind: DocumentDiagnosticReportKind.Full, items: [] };
      return { ...changedSince(report, previousResultId) };
    },
    ['textDocument'],
  );
  languages.diagnostics.on(async (params, token) => {
    return (await document(params, token)) ?? { kind: DocumentDiagnosticReportKind.Full, items: [] };
  });
  const workspace = guarded(
    'workspace diagnostics',
    async (
      { previousResultIds }: WorkspaceDiagnosticParams,
      token: CancellationToken,
    ): Promise<WorkspaceDiagnosticReport> => {
      for (const project of projects.all()) await checked(project, token);
      const before = new Map(previousResultIds.map(({ uri, value }) => [normalizeUri(uri), { uri, value }]));
      const items = projects.all().flatMap((project) =>
        [...reports.of(project)].map(([key, report]): WorkspaceDocumentDiagnosticReport => {
          const version = projects.version(report.uri) ?? null;
          const known = before.get(key)?.value;
          before.delete(key);
          return { ...changedSince(report, known), uri: report.uri, version };
        }),
      );
      // What had diagnostics and has none is told once more.
      for (const { uri } of before.values()) {
        items.push({ kind: DocumentDiagnosticReportKind.Full, items: [], uri, version: null });
      }
      return { items };
    },
    ['previousResultIds'],
  );
  languages.diagnostics.onWorkspace(async (params, token) => (await workspace(params, token)) ?? { items: [] });
}

/** Checks the newest state of a project. */
async function checked(project: Project, token: CancellationToken): Promise<void> {
  if (await checkInSlices(project, () => !token.isCancellationRequested)) return;
  throw new ResponseError(LSPErrorCodes.RequestCancelled, 'no longer wanted');
}

function changedSince(
  { resultId, diagnostics }: Report,
  previous: string | undefined,
):
  | { kind: typeof DocumentDiagnosticReportKind.Unchanged; resultId: string }
  | { kind: typeof DocumentDiagnosticReportKind.Full; resultId: string; items: Report['diagnostics'] } {
  return previous === resultId
    ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId }
    : { kind: DocumentDiagnosticReportKind.Full, resultId, items: diagnostics };
}
