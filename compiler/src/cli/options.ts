// Options that several verbs share, written once, and the type of a verb.

import type { ArgumentsCamelCase, Argv, CommandModule, InferredOptionTypes, Options } from 'yargs';
import type { ExitCode } from './faults.ts';

/** Takes the exit code of the verb that ran. */
export type Ending = (code: ExitCode) => void;

/** A verb with its options. */
export type Verb<O extends Record<string, Options>> = CommandModule<object, InferredOptionTypes<O>>;

/** The form of what is reported. */
export const formatOption: {
  readonly format: {
    readonly choices: readonly ['text', 'json', 'sarif'];
    readonly default: 'text';
    readonly describe: string;
  };
} = {
  format: { choices: ['text', 'json', 'sarif'], default: 'text', describe: 'how diagnostics are reported' },
};

/** Builds a verb from its options, examples and what it does; the result of `run` is the exit code. */
export function verb<O extends Record<string, Options>>(definition: {
  readonly command: string;
  readonly describe: string;
  readonly options: O;
  readonly examples: readonly (readonly [string, string])[];
  readonly ending: Ending;
  readonly run: (args: ArgumentsCamelCase<InferredOptionTypes<O>>) => ExitCode | Promise<ExitCode>;
}): Verb<O> {
  const { command, describe, options, examples, ending, run } = definition;
  return {
    command,
    describe,
    builder: (parser): Argv<InferredOptionTypes<O>> =>
      examples.reduce((shown, [call, meaning]) => shown.example(call, meaning), parser.options(options)),
    handler: async (args): Promise<void> => ending(await run(args)),
  };
}

/** The words that stand without an option; yargs gives numbers for words that look like one. */
export function wordsOf(args: { readonly [name: string]: unknown }, name: string): readonly string[] {
  const value = args[name];
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}
