// A table of options → what the words of a command line say of them, and the lines of `--help`. Faults are thrown as errors with a text for
// whoever called; the reader of a program's options makes values of them.

import { parseArgs } from 'node:util';

/** One option. */
export interface OptionText {
  /** What stands behind it, in capitals; none for a flag. */
  readonly value?: string;
  readonly text: string;
  readonly preset?: string;
  readonly many?: true;
}

export type OptionTable = Readonly<Record<string, OptionText>>;

/** What was said; names are those of the table. */
export interface SaidOptions<Name extends string> {
  /** Words that belong to no option. */
  readonly words: readonly string[];
  readonly text: (name: Name) => string | undefined;
  readonly list: (name: Name) => readonly string[];
  readonly flag: (name: Name) => 'set' | 'unset';
  /** From 0 to `most`. */
  readonly number: (name: Name, most: number) => number;
  readonly choice: <T extends string>(name: Name, choices: readonly T[]) => T;
}

/** Reads words strictly; `help` when they ask for it. */
export function readOptions<Table extends OptionTable>(
  table: Table,
  words: readonly string[],
  /** Whether words may stand alone. */
  alone: 'words' | 'options' = 'options',
): SaidOptions<keyof Table & string> | 'help' {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, option]) => [
      name,
      {
        type: option.value === undefined ? ('boolean' as const) : ('string' as const),
        ...(option.many === undefined ? {} : { multiple: true }),
        ...(option.preset === undefined ? {} : { default: option.preset }),
      },
    ]),
  );
  const parsed = parseArgs({
    args: [...words],
    strict: true,
    allowPositionals: alone === 'words',
    options: { ...options, help: { type: 'boolean' } },
  });
  const values: Readonly<Record<string, unknown>> = parsed.values;
  if (values['help'] === true) return 'help';
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    words: parsed.positionals,
    text,
    list: (name) => {
      const value = values[name];
      return Array.isArray(value) ? value.map(String) : [];
    },
    flag: (name) => (values[name] === true ? 'set' : 'unset'),
    number: (name, most) => {
      const value = Number(text(name));
      if (!(value >= 0 && value <= most)) throw new Error(`--${name} is no number from 0 to ${most}`);
      return value;
    },
    choice: (name, choices) => {
      const found = choices.find((known) => known === text(name));
      if (found === undefined) throw new Error(`--${name} is one of ${choices.join(', ')}`);
      return found;
    },
  };
}

/** What a wrong call is told: the fault, which a wall of options would push off the screen, and where those are. */
export function wrongCall(program: string, message: string): string {
  return `${program}: ${message}\n  \`${program} --help\` lists the options\n`;
}

/** The lines of `--help`, one an option. */
export function optionLines(table: OptionTable): string {
  return Object.entries(table)
    .map(([name, option]) => {
      const left = `  --${name}${option.value === undefined ? '' : ` ${option.value}`}`;
      return `${left.padEnd(36)} ${option.text}${option.preset === undefined ? '' : ` [${option.preset}]`}`;
    })
    .join('\n');
}
