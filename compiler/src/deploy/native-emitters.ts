// Who answers what can be said natively: one emitter a family of objects; and the plans that are made with them.

import type { CoreProgram, Model } from '@rdp/language';
import { planDeploy, type DeployPlan, type NativeEmitter, type NativeEmitters } from './plan.ts';

/** The emitters of this version. */
export const nativeEmitters: NativeEmitters = {
  admissionPolicy: without('native admission policies'),
  networkPolicy: without('network policies'),
};

/** The plan of each deployment of a policy. */
export function plansOf(model: Model, programs: readonly CoreProgram[]): readonly DeployPlan[] {
  return model.deploys.map((deploy) => planDeploy(deploy, programs, nativeEmitters));
}

function without(what: string): NativeEmitter {
  return (_, { rules }) =>
    rules.map(() => ({ kind: 'refused', reason: `this version writes no ${what}`, absent: true }));
}
