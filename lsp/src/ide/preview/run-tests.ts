// The `test` blocks of a policy → what became of each, and which rules and branches they reach. Decided by the interpreter, which
// is what a policy means; `rdpc test` does the same with the module, byte for byte.

import { coverageOfInputs, interpret, judge, lowerPrograms, withTestKey, type RuleCoverage } from '@rdp/compiler';
import { inputDocuments, type InputForm } from '@rdp/compiler/inputs';
import type { Span, TestModel, Workspace } from '@rdp/language';
import type { Decision } from '@rdp/runtime/contract';
import { spansOfRules, type RuleSpans } from './rule-spans.ts';
import { policyOf, type Policy, type Problem, type ReadText } from './policy.ts';

/** What became of one test. */
export interface TestOutcome {
  readonly test: TestModel;
  readonly failures: readonly { readonly span: Span; readonly message: string }[];
  /** Milliseconds are the caller's business; this is how many documents were decided on. */
  readonly documents: number;
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

/** The tests of a snapshot, in the order of the files. */
export function testsOf(snapshot: Workspace): readonly TestModel[] {
  return snapshot.checked().model.tests;
}

/** Runs the tests that `wanted` names, all unless given. */
export async function runTests(
  snapshot: Workspace,
  read: ReadText,
  wanted: (test: TestModel) => boolean = () => true,
): Promise<TestReport | Problem> {
  const policy = await policyOf(snapshot, read);
  if (policy.kind === 'problem') return policy;
  const data: unknown = JSON.parse(withTestKey(policy.data));
  const ir = lowerPrograms(policy.programs, { internal: 'keep' });
  const inputs: { readonly entrypoint: string; readonly input: Uint8Array }[] = [];
  const outcomes: TestOutcome[] = [];
  for (const test of policy.model.tests.filter(wanted)) {
    const given = await documentsOf(test, read);
    if (given.kind === 'fault') {
      outcomes.push({ test, failures: [{ span: test.span, message: given.message }], documents: 0 });
      continue;
    }
    const decided = given.documents.map((document) => {
      inputs.push({ entrypoint: test.entrypoint, input: document });
      const text = interpret({ ir, entrypoint: test.entrypoint, input: document, data });
      return { document, decision: JSON.parse(text) as Decision }; // the interpreter wrote it
    });
    const failures = judge(test, decided).map(({ expectation, message }) => ({ span: expectation.span, message }));
    outcomes.push({ test, failures, documents: decided.length });
  }
  return { kind: 'report', outcomes, coverage: coverageOf(snapshot, policy, coverageOfInputs(ir, inputs, data)) };
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
