// A question of the page → the answer: a decision with its reasons, the results of tests, or what would be installed on clusters.
// Faults of files and documents are part of the answer.

import { traceDecision, wordsOf, type Trace } from '@rdp/compiler';
import {
  buildProxy,
  CommandFault,
  emitManifests,
  judge,
  plansOf,
  readInputs,
  reportOf,
  testInputs,
} from '@rdp/compiler/tools';
import type { Span } from '@rdp/language';
import type {
  Answer,
  Ask,
  DecisionFacts,
  EventChoice,
  FileSpan,
  ManifestFacts,
  PlainTrace,
  TestResult,
} from '../protocol.ts';
import { inputPath, loadFiles, type LoadedPolicy, type LoadedProject } from './compile-project.ts';

/** Answers one question. */
export async function answerTo(ask: Ask): Promise<Answer> {
  const input = /^\s*[{[]/.test(ask.input) ? inputPath.json : inputPath.yaml;
  const known = await loadFiles(new Map([...ask.files, [input, ask.input]]));
  const { diagnostics } = known.project.result;
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const base = { id: ask.id, errors, warnings, events: known.events };
  const { loaded } = known;
  if (loaded === undefined) return base;
  const compiled = loaded.facts;
  try {
    switch (ask.want) {
      case 'tests':
        return { ...base, compiled, tests: await runTests(known, loaded) };
      case 'manifests':
        return { ...base, compiled, manifests: await manifestsOf(known, loaded) };
      case 'decision': {
        const event = known.events.find(({ name }) => name === ask.event) ?? known.events[0];
        if (event === undefined) return { ...base, compiled };
        return { ...base, compiled, decision: await decide({ known, loaded, event, input, text: ask.input }) };
      }
    }
  } catch (error) {
    if (error instanceof CommandFault)
      return { ...base, compiled, fault: error.detail.message.replace(/`\/\.input/, '`input') };
    throw error;
  }
}

async function decide(asked: {
  readonly known: LoadedProject;
  readonly loaded: LoadedPolicy;
  readonly event: EventChoice;
  readonly input: string;
  readonly text: string;
}): Promise<DecisionFacts> {
  const { known, loaded, event, input, text } = asked;
  const form = event.kind === 'k8s' ? ({ kind: 'admission', operation: 'CREATE' } as const) : undefined;
  const [document = new Uint8Array()] = await readInputs(`/${input}`, form ?? { kind: 'document', keys: [] });
  const { programs, policy } = loaded;
  const decided = policy.decideText(event.entrypoint, document);
  const trace = traceDecision({
    programs,
    origins: known.origins,
    entrypoint: event.entrypoint,
    input: document,
    data: JSON.parse(loaded.data),
    // What is typed into the page stays there: its author may see it.
    sensitive: 'show',
  });
  const shown = new TextDecoder().decode(document);
  return {
    event,
    text: decided,
    time: timeOf(() => policy.decideText(event.entrypoint, document)),
    document: shown,
    isInput: shown === text,
    trace: plainTrace(trace),
  };
}

/** Microseconds of one call: as many as fit into a few milliseconds, since a page's clock is coarse. */
function timeOf(decide: () => void): number {
  const began = performance.now();
  let count = 0;
  do {
    decide();
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

async function runTests({ project }: LoadedProject, { policy }: LoadedPolicy): Promise<readonly TestResult[]> {
  const results: TestResult[] = [];
  for (const test of project.result.model.tests) {
    const inputs = await testInputs(test, project.root);
    const decided = inputs.map((document) => ({ document, decision: policy.decide(test.entrypoint, document) }));
    const failures = judge(test, decided).map(({ message }) => message);
    results.push({ name: test.name, at: placeOf(test.span), failures });
  }
  return results;
}

/** What `rdpc compile --target k8s` writes below `k8s/` and `helm/`, as far as it is text. */
async function manifestsOf({ project }: LoadedProject, { programs, data }: LoadedPolicy): Promise<ManifestFacts> {
  const { model } = project.result;
  const plans = plansOf(model, programs);
  const shipped = programs.map((program) => ({
    ...program,
    entrypoints: program.entrypoints.filter(({ internal }) => internal !== true),
  }));
  const proxy = buildProxy(model, shipped, data);
  const options = { root: project.root, revision: undefined, signing: undefined };
  const made = await emitManifests({ ...options, model, programs: shipped, plans, proxy });
  const report = reportOf(model, plans);
  return {
    files: [...made].flatMap(([path, content]) => (typeof content === 'string' ? [[path, content] as const] : [])),
    rules: report.rules.map(({ rule, cluster, status, point, reason }) => ({
      rule,
      cluster,
      status,
      via: point ?? '',
      reason: reason ?? '',
    })),
  };
}
