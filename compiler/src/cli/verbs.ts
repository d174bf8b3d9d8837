// The verbs by name. The code of a verb is loaded when it is asked for: a call needs one of them.

import type { CallKey } from './compile-cache.ts';
import type { Verb } from './options.ts';

/** Loads a verb; `key` tells this call from others. */
export type LoadVerb = (key: CallKey) => Promise<Verb>;

/** Every verb in the order in which help shows them. */
export const verbs: ReadonlyMap<string, LoadVerb> = new Map<string, LoadVerb>([
  ['init', async () => (await import('./commands/init.ts')).initCommand()],
  ['check', async () => (await import('./commands/check.ts')).checkCommand()],
  ['fmt', async () => (await import('./commands/format.ts')).formatCommand()],
  ['compile', async (key) => (await import('./commands/compile.ts')).compileCommand(key)],
  ['eval', async () => (await import('./commands/eval.ts')).evalCommand()],
  ['test', async () => (await import('./commands/test.ts')).testCommand()],
  ['scan', async () => (await import('./commands/scan.ts')).scanCommand()],
  ['discover', async () => (await import('./commands/discover.ts')).discoverCommand()],
  ['drift', async () => (await import('./commands/drift.ts')).driftCommand()],
  ['explain', async () => (await import('./commands/explain.ts')).explainCommand()],
  ['train', async () => (await import('./commands/train.ts')).trainCommand()],
  ['coverage', async () => (await import('./commands/coverage.ts')).coverageCommand()],
  ['import', async () => (await import('./commands/import.ts')).importCommand()],
  ['lsp', async () => (await import('./commands/lsp.ts')).lspCommand()],
  ['debug', async () => (await import('./commands/debug.ts')).debugCommand()],
  ['mcp', async () => (await import('./commands/mcp.ts')).mcpCommand()],
  ['print', async () => (await import('./commands/print.ts')).printCommand()],
]);
