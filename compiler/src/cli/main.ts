// The command line on one screen: every verb, its options, and how a call ends. What a verb does is in commands/.

import yargs from 'yargs';
import { checkCommand } from './commands/check.ts';
import { compileCommand } from './commands/compile.ts';
import { coverageCommand } from './commands/coverage.ts';
import { evalCommand } from './commands/eval.ts';
import { explainCommand } from './commands/explain.ts';
import { formatCommand } from './commands/format.ts';
import { importCommand } from './commands/import.ts';
import { initCommand } from './commands/init.ts';
import { printCommand } from './commands/print.ts';
import { testCommand } from './commands/test.ts';
import { CommandFault, exitCodes, type ExitCode, type UsageFault } from './faults.ts';
import { paletteFor } from './terminal.ts';
import { version } from './version.ts';

/** Carries out one call and tells how it ended. */
export async function main(args: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = exitCodes.fine;
  const ending = (result: ExitCode): void => {
    code = result;
  };
  const parser = yargs([...args])
    .scriptName('rdpc')
    .usage('$0 <verb> [options]\n\nTyped policies for HTTP APIs, Kubernetes and LLMs: check, compile, test, decide.')
    .command(initCommand(ending))
    .command(checkCommand(ending))
    .command(formatCommand(ending))
    .command(compileCommand(ending, args))
    .command(evalCommand(ending))
    .command(testCommand(ending))
    .command(explainCommand(ending))
    .command(coverageCommand(ending))
    .command(importCommand(ending))
    .command(printCommand(ending))
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
      throw error ?? new CommandFault(misuse(message));
    });
  try {
    await parser.parseAsync();
    return code;
  } catch (error) {
    return endingOf(error);
  }
}

/** What yargs says of a wrong call, in our words. */
function misuse(message: string): UsageFault {
  const near = /^Did you mean (\S+)\?$/.exec(message)?.[1];
  return near === undefined
    ? { fault: 'usage', message: message.charAt(0).toLowerCase() + message.slice(1), remedy: 'see `rdpc --help`' }
    : { fault: 'usage', message: 'there is no such verb', remedy: `did you mean \`rdpc ${near}\`?` };
}

function endingOf(error: unknown): ExitCode {
  const paint = paletteFor(process.stderr);
  if (error instanceof CommandFault) {
    const { message, remedy } = error.detail;
    process.stderr.write(`${paint.error('error')}: ${message}\n${remedy === undefined ? '' : `  ${paint.note('help')}: ${remedy}\n`}`);
    return exitCodes.usage;
  }
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${paint.error('bug')}: rdpc failed, which no policy should make it do; please report this\n${what}\n`);
  return exitCodes.bug;
}
