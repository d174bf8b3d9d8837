// Writes what a command made. Everything is staged beside its place first, then renamed into place file by file.
//
// INVARIANT: a file is its old content or its new content, never a part; and until all are staged, nothing of the old output is
// touched. The files together are not one step: a command that is interrupted, or an error, between two renames leaves some
// new and some old. `bundle.tar.gz` is one file and so always whole; readers of several files take it instead.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { causeOf, refuse } from './faults.ts';

/** Paths relative to the output directory, with their contents. */
export type Output = ReadonlyMap<string, Uint8Array | string>;

/** Writes `output` into `directory`; files that are already there with the same bytes are left alone. */
export function writeOutput(directory: string, output: Output): void {
  if (existsSync(directory) && statSync(directory).isFile()) {
    refuse(`cannot write to \`${directory}\`: it is a file`, 'name a directory with --output');
  }
  let stage: string | undefined;
  try {
    makeDirectory(directory);
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
      makeDirectory(dirname(place));
      renameSync(staged, place);
    }
  } catch (error) {
    refuse(`cannot write to \`${directory}\`: ${causeOf(error)}`, 'choose another directory with --output');
  } finally {
    if (stage !== undefined) rmSync(stage, { recursive: true, force: true });
  }
}

/** Level by level: Node's own recursion never ends where a parent exists and `mkdir` still says that it does not (`/proc`). */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeDirectory(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if (existsSync(path)) return; // another process was faster
    const nowhere = error instanceof Error && 'code' in error && error.code === 'ENOENT'; // although the parent is there
    throw nowhere ? new Error(`no directory can be made at \`${path}\``, { cause: error }) : error;
  }
}

function isSame(path: string, content: Uint8Array | string): boolean {
  try {
    return readFileSync(path).equals(Buffer.from(content));
  } catch {
    return false; // not there yet, or not readable: it will be written
  }
}
