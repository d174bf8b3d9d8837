// `rdpc mcp`: tools for coding agents over the Model Context Protocol. A program of its own beside this one, so that no other verb
// loads its library.

import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { causeOf, exitCodes, refuse } from '../faults.ts';
import { verb, wordsOf, type Verb } from '../options.ts';

/** The verb `mcp`. */
export function mcpCommand(): Verb {
  return verb({
    command: 'mcp [folders..]',
    describe: 'serve a coding agent over the Model Context Protocol, on standard input and output',
    options: {},
    examples: [['$0 mcp policies', 'tools that read what is below `policies`, and nothing else']],
    run: async (args) => {
      const words = wordsOf(args, 'folders');
      const folders = (words.length === 0 ? ['.'] : words).map(realFolder);
      const server = createRequire(import.meta.url)('./mcp.cjs') as {
        readonly serveAgents: (options: { readonly folders: readonly string[] }) => Promise<void>;
      }; // built from ../mcp/main.ts
      await server.serveAgents({ folders });
      return exitCodes.fine;
    },
  });
}

function realFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    return refuse(`cannot read \`${path}\`: ${causeOf(error)}`, 'name folders with policies');
  }
}
