// What the protocol has no words for: the tests of the open folders and what becomes of them, decisions on an input, the report on
// who enforces what. The names of the requests and their answers are in `convert/previews.ts`.

import type { TextDocumentIdentifier } from 'vscode-languageserver';
import {
  type CoveredRuleAnswer,
  type DecideAnswer,
  type DecideParams,
  type EventsAnswer,
  previewMethods,
  testId,
  type TestItem,
  type TestResult,
  type TestRunAnswer,
  type TestRunParams,
  toDecided,
  toTestRun,
} from '../../convert/previews.ts';
import { decide, eventsOf } from '../../ide/preview/decide.ts';
import type { ReadText } from '../../ide/preview/policy.ts';
import { reportOn, type ReportAnswer } from '../../ide/preview/report.ts';
import { runnablesOf, runTests, type Runnable } from '../../ide/preview/run-tests.ts';
import type { Feature, Place, Server } from '../feature.ts';
import type { Project } from '../projects.ts';

/** The registration. */
export const previewsFeature: Feature = {
  name: 'previews',
  capabilities: () => ({}),
  register: (server) => {
    const { connection, guarded, inDocument } = server;
    connection.onRequest(
      previewMethods.tests,
      guarded('tests', () => server.projects.all().flatMap((project) => testItems(server, project))),
    );
    connection.onRequest(
      previewMethods.runTests,
      guarded('run of tests', (params: TestRunParams) => run(server, params)),
    );
    connection.onRequest<EventsAnswer | null, void>(
      previewMethods.events,
      inDocument<InDocument, EventsAnswer>('events', events),
    );
    connection.onRequest<DecideAnswer | null, void>(
      previewMethods.decide,
      inDocument(
        'decision',
        async (place, params: DecideParams) =>
          toDecided(place.convert, await decide(place.snapshot, reader(place.project), params)),
        ['entrypoint', 'path', 'text'],
      ),
    );
    connection.onRequest<ReportAnswer | null, void>(
      previewMethods.report,
      inDocument<InDocument, ReportAnswer>('report', report),
    );
    if (wantsChanges(server)) tellOfChanges(server);
  },
};

/** Parameters of a request about a project, which any of its documents names. */
interface InDocument {
  readonly textDocument: TextDocumentIdentifier;
}

async function events({ snapshot, project }: Place): Promise<EventsAnswer> {
  const found = await eventsOf(snapshot, reader(project));
  return 'kind' in found ? found : { kind: 'events', events: found };
}

function report({ snapshot, project }: Place): Promise<ReportAnswer> {
  return reportOn(snapshot, reader(project));
}

function testItems({ projects }: Server, project: Project): readonly TestItem[] {
  const convert = projects.converter(project);
  return runnablesOf(project.snapshot()).map((one) => {
    const { uri, range } = convert.location(one.span);
    const event = one.kind === 'test' ? `${one.test.surface}.${one.test.event}` : 'examples';
    return { id: testId(uri, one.name), name: one.name, event, uri, range };
  });
}

async function run({ projects }: Server, { ids }: TestRunParams): Promise<TestRunAnswer> {
  const wanted = ids && new Set(ids);
  const results: TestResult[] = [];
  const coverage: CoveredRuleAnswer[] = [];
  const problems: string[] = [];
  for (const project of projects.all()) {
    const convert = projects.converter(project);
    const snapshot = project.snapshot();
    const isWanted = ({ name, span }: Runnable): boolean =>
      wanted === undefined || wanted.has(testId(convert.uri(span.file), name));
    if (!runnablesOf(snapshot).some(isWanted)) continue;
    const report = await runTests(snapshot, reader(project), isWanted);
    if (report.kind === 'problem') {
      problems.push(report.message);
      continue;
    }
    const found = toTestRun(convert, report);
    results.push(...found.results);
    coverage.push(...found.coverage);
  }
  return { results, coverage, problems };
}

function reader(project: Project): ReadText {
  return async (path) => {
    const read = await project.readText(path);
    return read.kind === 'text' ? read.text : undefined;
  };
}

function wantsChanges({ client }: Server): boolean {
  const { options } = client;
  return typeof options === 'object' && options !== null && 'changes' in options && options.changes === true;
}

/** Tells the client, once for a burst of changes, that what it asked for may be another now. */
function tellOfChanges({ connection, projects }: Server): void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  projects.onChange(() => {
    clearTimeout(waiting);
    waiting = setTimeout(() => void connection.sendNotification(previewMethods.changed), 200);
  });
}
