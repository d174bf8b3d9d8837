// The `test` blocks of a policy → what became of each, on the module that would ship.

import type { CoreProgram, Model, TestModel } from '@rdp/language';
import { judge, type Failure } from '../testing/judge.ts';
import { testHashKey } from '../testing/test-key.ts';
import { loadProject } from './decide-project.ts';
import { testInputs } from './test-inputs.ts';

/** One test, the documents that were decided on, and what was not as expected. */
export interface TestRun {
  readonly test: TestModel;
  readonly inputs: readonly Uint8Array[];
  readonly failures: readonly Failure[];
}

/** Every test of the policy, in order, and the data document under which they ran; nothing where it has no rules. */
export async function runTests(
  { tests }: Model,
  programs: readonly CoreProgram[],
  root: string,
): Promise<{ readonly runs: readonly TestRun[]; readonly data: string }> {
  if (programs.length === 0) return { runs: [], data: '{}' };
  const { enforcer, data } = await loadProject(programs, root, { hashKey: testHashKey });
  const runs: TestRun[] = [];
  for (const test of tests) {
    const inputs = await testInputs(test, root);
    const decided = inputs.map((document) => ({ document, decision: enforcer.decide(test.entrypoint, document) }));
    runs.push({ test, inputs, failures: judge(test, decided) });
  }
  enforcer.close();
  return { runs, data };
}
