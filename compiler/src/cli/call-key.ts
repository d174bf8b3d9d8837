// What identifies a call of the command for the compile cache.

import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CallKey } from './compile-cache.ts';
import { today } from './clock.ts';
import { version } from './version.ts';

/** The key of a call with these arguments, now and here. Another build of the compiler gives another key. */
export function callKey(args: readonly string[]): CallKey {
  const self = statSync(fileURLToPath(import.meta.url));
  return { compiler: `${version}/${self.mtimeMs}/${self.size}`, directory: process.cwd(), args, today: today() };
}
