// What a verb of the command is, as data that both readers of a call understand, and the options that several verbs share.

import type { InferredOptionTypes, Options } from 'yargs';
import type { ExitCode } from './faults.ts';

/** Options and words of a call by their names. */
export type Arguments = Readonly<Record<string, unknown>>;

/** A verb. `command` names its words as yargs does: `check [paths..]`. */
export interface Verb {
  readonly command: string;
  readonly describe: string;
  readonly options: Readonly<Record<string, Options>>;
  readonly examples: readonly (readonly [string, string])[];
  /** Gives the exit code. */
  readonly run: (args: Arguments) => ExitCode | Promise<ExitCode>;
}

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

/** A verb whose `run` knows the types of its options. */
export function verb<O extends Record<string, Options>>(
  definition: Omit<Verb, 'options' | 'run'> & {
    readonly options: O;
    readonly run: (args: InferredOptionTypes<O> & Arguments) => ExitCode | Promise<ExitCode>;
  },
): Verb {
  return definition as Verb; // whoever reads a call gives the options their types
}

/** The words that stand without an option; yargs gives numbers for words that look like one. */
export function wordsOf(args: Arguments, name: string): readonly string[] {
  const value = args[name];
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}
