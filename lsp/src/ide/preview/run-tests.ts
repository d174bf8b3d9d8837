// The `test` blocks of a policy and the examples of its patterns → what became of each, and which rules and branches they reach. Decided by the interpreter, which
// is what a policy means; `rdpc test` does the same with the module, byte for byte.

import {
  checkExamples,
  coverageOfInputs,
  exampleGroups,
  interpret,
  judge,
  lowerPrograms,
  scanEntrypoint,
  scanProgram,
  withTestKey,
  type RuleCoverage,
} from '@rdp/compiler';
import { inputDocuments, type InputForm } from '@rdp/compiler/inputs';
import type { PatternModel, Span, TestModel, Workspace } from '@rdp/language';
import type { Decision } from '@rdp/runtime/contract';
import { spansOfRules, type RuleSpans } from './rule-spans.ts';
import { policyOf, type Policy, type Problem, type ReadText } from './policy.ts';

/** A `test`, or a pattern with examples. */
export type Runnable =
  | { readonly kind: 'test'; readonly name: string; readonly span: Span; readonly test: TestModel }
  | { readonly kind: 'examples'; readonly name: string; readonly span: Span; readonly pattern: PatternModel };

/** What became of one of them. */
export interface TestOutcome {
  readonly name: string;
  readonly span: Span;
  readonly failures: readonly { readonly span: Span; readonly message: string }[];
}

/** One rule that tests may reach. */
export interface CoveredRule extends RuleCoverage {
  readonly spans: RuleSpans;
}

export interface TestReport {
  readonly kind: 'report';
  readonly outcomes: readonly TestOutcome[];
  /** Of rules that are written in the project; those of packs are measured where the packs are. */
  readonly coverage: readonly CoveredRule[];
}

/** The tests of a snapshot, in the order of the files, then the patterns that have examples. */
export function runnablesOf(snapshot: Workspace): readonly Runnable[] {
  const { model, patterns } = snapshot.checked();
  const own = model.packages.filter(({ std }) => !std).map(({ name }) => name);
  return [
    ...model.tests.map((test): Runnable => ({ kind: 'test', name: test.name, span: test.span, test })),
    ...patterns(own)
      .filter(({ examples, counterexamples }) => examples.length + counterexamples.length > 0)
      .map((pattern): Runnable => ({ kind: 'examples', name: pattern.name, span: pattern.span, pattern })),
  ];
}

/** Runs what `wanted` says, everything unless given. */
export async function runTests(
  snapshot: Workspace,
  read: ReadText,
  wanted: (runnable: Runnable) => boolean = () => true,
): Promise<TestReport | Problem> {
  const all = runnablesOf(snapshot).filter(wanted);
  const patterns = all.flatMap((one) => (one.kind === 'examples' ? [one.pattern] : []));
  const names = new Set(all.flatMap((one) => (one.kind === 'test' ? [one.name] : [])));
  const examples = runExamples(patterns);
  if (names.size === 0) return { kind: 'report', outcomes: examples, coverage: [] };
  const policy = await policyOf(snapshot, read);
  if (policy.kind === 'problem') return policy;
  const data: unknown = JSON.parse(withTestKey(policy.data));
  const ir = lowerPrograms(policy.programs, { internal: 'keep' });
  const inputs: { readonly entrypoint: string; readonly input: Uint8Array }[] = [];
  const outcomes: TestOutcome[] = [];
  for (const { name, span, test } of all.filter((one) => one.kind === 'test')) {
    const given = await documentsOf(test, read);
    if (given.kind === 'fault') {
      outcomes.push({ name, span, failures: [{ span, message: given.message }] });
      continue;
    }
    const decided = given.documents.map((document) => {
      inputs.push({ entrypoint: test.entrypoint, input: document });
      const text = interpret({ ir, entrypoint: test.entrypoint, input: document, data });
      return { document, decision: JSON.parse(text) as Decision }; // the interpreter wrote it
    });
    const failures = judge(test, decided).map(({ expectation, message }) => ({ span: expectation.span, message }));
    outcomes.push({ name, span, failures });
  }
  const coverage = coverageOf(snapshot, policy, coverageOfInputs(ir, inputs, data));
  return { kind: 'report', outcomes: [...outcomes, ...examples], coverage };
}

/** Whether patterns have matches in their examples, and none in their counterexamples. */
function runExamples(patterns: readonly PatternModel[]): readonly TestOutcome[] {
  const groups = exampleGroups(patterns);
  if (groups.length === 0) return [];
  const ir = lowerPrograms([scanProgram(groups)], { internal: 'keep' });
  const detect = (text: string): ReadonlySet<string> => {
    const input = new TextEncoder().encode(JSON.stringify({ text }));
    const { findings = [] } = JSON.parse(interpret({ ir, entrypoint: scanEntrypoint, input, data: {} })) as Decision; // the interpreter wrote it
    return new Set(findings.map(({ rule }) => rule));
  };
  const failures = checkExamples(patterns, detect);
  return patterns.map((model) => ({
    name: model.name,
    span: model.span,
    failures: failures.filter((failure) => failure.model === model),
  }));
}

function coverageOf(snapshot: Workspace, policy: Policy, coverage: readonly RuleCoverage[]): readonly CoveredRule[] {
  const spans = spansOfRules(snapshot, policy.model);
  return coverage.flatMap((rule) => {
    const found = spans.get(`${rule.entrypoint.split('/').slice(0, -2).join('.')}.${rule.rule}`);
    return found === undefined ? [] : [{ ...rule, spans: found }];
  });
}

/** The documents that a test decides on. */
async function documentsOf(
  { given }: TestModel,
  read: ReadText,
): Promise<
  | { readonly kind: 'documents'; readonly documents: readonly Uint8Array[] }
  | { readonly kind: 'fault'; readonly message: string }
> {
  const utf8 = new TextEncoder();
  if (given.kind === 'object') return { kind: 'documents', documents: [utf8.encode(given.text)] };
  const text = await read(given.path);
  if (text === undefined) return { kind: 'fault', message: `${given.path} cannot be read` };
  const form: InputForm =
    given.kind === 'file' ? { kind: 'document', keys: given.wrap } : { kind: 'admission', operation: given.operation };
  const found = await inputDocuments(given.path, utf8.encode(text), form);
  return found.kind === 'fault' ? { kind: 'fault', message: `${given.path}: ${found.message}` } : found;
}
