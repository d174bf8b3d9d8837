// `rdpc check`: diagnostics of one or more projects.

import type { CommandModule } from 'yargs';
import { checkFiles } from '../check-files.ts';
import { exitCodes, type ExitCode } from '../faults.ts';
import { formatOption, verb, wordsOf, type Ending } from '../options.ts';
import { showDiagnostics } from '../show-diagnostics.ts';

/** The verb `check`. */
export function checkCommand(ending: Ending): CommandModule {
  return verb({
    command: 'check [paths..]',
    describe: 'report what is wrong in a policy',
    options: formatOption,
    examples: [
      ['$0 check', 'every policy below this directory'],
      ['$0 check policies --format sarif', 'for a code-scanning service'],
    ],
    ending,
    run: (args) => {
      const paths = wordsOf(args, 'paths');
      const codes = (paths.length === 0 ? ['.'] : paths).map((path): ExitCode => {
        const { root, result } = checkFiles(path);
        return showDiagnostics(result.diagnostics, { format: args.format, root });
      });
      return codes.includes(exitCodes.policy) ? exitCodes.policy : exitCodes.fine;
    },
  }) as CommandModule; // yargs types a parser's commands without their options
}
