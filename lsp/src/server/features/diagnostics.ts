// Diagnostics that the server sends of itself (push): after each change of a project, for each of its files whose list is
// another than the client has. Changes that wait in the connection are taken first, so that a burst of typing is checked once.

import type { Diagnostic as LspDiagnostic } from 'vscode-languageserver';
import { toDiagnostic, type DiagnosticForm } from '../../convert/diagnostics.ts';
import type { Client } from '../client.ts';
import type { Feature, Server } from '../feature.ts';
import type { Project } from '../projects.ts';

/** The registration. */
export const diagnosticsFeature: Feature = {
  name: 'diagnostics',
  capabilities: () => ({}),
  register: (server) => {
    const sent = new Map<Project, Map<string, string>>();
    const waiting = new Set<Project>();
    server.projects.onChange((project, what) => {
      if (what === 'gone') {
        for (const uri of sent.get(project)?.keys() ?? []) send(server, uri, []);
        sent.delete(project);
        return;
      }
      if (waiting.has(project)) return;
      waiting.add(project);
      setImmediate(() => {
        waiting.delete(project);
        if (!server.projects.all().includes(project)) return;
        publish(server, project, sent);
      });
    });
  },
};

function publish(server: Server, project: Project, sent: Map<Project, Map<string, string>>): void {
  const convert = server.projects.converter(project);
  const form = formFor(server.client);
  // Of a document that the client shows it is told also that nothing is wrong.
  const lists = new Map<string, LspDiagnostic[]>(server.projects.openIn(project).map((uri) => [uri, []]));
  for (const diagnostic of project.snapshot().checked().diagnostics) {
    const uri = convert.uri(diagnostic.span.file);
    const list = lists.get(uri) ?? [];
    list.push(toDiagnostic(convert, diagnostic, form));
    lists.set(uri, list);
  }
  const before = sent.get(project) ?? new Map<string, string>();
  const now = new Map([...lists].map(([uri, list]) => [uri, JSON.stringify(list)]));
  for (const [uri, list] of lists) if (before.get(uri) !== now.get(uri)) send(server, uri, list);
  for (const uri of before.keys()) if (!now.has(uri)) send(server, uri, []);
  sent.set(project, now);
}

function send({ connection }: Server, uri: string, diagnostics: LspDiagnostic[]): void {
  void connection.sendDiagnostics({ uri, diagnostics });
}

/** The form of diagnostics that a client understands. */
function formFor({ capabilities }: Client): DiagnosticForm {
  const { publishDiagnostics } = capabilities.textDocument ?? {};
  return {
    related: publishDiagnostics?.relatedInformation === true ? 'yes' : 'no',
    tags: publishDiagnostics?.tagSupport === undefined ? 'no' : 'yes',
    data: publishDiagnostics?.dataSupport === true ? 'yes' : 'no',
    page: undefined,
  };
}
