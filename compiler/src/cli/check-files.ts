// From a path to a checked project: reads, then checks against the standard library, as of today.

import { checkProgram, type CheckResult, type Origins } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { today } from './clock.ts';
import { readProject, type Project } from './read-project.ts';

export interface CheckedProject extends Project {
  readonly result: CheckResult;
}

/** Reads and checks the policy at `path`; `origins`, when given, is told where its expressions stand. */
export async function checkFiles(path: string, origins?: Origins): Promise<CheckedProject> {
  const project = await readProject(path);
  const noted = origins === undefined ? {} : { origins };
  return { ...project, result: checkProgram({ ...project, ...noted, today: today(), std: stdFiles }) };
}
