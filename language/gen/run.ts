// Runs generators. `npm run gen` writes what differs, `npm run gen -- --check` names it and exits with 1.
// Every module `<workspace>/gen/*.ts` with an export `generate` is one, found by looking; `generate` gives the files that it
// makes, offline and deterministic. Generators that need a network or another toolchain have their own command and only
// verify here.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Generated } from './generated.ts';

const repository = join(import.meta.dirname, '..', '..');
const check = process.argv.includes('--check');
let stale = 0;

/** The others parse policies, with the tables that this one makes. */
const grammar = join(import.meta.dirname, 'lookahead.ts');

for (const module of generatorModules()) {
  const { generate } = (await import(module)) as { generate?: () => Promise<readonly Generated[]> }; // the contract above
  if (generate === undefined) continue;
  for (const { path, text } of await generate()) {
    const file = join(repository, path);
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    stale++;
    if (!check) writeFileSync(file, text);
    console.log(check ? `stale: ${path}; run \`npm run gen\`` : `written: ${path}`);
    if (!check && module === grammar) startAgain();
  }
}
if (check && stale > 0) process.exitCode = 1;

function generatorModules(): readonly string[] {
  return readdirSync(repository, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(repository, entry.name, 'gen')))
    .flatMap(({ name }) =>
      readdirSync(join(repository, name, 'gen')).map((file) => join(repository, name, 'gen', file)),
    )
    .filter((file) => file.endsWith('.ts') && file !== import.meta.filename)
    .toSorted((a, b) => (a === grammar ? -1 : b === grammar ? 1 : a < b ? -1 : 1));
}

/** What this process has loaded is the grammar's old tables. */
function startAgain(): never {
  const { status } = spawnSync(process.execPath, process.argv.slice(1), { stdio: 'inherit' });
  process.exit(status ?? 1);
}
