// A command line that names a folder of sets and areas → the figures of those areas on standard output, and a page with all of them
// where no area was named. A missed bar is a figure like any other, not a failure of the run.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderLines, renderPage } from './render.ts';
import type { Section } from './section.ts';
import { readSets, type Sets } from './sets.ts';

type Measure = (sets: Sets) => Promise<readonly Section[]>;

/** What is measured, and the page that it makes. */
export interface Areas {
  /** By name: an area measures what its sets are there for, and gives nothing where they are not. */
  readonly areas: Readonly<Record<string, () => Promise<Measure>>>;
  /** File below `docs/`. */
  readonly page: string;
  readonly title: string;
}

/** Runs `FOLDER [AREA…]`; other arguments end the process with 2. */
export async function measureAreas(args: readonly string[], { areas, page, title }: Areas): Promise<void> {
  const [folder, ...wanted] = args;
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
  if (wanted.length > 0 || sections.length === 0) return;
  writeFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', page), renderPage(title, sections));
}
