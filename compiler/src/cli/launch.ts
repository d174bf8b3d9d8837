// Where the command starts. Answers what needs no compiler at once (`--version`, a compile that nothing has changed
// since), and loads the rest only for everything else: most of a short command's time is loading code.

import { whenNpmLeaves } from '@rdp/runtime/npm';
import { exitCodes } from './faults.ts';
import { callKey } from './call-key.ts';
import { codeCachePlace, recall } from './compile-cache.ts';
import { loadMain } from './load-main.ts';
import { stderr, stdout } from './output-stream.ts';
import { version } from './version.ts';

async function launch(args: readonly string[]): Promise<void> {
  if (args.length === 1 && args[0] === '--version') {
    stdout.write(`${version}\n`);
    return;
  }
  const key = callKey(args);
  if (args[0] === 'compile' && !args.includes('--no-cache') && !args.includes('--watch')) {
    const remembered = recall(key);
    if (remembered !== undefined) {
      stdout.write(remembered.printed);
      return;
    }
  }
  whenNpmLeaves('rdpc', () => process.kill(process.pid, 'SIGTERM'));
  const { main, keep } = loadMain(key.compiler, codeCachePlace(args[0]));
  process.exitCode = await main(args, key);
  keep();
}

launch(process.argv.slice(2)).catch((error: unknown) => {
  stderr.write(`rdpc: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = exitCodes.bug;
});
