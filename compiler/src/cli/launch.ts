// Where the command starts. Answers what needs no compiler at once (`--version`, a compile that nothing has changed
// since), and loads the rest only for everything else: most of a short command's time is loading code.

import { enableCompileCache } from 'node:module';
import { exitCodes } from './faults.ts';
import { callKey } from './call-key.ts';
import { recall } from './compile-cache.ts';
import { version } from './version.ts';

async function launch(args: readonly string[]): Promise<void> {
  if (args.length === 1 && args[0] === '--version') {
    process.stdout.write(`${version}\n`);
    return;
  }
  if (args[0] === 'compile' && !args.includes('--no-cache') && !args.includes('--watch')) {
    const remembered = recall(callKey(args));
    if (remembered !== undefined) {
      process.stdout.write(remembered.printed);
      return;
    }
  }
  (enableCompileCache as (() => unknown) | undefined)?.(); // Node 20 has no such function
  const { main } = await import('./main.ts');
  process.exitCode = await main(args);
}

// The reader of a pipe may leave early (`rdpc … | head`): that is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.fine);
  throw error;
});

launch(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`rdpc: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = exitCodes.bug;
});
