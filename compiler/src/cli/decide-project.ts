// A checked project → an enforcer over its freshly compiled bundle: what `eval` and `test` decide with is what ships.

import type { CoreProgram } from '@rdp/language';
import type { Enforcer } from '@rdp/runtime';
import { buildBundle } from './build-bundle.ts';

/** Compiles and loads in memory. A bundle of ours that our runtime refuses is a bug. */
export async function loadProject(
  programs: readonly CoreProgram[],
  root: string,
  options: { readonly hashKey?: string | undefined } = {},
): Promise<{ readonly enforcer: Enforcer; readonly data: string }> {
  const { bytesSource, createEnforcer } = await import('@rdp/runtime'); // most verbs do without
  const built = await buildBundle(programs, { root, revision: undefined, signing: undefined, internal: 'keep' });
  const key = options.hashKey === undefined ? {} : { hashKey: options.hashKey };
  const enforcer = createEnforcer({ source: bytesSource(built.bundle), limits: { warmUp: 0 }, ...key });
  const outcome = await enforcer.ready;
  if (outcome.kind === 'problem') throw new Error(`the runtime refuses the bundle: ${outcome.problem.message}`);
  return { enforcer, data: built.data };
}
