// Writes what a command made. Everything is staged beside its place first, then moved there file by file: an interrupted
// command leaves the old output whole, and an error before the end writes nothing.

import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { causeOf, refuse } from './faults.ts';

/** Paths relative to the output directory, with their contents. */
export type Output = ReadonlyMap<string, Uint8Array | string>;

/** Writes `output` into `directory`; files that are already there with the same bytes are left alone. */
export function writeOutput(directory: string, output: Output): void {
  let stage: string | undefined;
  try {
    mkdirSync(directory, { recursive: true });
    stage = mkdtempSync(join(directory, '.rdpc-'));
    const moves: (readonly [string, string])[] = [];
    for (const [path, content] of output) {
      const place = join(directory, path);
      if (isSame(place, content)) continue;
      const staged = join(stage, String(moves.length));
      writeFileSync(staged, content);
      moves.push([staged, place]);
    }
    for (const [staged, place] of moves) {
      mkdirSync(dirname(place), { recursive: true });
      renameSync(staged, place);
    }
  } catch (error) {
    refuse(`cannot write to \`${directory}\`: ${causeOf(error)}`, 'choose another directory with --output');
  } finally {
    if (stage !== undefined) rmSync(stage, { recursive: true, force: true });
  }
}

function isSame(path: string, content: Uint8Array | string): boolean {
  try {
    return readFileSync(path).equals(Buffer.from(content));
  } catch {
    return false; // not there yet, or not readable: it will be written
  }
}
