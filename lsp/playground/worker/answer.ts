// A question of the page → the answer, from what previews in an editor are made of: a decision with its reasons, results of tests; beyond
// those the module that ships, and what would be installed on clusters. Faults of files and documents are part of the answer.

import { wordsOf, type Trace } from '@rdp/compiler';
import { buildProxy, CommandFault, emitManifests, plansOf, reportOf } from '@rdp/compiler/tools';
import type { Span } from '@rdp/language';
import { decide, eventsOf, type DecisionAnswer, type EventChoice } from '../../src/ide/preview/decide.ts';
import { checkedPolicy, policyOf, type Policy } from '../../src/ide/preview/policy.ts';
import { runTests } from '../../src/ide/preview/run-tests.ts';
import type {
  Answer,
  Ask,
  DecisionFacts,
  FileSpan,
  ManifestFacts,
  ModuleFacts,
  PlainTrace,
  TestFacts,
} from '../protocol.ts';
import { loadModule } from './load-module.ts';
import { mountFiles } from './node-fs.ts';
import { openProject, type PageProject } from './page-project.ts';

/** Answers one question. */
export async function answerTo(ask: Ask): Promise<Answer> {
  const files = new Map(ask.files);
  const project = await openProject(files);
  const { diagnostics } = checkedPolicy(project.snapshot).result;
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const base = { id: ask.id, errors, warnings: diagnostics.length - errors, events: [] };
  if (errors > 0) return base;
  const policy = await policyOf(project.snapshot, project.read);
  const events = await eventsOf(project.snapshot, project.read);
  if (policy.kind === 'problem') return { ...base, fault: policy.message };
  if ('kind' in events) return { ...base, fault: events.message };
  const told = { ...base, events };
  const event = events.find(({ label }) => label === ask.event) ?? events[0];
  switch (ask.want) {
    case 'tests':
      return { ...told, ...(await testsOf(project)) };
    case 'manifests':
      return { ...told, ...(await manifestsOf(files, policy)) };
    case 'decision':
      return event === undefined ? told : { ...told, ...(await decisionOn(project, ask.input, event)) };
    case 'module':
      return event === undefined
        ? told
        : { ...told, ...(await moduleOf({ project, policy, input: ask.input, event })) };
  }
}

interface Decided {
  readonly project: PageProject;
  readonly event: EventChoice;
  readonly input: string;
  readonly answer: Promise<DecisionAnswer>;
}

let decided: Decided | undefined;

