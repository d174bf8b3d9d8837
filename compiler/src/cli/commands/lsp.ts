// `rdpc lsp`: the language server. It is a program of its own beside this one, so that no other verb loads it, and the
// compiler does not depend on it.

import { createRequire } from 'node:module';
import { exitCodes } from '../faults.ts';
import { verb, type Verb } from '../options.ts';

/** The verb `lsp`. */
export function lspCommand(): Verb {
  return verb({
    command: 'lsp',
    describe: 'serve an editor over the Language Server Protocol',
    options: {
      stdio: { type: 'boolean', default: true, describe: 'speak over standard input and output' },
    },
    examples: [['$0 lsp --stdio', 'what an editor starts']],
    run: () => {
      // vscode-languageserver reads the transport from the words of the call.
      if (!process.argv.includes('--stdio')) process.argv.push('--stdio');
      createRequire(import.meta.url)('./lsp.cjs');
      return new Promise<typeof exitCodes.fine>(() => undefined); // the server ends the process
    },
  });
}
