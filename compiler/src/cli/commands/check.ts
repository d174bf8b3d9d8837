// `rdpc check`: diagnostics of one or more projects.

import { checkFiles } from '../check-files.ts';
import { exitCodes, type ExitCode } from '../faults.ts';
import { formatOption, verb, wordsOf, type Verb } from '../options.ts';
import { showDiagnostics } from '../show-diagnostics.ts';

/** The verb `check`. */
export function checkCommand(): Verb {
  return verb({
    command: 'check [paths..]',
    describe: 'report what is wrong in a policy',
    options: formatOption,
    examples: [
      ['$0 check', 'every policy below this directory'],
      ['$0 check policies --format sarif', 'for a code-scanning service'],
    ],
    run: async (args) => {
      const paths = wordsOf(args, 'paths');
      const codes: ExitCode[] = [];
      for (const path of paths.length === 0 ? ['.'] : paths) {
        const { root, result } = await checkFiles(path);
        codes.push(showDiagnostics(result.diagnostics, { format: args.format, root }));
      }
      return codes.includes(exitCodes.policy) ? exitCodes.policy : exitCodes.fine;
    },
  });
}
