// `node compiler/eval/quality/run.ts FOLDER [AREA…]`: measures every detector on the sets below FOLDER and writes
// docs/quality.md; with areas, only prints those. A missed bar is a figure like any other, not a failure of the run.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderLines, renderPage } from './render.ts';
import type { Section } from './section.ts';
import { readSets, type Sets } from './sets.ts';

type Measure = (sets: Sets) => Promise<readonly Section[]>;

/** By name: an area measures what its sets are there for, and gives nothing where they are not. */
const areas: Readonly<Record<string, () => Promise<Measure>>> = {
  attack: async () => (await import('./attack.ts')).measure,
  injection: async () => (await import('./injection.ts')).measure,
  pii: async () => (await import('./pii.ts')).measure,
  secrets: async () => (await import('./secrets.ts')).measure,
  streams: async () => (await import('./streams.ts')).measure,
  'patterns-db': async () => (await import('./patterns-db.ts')).measure,
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
  writeFileSync(
    join(import.meta.dirname, '..', '..', '..', 'docs', 'quality.md'),
    renderPage('How well the detectors detect', sections),
  );
}
