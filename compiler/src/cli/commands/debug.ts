// `rdpc debug`: the debugger. A program of its own beside this one, like the language server.

import { createRequire } from 'node:module';
import { exitCodes } from '../faults.ts';
import { verb, type Verb } from '../options.ts';

/** The verb `debug`. */
export function debugCommand(): Verb {
  return verb({
    command: 'debug',
    describe: 'serve an editor over the Debug Adapter Protocol: step through a decision',
    options: {
      stdio: { type: 'boolean', default: true, describe: 'speak over standard input and output' },
    },
    examples: [['$0 debug --stdio', 'what an editor starts']],
    run: () => {
      createRequire(import.meta.url)('./debug.cjs');
      return new Promise<typeof exitCodes.fine>(() => undefined); // the editor ends it
    },
  });
}
