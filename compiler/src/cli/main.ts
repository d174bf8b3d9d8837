// One call of the command: finds its verb, carries it out, and tells how it ended. What a verb does is in commands/.

import type { CallKey } from './compile-cache.ts';
import { CommandFault, exitCodes, type ExitCode } from './faults.ts';
import { stderr } from './output-stream.ts';
import { readCall } from './read-call.ts';
import { runWithYargs } from './read-call-with-yargs.ts';
import { paletteFor } from './terminal.ts';
import { verbs } from './verbs.ts';

/** Carries out one call and tells how it ended; `key` is what a compile is remembered under. */
export async function main(words: readonly string[], key: CallKey): Promise<ExitCode> {
  try {
    const [name = '', ...rest] = words;
    const verb = await verbs.get(name)?.(key);
    const args = verb && readCall(verb, rest);
    if (verb && args) return await verb.run(args);
    return await runWithYargs(words, key);
  } catch (error) {
    return endingOf(error);
  }
}

function endingOf(error: unknown): ExitCode {
  const paint = paletteFor(stderr);
  if (error instanceof CommandFault) {
    const { message, remedy } = error.detail;
    stderr.write(
      `${paint.error('error')}: ${message}\n${remedy === undefined ? '' : `  ${paint.note('help')}: ${remedy}\n`}`,
    );
    return exitCodes.usage;
  }
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stderr.write(`${paint.error('bug')}: rdpc failed, which no policy should make it do; please report this\n${what}\n`);
  return exitCodes.bug;
}
