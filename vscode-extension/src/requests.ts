// What the parts of the extension may ask of the server, wherever that runs.

import type { DecideAnswer, DecideParams, EventsAnswer, TestItem, TestRunAnswer } from '@rdp/lsp/previews';
import type { Disposable } from 'vscode';
import type { ReportAnswer } from './report/rows.ts';

/** What the parts may ask of the server. */
export interface Requests {
  readonly tests: () => Promise<readonly TestItem[]>;
  readonly runTests: (ids: readonly string[] | undefined) => Promise<TestRunAnswer>;
  readonly events: (uri: string) => Promise<EventsAnswer | null>;
  readonly decide: (params: DecideParams) => Promise<DecideAnswer | null>;
  readonly report: (uri: string) => Promise<ReportAnswer | null>;
  /** Calls `listener` when answers may have changed. */
  readonly onChange: (listener: () => void) => Disposable;
}
