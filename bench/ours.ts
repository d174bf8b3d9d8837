// The side that is measured: a policy of this folder, compiled by our compiler, loaded by our runtime.

import { readFileSync } from 'node:fs';
import { checkProgram, hasErrors, type CoreProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { compilePrograms, emitBundle } from '@rdp/compiler';
import { bytesSource, createEnforcer, type Enforcer } from '@rdp/runtime';

/** Text of a policy in `bench/policies`. */
export function policyText(name: string): string {
  return readFileSync(new URL(`policies/${name}`, import.meta.url), 'utf8');
}

/** The modules of a policy text. */
export function moduleOf(text: string): ReturnType<typeof compilePrograms> {
  return compilePrograms(programsOf(text));
}

/** The bundle of a policy text. */
export function bundleOf(text: string): Uint8Array {
  const programs = programsOf(text);
  const { wasm, simd, map, entrypoints, streams, admission, surfaces } = compilePrograms(programs);
  const packages = programs.map((program) => program.package);
  return emitBundle({ wasm, simd, map, entrypoints, streams, admission, surfaces, data: '{}', packages });
}

/** The checked programs of a policy text with the standard library. */
export function programsOf(text: string): readonly CoreProgram[] {
  const { diagnostics, programs } = checkProgram({
    files: [{ path: 'policy.rdp', text }],
    documents: new Map(),
    std: stdFiles,
  });
  if (programs === undefined || hasErrors(diagnostics))
    throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return programs;
}

/** An enforcer with that policy in force. */
export async function enforce(text: string): Promise<Enforcer> {
  const enforcer = createEnforcer({ source: bytesSource(bundleOf(text)) });
  const outcome = await enforcer.ready;
  if (outcome.kind === 'problem') throw new Error(outcome.problem.message);
  return enforcer;
}
