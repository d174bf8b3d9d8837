// The checkout example as the interpreter sees it: read and checked by what the command uses, lowered, evaluated.

import { interpret } from '../compiler/src/ir/interpret/interpret.ts';
import { lowerProgram } from '../compiler/src/ir/lower.ts';

import { checkFiles } from '../compiler/src/cli/check-files.ts';

/** Decision text of an entrypoint for bytes, by the interpreter. */
export type Interpreter = (entrypoint: string, input: Uint8Array) => string;

/** Checks the policy at `path`; `data` is the text of the bundle's data document. */
export async function createInterpreter(path: string, data: string): Promise<Interpreter> {
  const { result } = await checkFiles(path);
  const irs = (result.programs ?? []).map(lowerProgram);
  const parsed: unknown = JSON.parse(data);
  return (entrypoint, input) => {
    const ir = irs.find(({ entrypoints }) => entrypoints.some(({ name }) => name === entrypoint));
    return ir === undefined ? 'no such entrypoint' : interpret({ ir, entrypoint, input, data: parsed });
  };
}
