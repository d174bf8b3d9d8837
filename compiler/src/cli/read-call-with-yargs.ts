// A call that is not plain, read by yargs: help, completion, mistakes and every way to write an option.

import type { CallKey } from './compile-cache.ts';
import { CommandFault, exitCodes, refuse, type ExitCode, type UsageFault } from './faults.ts';
import type { Verb } from './options.ts';
import { verbs } from './verbs.ts';
import { version } from './version.ts';

/** Reads a call, carries it out and tells how it ended. */
export async function runWithYargs(words: readonly string[], key: CallKey): Promise<ExitCode> {
  const { default: yargs } = await import('yargs');
  let code: ExitCode = exitCodes.fine;
  const parser = yargs(chooseShell(words))
    .scriptName('rdpc')
    .usage('$0 <verb> [options]\n\nTyped policies for HTTP APIs, Kubernetes and LLMs: check, compile, test, decide.')
    .completion('completion', 'print a completion script for bash or zsh')
    .demandCommand(1, 'say what to do, e.g. `rdpc check policies/`')
    .recommendCommands()
    .strict()
    .version(version)
    .help()
    .alias('help', 'h')
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .epilogue('Exit codes: 0 fine, 1 the policy or a test is at fault, 2 usage, 3 a bug of rdpc.')
    .exitProcess(false)
    .fail((message: string, error: Error | undefined) => {
      // What yargs finds while it takes words apart is an error of its own; any other is a verb's.
      throw error === undefined || error.name === 'YError' ? new CommandFault(misuse(message, words)) : error;
    });
  for (const load of verbs.values()) {
    const { command, describe, options, examples, run } = await load(key);
    parser.command({
      command,
      describe,
      builder: (own) => examples.reduce((shown, [call, meaning]) => shown.example(call, meaning), own.options(options)),
      handler: async (args) => {
        refuseRepeated(options, args);
        code = await run(args);
      },
    });
  }
  await parser.parseAsync();
  return code;
}

/**
 * `completion zsh` → `completion`, which takes no word: yargs writes the script for the shell that the environment names.
 * Call it before yargs is made, which is when it looks.
 */
function chooseShell(words: readonly string[]): readonly string[] {
  const [verb, shell, ...rest] = words;
  if (verb !== 'completion' || shell === undefined || shell.startsWith('-')) return words;
  if ((shell !== 'bash' && shell !== 'zsh') || rest.length > 0)
    return refuse(`there is no completion script for \`${[shell, ...rest].join(' ')}\``, 'the shells are bash, zsh');
  process.env['SHELL'] = shell;
  delete process.env['ZSH_NAME'];
  return [verb];
}

/** An option with one value that is given twice is an array to yargs; which one is meant is not ours to guess. */
function refuseRepeated(options: Verb['options'], args: Readonly<Record<string, unknown>>): void {
  const name = Object.keys(options).find((option) => Array.isArray(args[option]));
  if (name !== undefined) refuse(`\`--${name}\` is given twice`, 'name it once');
}

/** What yargs says of a wrong call, in our words. */
function misuse(message: string, words: readonly string[]): UsageFault {
  const near = /^Did you mean (\S+)\?$/.exec(message)?.[1];
  const verb = words.find((word) => !word.startsWith('-'));
  if (verb !== undefined && !verbs.has(verb)) {
    const remedy =
      near === undefined ? `the verbs are ${[...verbs.keys()].join(', ')}` : `did you mean \`rdpc ${near}\`?`;
    return { fault: 'usage', message: `there is no verb \`${verb}\``, remedy };
  }
  return { fault: 'usage', message: message.charAt(0).toLowerCase() + message.slice(1), remedy: 'see `rdpc --help`' };
}
