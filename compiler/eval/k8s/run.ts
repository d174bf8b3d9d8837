// `node compiler/eval/k8s/run.ts FOLDER [AREA…]`: measures the library for Kubernetes on the sets below FOLDER and writes
// docs/kubernetes-quality.md; with areas, only prints those. A missed bar is a figure like any other, not a failure of the run.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderLines, renderPage } from '../quality/render.ts';
import type { Section } from '../quality/section.ts';
import { readSets, type Sets } from '../quality/sets.ts';

type Measure = (sets: Sets) => Promise<readonly Section[]>;

/** By name: an area measures what its sets are there for, and gives nothing where they are not. */
const areas: Readonly<Record<string, () => Promise<Measure>>> = {
  'pod-security': async () => (await import('./pod-security.ts')).measure,
  'bad-pods': async () => (await import('./bad-pods.ts')).measure,
  'real-world': async () => (await import('./real-world.ts')).measure,

  linters: async () => (await import('./linters.ts')).measure,
  gatekeeper: async () => (await import('./gatekeeper.ts')).measure,
  kyverno: async () => (await import('./kyverno.ts')).measure,
  reviews: async () => (await import('./reviews.ts')).measure,
};

const [folder, ...wanted] = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(areas, name));
if (folder === undefined || unknown.length > 0) {
  process.stderr.write(`usage: run.ts FOLDER [${Object.keys(areas).join('|')}]…\n`);
  process.exit(2);
}
const sets = readSets(folder);
const sections: Section[] = [];
for (const [name, load] of Object.entries(areas)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const measured = await (await load())(sets);
  process.stdout.write(renderLines(measured));
  sections.push(...measured);
}
if (wanted.length === 0 && sections.length > 0) {
  const page = join(import.meta.dirname, '..', '..', '..', 'docs', 'kubernetes-quality.md');
  writeFileSync(page, renderPage('How well the library judges Kubernetes objects', sections));
}
