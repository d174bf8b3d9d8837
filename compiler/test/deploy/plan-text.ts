// A policy's text → its plan and its report, for tests.

import { checkProgram, type Diagnostic, type Model } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { checkGaps } from '../../src/deploy/gap-diagnostics.ts';
import { planDeploy, type DeployPlan, type NativeEmitters } from '../../src/deploy/plan.ts';
import { reportOf, type Report } from '../../src/deploy/report.ts';

/** A native emitter that takes what it is told to take, by name of the rule, and refuses everything else. */
export function takes(rules: Readonly<Record<string, string>>, reason = 'no words for it'): NativeEmitters {
  const emitter: NativeEmitters['admissionPolicy'] = (_, entrypoint) =>
    entrypoint.rules.map(({ name }) => {
      const point = rules[name];
      return point === undefined ? { kind: 'refused', reason } : { kind: 'native', point };
    });
  return { admissionPolicy: emitter, networkPolicy: emitter };
}

/** The only deployment of a policy. */
export function planText(
  text: string,
  emitters: NativeEmitters,
): {
  readonly model: Model;
  readonly plan: DeployPlan;
  readonly report: Report;
  readonly diagnostics: readonly Diagnostic[];
} {
  const { programs, model, diagnostics } = checkProgram({
    files: [{ path: 'a.rdp', text }],
    documents: new Map(),
    std: stdFiles,
  });
  const [deploy] = model.deploys;
  if (programs === undefined || deploy === undefined)
    throw new Error(diagnostics.map(({ message }) => message).join('; '));
  const plan = planDeploy(deploy, programs, emitters);
  return { model, plan, report: reportOf(model, [plan]), diagnostics: [...diagnostics, ...checkGaps(plan)] };
}
