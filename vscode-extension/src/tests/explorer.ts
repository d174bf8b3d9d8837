// The `test` blocks of the open folders in VS Code's Testing view. The server lists and runs them; what is shown where is
// worked out in `test-tree.ts`.

import type { TestArgument, TestItem, TestRunAnswer } from '@rdp/lsp/previews';
import {
  type CancellationToken,
  commands,
  type ExtensionContext,
  FileCoverage,
  Location,
  Position,
  Range,
  type TestController,
  type TestItem as ExplorerItem,
  TestMessage,
  type TestRunProfile,
  TestRunProfileKind,
  TestRunRequest,
  tests,
  Uri,
  workspace,
} from 'vscode';
import type { Requests } from '../requests.ts';
import { coverageDetails, fileCoverages } from './coverage.ts';
import { groupByFile } from './test-tree.ts';

/** Adds the controller with its profiles. */
export function registerTests(context: ExtensionContext, requests: Requests): void {
  const controller = tests.createTestController('rdp', 'rdp');
  let coverage: TestRunAnswer['coverage'] = [];
  const refresh = async (): Promise<void> => {
    showTests(controller, await requests.tests());
  };
  const run = (kind: 'run' | 'coverage') => async (request: TestRunRequest, token: CancellationToken) => {
    const answer = await runTests({ controller, requests, request, token, kind });
    coverage = answer?.coverage ?? coverage;
  };
  controller.refreshHandler = refresh;
  controller.createRunProfile('Run', TestRunProfileKind.Run, run('run'), true);
  const withCoverage: TestRunProfile = controller.createRunProfile(
    'Run with Coverage',
    TestRunProfileKind.Coverage,
    run('coverage'),
    true,
  );
  withCoverage.loadDetailedCoverage = async (_, file) => coverageDetails(coverage, file.uri.toString());
  const runOne = async (argument: unknown): Promise<void> => {
    const { id } = argument as TestArgument; // the server's lens
    const item = [...allItems(controller)].find((one) => one.id === id);
    if (item !== undefined) await run('run')(new TestRunRequest([item]), neverCancelled);
  };
  context.subscriptions.push(
    controller,
    commands.registerCommand('rdp.runTest', runOne),
    requests.onChange(() => void refresh()),
    workspace.onDidSaveTextDocument(({ languageId }) => {
      if (languageId !== 'rdp' || !workspace.getConfiguration('rdp').get('tests.runOnSave', false)) return;
      void run('run')(new TestRunRequest(), neverCancelled);
    }),
  );
}

const neverCancelled: CancellationToken = {
  isCancellationRequested: false,
  onCancellationRequested: () => ({ dispose: () => undefined }),
};

function showTests(controller: TestController, listed: readonly TestItem[]): void {
  const files = groupByFile(listed).map(({ uri, tests: own }) => {
    const file = Uri.parse(uri);
    const parent = controller.createTestItem(uri, workspace.asRelativePath(file), file);
    parent.children.replace(
      own.map(({ id, name, event, range }) => {
        const item = controller.createTestItem(id, name, file);
        item.range = toRange(range);
        item.description = event;
        return item;
      }),
    );
    return parent;
  });
  controller.items.replace(files);
}

async function runTests({
  controller,
  requests,
  request,
  token,
  kind,
}: {
  readonly controller: TestController;
  readonly requests: Requests;
  readonly request: TestRunRequest;
  readonly token: CancellationToken;
  readonly kind: 'run' | 'coverage';
}): Promise<TestRunAnswer | undefined> {
  const items = itemsOf(controller, request);
  const run = controller.createTestRun(request);
  items.forEach((item) => run.started(item));
  try {
    const answer = await requests.runTests([...items.keys()]);
    if (token.isCancellationRequested) return undefined;
    const results = new Map(answer.results.map((result) => [result.id, result]));
    for (const [id, item] of items) {
      const result = results.get(id);
      if (result === undefined) {
        run.errored(item, new TestMessage(answer.problems.join('\n') || 'the test is gone'));
        continue;
      }
      if (result.passed) {
        run.passed(item);
        continue;
      }
      const messages = result.failures.map(({ message, location }) => {
        const shown = new TestMessage(message);
        shown.location = new Location(Uri.parse(location.uri), toRange(location.range));
        return shown;
      });
      run.failed(item, messages);
    }
    const passed = answer.results.filter((result) => result.passed).length;
    run.appendOutput(`${passed} passed, ${answer.results.length - passed} failed\r\n`);
    if (kind === 'coverage') {
      for (const { uri, rules, branches } of fileCoverages(answer.coverage)) {
        run.addCoverage(new FileCoverage(Uri.parse(uri), rules, branches, rules));
      }
    }
    return answer;
  } finally {
    run.end();
  }
}

/** Every test, without the files that they stand in. */
function allItems(controller: TestController): Iterable<ExplorerItem> {
  return itemsOf(controller, new TestRunRequest()).values();
}

/** The tests that a request is about, by id. */
function itemsOf(controller: TestController, { include, exclude }: TestRunRequest): ReadonlyMap<string, ExplorerItem> {
  const found = new Map<string, ExplorerItem>();
  const left = new Set(exclude?.map(({ id }) => id));
  const visit = (item: ExplorerItem): void => {
    if (left.has(item.id)) return;
    if (item.children.size === 0) found.set(item.id, item);
    item.children.forEach(visit);
  };
  if (include === undefined) controller.items.forEach(visit);
  else include.forEach(visit);
  return found;
}

/** A range of the protocol as VS Code's. */
function toRange({ start, end }: TestItem['range']): Range {
  return new Range(new Position(start.line, start.character), new Position(end.line, end.character));
}
