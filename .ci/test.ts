// `npm test`: everything a clone can check of itself, one step after the other; the first that fails ends it.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const steps: readonly (readonly [string, readonly string[]])[] = [
  ['generated files are fresh', ['node', 'language/gen/run.ts', '--check']],
  ['types', ['tsc', '-b']],
  ['lint', ['oxlint', '--quiet']],
  ['style', ['prettier', '--check', '--log-level', 'warn', '.']],
  ['the command is built', ['node', 'compiler/build.ts']],
  ['the programs are built', ['node', 'runtime/build.ts']],
  ['tests', ['ava', ...process.argv.slice(2)]],
];

for (const [name, [command = '', ...args]] of steps) {
  console.log(`\n── ${name}`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    console.error(`\n${name}: failed (${[command, ...args].join(' ')})`);
    process.exit(1);
  }
}
