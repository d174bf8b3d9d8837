// A program that `npx` or a script of a package.json started → the moment at which nobody waits for it any more.
//
// npm passes a signal on to the shell that it starts, and no further: a shell that does not make way for the program (dash) ends,
// and the program would run on with nobody who knows of it. So programs look whether that shell, and npm behind it, are still there.
// Where there is no `/proc` only the shell is seen; the shells there make way, so that it is npm itself.
//
// INVARIANT: a program that npm did not start, or that its script put into the background, is left alone.

import { readFileSync } from 'node:fs';

/** Milliseconds between two looks. */
const interval = 250;

/** Calls `leave` once, when the npm that started this program is gone. Keeps no process alive. */
export function whenNpmLeaves(program: string, leave: () => void): void {
  if (!isScriptOf(process.env['npm_lifecycle_script'], program)) return;
  const shell = process.ppid;
  const npm = parentOf(shell);
  const timer = setInterval(() => {
    if (process.ppid === shell && parentOf(shell) === npm) return;
    clearInterval(timer);
    leave();
  }, interval);
  timer.unref();
}

/** Whether npm was told to run the program, and to wait for it. npm sets the variable for all that it starts, and they pass it on. */
export function isScriptOf(script: string | undefined, program: string): boolean {
  if (script === undefined || /(?<![&>])&(?![&>])/.test(script)) return false;
  return script.split(/\s+/).some((word) => nameOf(word) === program);
}

function nameOf(word: string): string {
  return word.replaceAll(/['"]/g, '').replace(/^.*\//, '');
}

/** From `/proc/PID/stat` (proc(5)): the fourth field, behind a name that may hold anything. */
function parentOf(pid: number): string | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[1];
  } catch {
    return undefined; // no such process, or no such folder
  }
}
