// From a path to a checked project: reads, then checks against the standard library, as of today.

import { checkProgram, type CheckResult } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { today } from './clock.ts';
import { readProject, type Project } from './read-project.ts';

export interface CheckedProject extends Project {
  readonly result: CheckResult;
}

/** Reads and checks the policy at `path`. */
export async function checkFiles(path: string): Promise<CheckedProject> {
  const project = await readProject(path);
  return { ...project, result: checkProgram({ ...project, today: today(), std: stdFiles }) };
}
