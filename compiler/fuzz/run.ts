// `npm run fuzz -- [--pairs N] [--documents N] [--sources N] [--patterns N] [--seed N]`: random programs and inputs, mutated documents,
// mutated sources, random patterns. Prints the throughput and what went wrong; exit code 1 when something did.

import { parseArgs } from 'node:util';
import { fuzzDocuments } from './fuzz-documents.ts';
import { fuzzPatterns } from './fuzz-patterns.ts';
import { fuzzPairs, type FuzzOutcome } from './fuzz-pairs.ts';
import { fuzzSources } from './fuzz-sources.ts';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '0' },
    documents: { type: 'string', default: '0' },
    sources: { type: 'string', default: '0' },
    patterns: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
  },
});

type Kind = (seed: number, count: number, progress: (done: number) => void) => FuzzOutcome;
const kinds: readonly (readonly ['pairs' | 'documents' | 'sources' | 'patterns', Kind])[] = [
  ['pairs', fuzzPairs],
  ['documents', fuzzDocuments],
  ['sources', fuzzSources],
  ['patterns', fuzzPatterns],
];
const seed = Number(values.seed);

for (const [name, fuzz] of kinds) {
  const wanted = Number(values[name]);
  if (!(wanted > 0)) continue;
  const started = performance.now();
  let shown = started;
  const { cases, refused, faults } = fuzz(seed, wanted, (done) => {
    if (performance.now() - shown < 10_000) return;
    shown = performance.now();
    process.stderr.write(`${name}: ${done} of ${wanted}\n`);
  });
  const seconds = (performance.now() - started) / 1000;
  for (const fault of faults) process.stdout.write(`${fault}\n\n`);
  const rate = Math.round(cases / seconds);
  process.stdout.write(
    `${name}: ${cases} in ${seconds.toFixed(1)} s (${rate}/s), ${refused} refused, ${faults.length} faults\n`,
  );
  if (faults.length > 0) process.exitCode = 1;
}
