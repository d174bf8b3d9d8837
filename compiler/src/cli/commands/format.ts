// `rdpc fmt`: rewrites policies in the one style, or tells which are not in it.

import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { format, hasErrors, type Diagnostic } from '@rdp/language';
import { exitCodes } from '../faults.ts';
import { formatOption, verb, wordsOf, type Verb } from '../options.ts';
import { stdout } from '../output-stream.ts';
import { projectRoot, readSources } from '../read-project.ts';
import { showDiagnostics } from '../show-diagnostics.ts';

/** The verb `fmt`. */
export function formatCommand(): Verb {
  return verb({
    command: 'fmt [paths..]',
    describe: 'write policies in the one style',
    options: {
      ...formatOption,
      check: { type: 'boolean', default: false, describe: 'change nothing; exit 1 where the style differs' },
    },
    examples: [
      ['$0 fmt', 'rewrite every policy below this directory'],
      ['$0 fmt --check policies', 'in a pipeline'],
    ],
    run: (args) => {
      const words = wordsOf(args, 'paths');
      let differs = false;
      let broken = false;
      for (const path of words.length === 0 ? ['.'] : words) {
        const root = projectRoot(path);
        const faults: Diagnostic[] = [];
        for (const file of readSources(path)) {
          const formatted = format(file);
          if ('diagnostics' in formatted) {
            faults.push(...formatted.diagnostics);
            continue;
          }
          if (formatted.text === file.text) continue;
          differs = true;
          stdout.write(`${relative(process.cwd(), join(root, file.path))}\n`);
          if (!args.check) writeFileSync(join(root, file.path), formatted.text);
        }
        showDiagnostics(faults, { format: args.format, root });
        broken ||= hasErrors(faults);
      }
      return broken || (args.check && differs) ? exitCodes.policy : exitCodes.fine;
    },
  });
}