/** What the interpreter decides; the last answer is kept, for the module is asked about the same. */
function decideOnce(project: PageProject, input: string, event: EventChoice): Promise<DecisionAnswer> {
  const { snapshot, read } = project;
  if (decided?.project.snapshot === snapshot && decided.input === input && decided.event.label === event.label)
    return decided.answer;
  const path = /^\s*[{[]/.test(input) ? 'request.json' : 'request.yaml';
  const answer = decide(snapshot, read, { entrypoint: event.entrypoint, path, text: input });
  decided = { project, event, input, answer };
  return answer;
}

async function decisionOn(
  project: PageProject,
  input: string,
  event: EventChoice,
): Promise<{ readonly decision: DecisionFacts } | { readonly fault: string }> {
  const answer = await decideOnce(project, input, event);
  if (answer.kind === 'problem') return { fault: `the request cannot be read: ${answer.message}` };
  const [document] = answer.documents;
  if (document === undefined) return { fault: 'the request has no document' };
  const text = new TextDecoder().decode(document.input);
  const { trace } = document;
  const shown = { document: text, isInput: text === input, trace: plainTrace(trace) };
  return { decision: { event, text: trace.decisionText, ...shown } };
}

/** The module, and how long it takes to decide what the interpreter has decided. */
async function moduleOf(asked: {
  readonly project: PageProject;
  readonly policy: Policy;
  readonly input: string;
  readonly event: EventChoice;
}): Promise<{ readonly compiled: ModuleFacts }> {
  const { project, policy, input, event } = asked;
  const { module, compileTime, size } = await loadModule(policy);
  const rules = new Set(
    policy.programs
      .flatMap(({ entrypoints }) => entrypoints.flatMap((entrypoint) => entrypoint.rules))
      .map(({ span, name }) => `${span.file.path}:${span.start}:${name}`),
  );
  const facts = { compileTime, size, rules: rules.size };
  const answer = await decideOnce(project, input, event);
  const [document] = answer.kind === 'decided' ? answer.documents : [];
  if (document === undefined) return { compiled: facts };
  const decideAgain = (): string => module.decideText(event.entrypoint, document.input);
  // The interpreter is the meaning of the language. A module that says otherwise is a fault of the compiler, which nobody may overlook.
  if (decideAgain() !== document.trace.decisionText)
    throw new Error('the module decides otherwise than the interpreter');
  return { compiled: { ...facts, decisionTime: timeOf(decideAgain) } };
}

/** Microseconds of one call: as many as fit into a few milliseconds, since a page's clock is coarse. */
function timeOf(call: () => void): number {
  const began = performance.now();
  let count = 0;
  do {
    call();
    count++;
  } while (performance.now() - began < 6);
  return ((performance.now() - began) / count) * 1000;
}

function plainTrace(trace: Trace): PlainTrace {
  const rules = trace.rules.map((rule) => ({ ...rule, reason: wordsOf(rule.outcome) ?? '' }));
  const text = JSON.stringify({ ...trace, rules }, (key, value: unknown) =>
    key === 'file' && typeof value === 'object' && value !== null && 'path' in value ? value.path : value,
  );
  return JSON.parse(text) as PlainTrace; // what was written
}

function placeOf({ file, start, end }: Span): FileSpan {
  return { file: file.path, start, end };
}

async function testsOf({
  snapshot,
  read,
}: PageProject): Promise<{ readonly tests: TestFacts } | { readonly fault: string }> {
  const report = await runTests(snapshot, read);
  if (report.kind === 'problem') return { fault: report.message };
  return {
    tests: {
      results: report.outcomes.map(({ name, span, failures }) => ({
        name,
        at: placeOf(span),
        failures: failures.map(({ message }) => message),
      })),
      coverage: report.coverage.map(({ rule, fired, branches, spans }) => ({
        rule,
        at: placeOf(spans.name),
        fired,
        branches: branches.map(({ what, held, failed }) => ({ what, held, failed })),
      })),
    },
  };
}

/** What `rdpc compile --target k8s` writes below `k8s/` and `helm/`, as far as it is text. */
async function manifestsOf(
  files: ReadonlyMap<string, string>,
  { model, programs, data }: Policy,
): Promise<{ readonly manifests: ManifestFacts } | { readonly fault: string }> {
  const plans = plansOf(model, programs);
  const shipped = programs.map((program) => ({
    ...program,
    entrypoints: program.entrypoints.filter(({ internal }) => internal !== true),
  }));
  const proxy = buildProxy(model, shipped, data);
  const options = { root: '/', revision: undefined, signing: undefined };
  mountFiles(files);
  try {
    const made = await emitManifests({ ...options, model, programs: shipped, plans, proxy });
    return { manifests: { files: textFiles(made), rules: reportRows(model, plans) } };
  } catch (error) {
    if (error instanceof CommandFault) return { fault: error.detail.message };
    throw error;
  }
}

function textFiles(made: ReadonlyMap<string, Uint8Array | string>): ManifestFacts['files'] {
  return [...made].flatMap(([path, content]) => (typeof content === 'string' ? [[path, content] as const] : []));
}

function reportRows(...plan: Parameters<typeof reportOf>): ManifestFacts['rules'] {
  return reportOf(...plan).rules.map(({ rule, cluster, status, point, reason }) => ({
    rule,
    cluster,
    status,
    via: point ?? '',
    reason: reason ?? '',
  }));
}
