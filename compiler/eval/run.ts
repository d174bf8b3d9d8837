// `npm run eval -- FOLDER`: runs every conformance suite whose files are somewhere below FOLDER: CEL's cases, other engines'
// regular expressions, JSONTestSuite; and measures the library on the sets that are there: detectors, which writes
// docs/quality.md, packs for Kubernetes, which writes docs/kubernetes-quality.md, and mappings of providers, which writes
// docs/exchanges.md.
// Suites and sets are not part of this repository.

import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('usage: npm run eval -- FOLDER\n');
  process.exit(2);
}
if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
  process.stderr.write(`error: \`${folder}\` is no directory\n`);
  process.exit(2);
}

const paths = readdirSync(resolve(folder), { recursive: true, encoding: 'utf8' }).map((path) =>
  join(resolve(folder), path),
);

/** Each suite: its script, and what it is given. */
const suites: readonly (readonly [string, readonly string[]])[] = [
  ['cel/run.ts', paths.filter((path) => /cel[^/]*\/.*cases\.jsonl$/.test(path))],
  ['regex/run.ts', foldersOf(/\/(?:word-boundary\.toml|re2-search\.txt)$/)],
  ['json/run.ts', foldersOf(/\/y_structure_[^/]*\.json$/)],
  ['apis/run.ts', paths.some((path) => /\/api-openapi\//.test(path)) ? [resolve(folder)] : []],
  ['exchanges/run.ts', paths.some((path) => /\/llm-[^/]+\//.test(path)) ? [resolve(folder)] : []],
  ['k8s/run.ts', paths.some((path) => /\/k8s-[^/]+\//.test(path)) ? [resolve(folder)] : []],
  ['quality/run.ts', paths.some((path) => /\/(?:secrets|pii|inj|api)-[^/]+\//.test(path)) ? [resolve(folder)] : []],
];

function foldersOf(file: RegExp): readonly string[] {
  return [...new Set(paths.filter((path) => file.test(path)).map((path) => dirname(path)))];
}

if (suites.every(([, given]) => given.length === 0)) {
  process.stderr.write(`error: no suite and no set is below \`${folder}\`\n`);
  process.exit(2);
}
for (const [script, given] of suites) {
  if (given.length === 0) continue;
  process.stdout.write(`${script} ${given.join(' ')}\n`);
  const runs = script === 'regex/run.ts' ? [given] : given.map((one) => [one]);
  for (const args of runs) {
    const file = fileURLToPath(new URL(script, import.meta.url));
    const { status } = spawnSync(process.execPath, [file, ...args], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
}
