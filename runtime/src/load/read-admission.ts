// `policy.admission.json` of a bundle → what each entrypoint for admission needs. A bundle without the file has no such entrypoint.
//
// INVARIANT: a file that is not what the compiler writes makes the bundle a bad one: no review may be decided on without what its
// rules read.

import { admissionFile, type AdmissionPlan } from '../contract/index.ts';
import type { BundleFiles } from './archive.ts';
import { ok, problem } from './problem.ts';
import type { Outcome } from './problem.ts';
import { isObject, parseStrictly } from './read-json.ts';

/** The plans of a bundle. */
export function readAdmission(files: BundleFiles): Outcome<readonly AdmissionPlan[]> {
  const bytes = files.get(admissionFile);
  if (bytes === undefined) return ok([]);
  const value = parseStrictly(bytes);
  const plans = isObject(value) && value['version'] === 1 ? value['admission'] : undefined;
  return Array.isArray(plans) && plans.every(isPlan)
    ? ok(plans)
    : problem('bad_manifest', `\`${admissionFile}\` is not what the compiler writes`);
}

function isPlan(value: unknown): value is AdmissionPlan {
  return (
    isObject(value) &&
    typeof value['entrypoint'] === 'string' &&
    (value['namespaceObject'] === 'read' || value['namespaceObject'] === 'unread')
  );
}
