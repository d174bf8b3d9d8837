// The words of a call → the arguments of its verb, for calls without any doubt. Everything else — help, mistakes, rarer ways
// to write an option — is left to yargs, whose code takes longer to load than a policy takes to check.
// INVARIANT: what is read here, yargs reads the same.

import type { Options } from 'yargs';
import type { Arguments, Verb } from './options.ts';

/** The arguments that `words` give `verb`; undefined when yargs has to look at them. */
export function readCall(verb: Verb, words: readonly string[]): Arguments | undefined {
  const args = new Map<string, unknown>();
  const free: string[] = [];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!word.startsWith('-')) {
      free.push(word);
      continue;
    }
    const named = findOption(verb, word);
    if (named === undefined || args.has(named.name)) return undefined;
    const value = named.option.type === 'boolean' ? flagOf(rest, named.value) : valueOf(rest, named.option);
    if (value === undefined) return undefined;
    args.set(named.name, value);
  }
  for (const [name, option] of Object.entries(verb.options)) {
    if (args.has(name)) continue;
    if (option.demandOption === true) return undefined;
    if (option.default !== undefined) args.set(name, option.default);
  }
  const placed = placeWords(verb.command, free);
  return placed === undefined ? undefined : { ...Object.fromEntries(args), ...Object.fromEntries(placed) };
}

interface Named {
  readonly name: string;
  readonly option: Options;
  readonly value: boolean;
}

/** The option that `--name`, `--no-name` or its letter stands for. */
function findOption(verb: Verb, word: string): Named | undefined {
  for (const [name, option] of Object.entries(verb.options)) {
    if (word === `--${name}` || word === `-${String(option.alias)}`) return { name, option, value: true };
    if (option.type === 'boolean' && word === `--no-${name}`) return { name, option, value: false };
  }
  return undefined;
}

/** A flag's value is its name; yargs also takes `true` or `false` after it. */
function flagOf(rest: readonly string[], value: boolean): boolean | undefined {
  return rest[0] === 'true' || rest[0] === 'false' ? undefined : value;
}

/** A value is a word that is no option; `-`, standard input, is one where the option says that one word follows. */
function valueOf(rest: string[], { choices, nargs }: Options): string | undefined {
  const value = rest.shift();
  if (value === undefined || value === '') return undefined;
  if (value.startsWith('-') && !(value === '-' && nargs === 1)) return undefined;
  return choices === undefined || choices.includes(value) ? value : undefined;
}

/** Gives the free words the names that `command` has for them: `<needed>`, `[optional]`, `[many..]`. */
function placeWords(command: string, words: readonly string[]): readonly (readonly [string, unknown])[] | undefined {
  const placed: (readonly [string, unknown])[] = [];
  const rest = [...words];
  for (const [, bracket, name = '', many] of command.matchAll(/([<[])(\w+)(\.\.)?[>\]]/g)) {
    if (rest.length > 0) placed.push([name, many === undefined ? rest.shift() : rest.splice(0)]);
    else if (bracket === '<') return undefined;
  }
  return rest.length === 0 ? placed : undefined;
}
