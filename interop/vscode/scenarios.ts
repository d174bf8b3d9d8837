// What users of the extension do, in the order in which they do it in one window: each gives what is wrong, or nothing.

import { coverage, debug, debugChosen, preview, report, runTests } from './deciding.ts';
import type { Scenario } from './scene.ts';
import { checkTask, compileTask, ownServer, settings, walkthrough } from './setting-up.ts';
import { begin, complete, hover, mend, openTour, rename, snippet } from './writing.ts';

/** In order; later ones build on earlier ones. */
export const scenarios: ReadonlyMap<string, Scenario> = new Map<string, Scenario>([
  ['opens the tour without a complaint', openTour],
  ['shows what a name is', hover],
  ['shows a diagnostic and mends it', mend],
  ['completes a field of Kubernetes', complete],
  ['renames across files', rename],
  ['writes a rule from a snippet', snippet],
  ['runs a test from the Testing view', runTests],
  ['shows which rules the tests reach', coverage],
  ['shows a decision beside its input', preview],
  ['debugs a decision that is chosen', debugChosen],
  ['shows who enforces what', report],
  ['steps through a decision', debug],
  ['leads through the first steps', walkthrough],
  ['checks in a task', checkTask],
  ['compiles in a task', compileTask],
  ['does what its settings say', settings],
  ['starts the server that is set', ownServer],
  ['begins a policy with the starter', begin],
]);

/** What is shown once: it is the same wherever the extension runs, or needs a machine. */
export const desktopOnly: ReadonlySet<string> = new Set([
  'shows what a name is',
  'writes a rule from a snippet',
  'debugs a decision that is chosen',
  'shows who enforces what',
  'steps through a decision',
  'leads through the first steps',
  'checks in a task',
  'compiles in a task',
  'does what its settings say',
  'starts the server that is set',
]);
