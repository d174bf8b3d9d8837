// Loads the bundled compiler together with the machine's code of the functions that the same verb ran last time. Node's own
// cache holds only what runs while a module is loaded; reading and compiling the rest anew takes a quarter of a cold compile.
// INVARIANT: a cache that is missing, of another build or of another engine costs time and nothing else.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

/** What the bundle exports. */
export type Main = typeof import('./main.ts');

export interface LoadedMain {
  readonly main: Main['main'];
  /** Keeps the code of what has run by now, unless it was there already. */
  readonly keep: () => void;
}

/** A script has neither a URL nor `import` of its own; the bundler puts these parameters in their places. */
type Evaluate = (
  module: { exports: Partial<Main> },
  bundleUrl: string,
  bundleImport: (path: string) => Promise<unknown>,
) => void;

/** Loads `main.cjs`, which stands beside the launcher; `build` names this build of it, `place` is the cache's file. */
export function loadMain(build: string, place: string): LoadedMain {
  const url = new URL('main.cjs', import.meta.url);
  const filename = fileURLToPath(url);
  const label = Buffer.from(`${build}\n`);
  const cachedData = readCode(place, label);
  // The bundler writes nothing but ASCII, so that the engine keeps the text in one byte a character.
  const text = `(function (module, bundleUrl, bundleImport) {${readFileSync(filename, 'latin1')}\n})`;
  const script = new Script(text, { filename, ...(cachedData === undefined ? {} : { cachedData }) });
  const module: { exports: Partial<Main> } = { exports: {} };
  const evaluate = script.runInThisContext() as Evaluate; // what `text` is
  evaluate(module, url.href, (path) => import(new URL(path, url).href));
  const { main } = module.exports;
  if (main === undefined) throw new Error(`${filename} is not the compiler`);
  return {
    main,
    keep: () => {
      if (cachedData === undefined || script.cachedDataRejected === true) {
        writeCode(place, Buffer.concat([label, script.createCachedData()]));
      }
    },
  };
}

function readCode(place: string, label: Buffer): Buffer | undefined {
  try {
    const content = readFileSync(place);
    return content.subarray(0, label.length).equals(label) ? content.subarray(label.length) : undefined;
  } catch {
    return undefined; // never written, or not readable
  }
}

function writeCode(place: string, content: Buffer): void {
  try {
    mkdirSync(dirname(place), { recursive: true, mode: 0o700 });
    const staged = join(dirname(place), `.${process.pid}`);
    writeFileSync(staged, content, { mode: 0o600 });
    renameSync(staged, place);
  } catch {
    return; // a cache that cannot be written makes the next start slower, nothing else
  }
}
