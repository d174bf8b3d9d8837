// The standard library without a policy: for verbs that use its patterns by name.

import { checkProgram, type CheckResult } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';

/** An empty project over the standard library. */
export function checkLibrary(): CheckResult {
  return checkProgram({ files: [], documents: new Map(), std: stdFiles });
}
