// Who answers what can be said natively: one emitter a family of objects; and the plans that are made with them.

import type { CoreProgram, Model } from '@rdp/language';
import { emitAdmissionPolicies } from '../emit/k8s/admission-policies.ts';
import { networkPolicyFates } from '../emit/k8s/network-rules.ts';
import { planDeploy, type DeployPlan, type NativeEmitter, type NativeEmitters, type NativeFate } from './plan.ts';

/** The emitters of this version. */
export const nativeEmitters: NativeEmitters = { admissionPolicy, networkPolicy: networkPolicyFates };

function admissionPolicy(...[target, entrypoint]: Parameters<NativeEmitter>): readonly NativeFate[] {
  const { native, refused } = emitAdmissionPolicies({ entrypoint, target, namespace: '' });
  const reasons = new Map(refused.map(({ index, reason }) => [index, reason]));
  const points = new Map(native.map(({ index, objects }) => [index, objects[0]?.kind ?? 'no request concerns it']));
  return entrypoint.rules.map((_, index): NativeFate => {
    const point = points.get(index);
    return point === undefined ? { kind: 'refused', reason: reasons.get(index) ?? '' } : { kind: 'native', point };
  });
}

/** The plan of each deployment of a policy. */
export function plansOf(model: Model, programs: readonly CoreProgram[]): readonly DeployPlan[] {
  return model.deploys.map((deploy) => planDeploy(deploy, programs, nativeEmitters));
}
