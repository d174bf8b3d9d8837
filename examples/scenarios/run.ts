// `npm run scenario NAME`: one threat, from the first request to what became of it, with the real gateway and real HTTP. Without a name it
// lists them. Ends with 1 when something is not as the scenario says.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openWorld, type World } from './world.ts';

/** What every `scenario.ts` has. */
interface Scenario {
  readonly play: (world: World) => Promise<void>;
}

const names = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .toSorted();
const [name] = process.argv.slice(2);

if (name === undefined || !names.includes(name)) {
  if (name !== undefined) console.error(`there is no scenario \`${name}\`\n`);
  console.log(`npm run scenario NAME\n\n${names.map((each) => `  ${each.padEnd(20)} ${titleOf(each)}`).join('\n')}`);
  process.exitCode = name === undefined ? 0 : 2;
} else {
  const folder = join(import.meta.dirname, name);
  const world = openWorld(folder, console.log);
  try {
    console.log(`${titleOf(name)}\n`);
    const { play } = (await import(join(folder, 'scenario.ts'))) as Scenario; // the contract above
    await play(world);
  } finally {
    world.close();
  }
  console.log(`\n${world.failures() === 0 ? 'as expected' : `${world.failures()} not as expected`}`);
  process.exitCode = world.failures() === 0 ? 0 : 1;
}

/** The first line of its README. */
function titleOf(each: string): string {
  const path = join(import.meta.dirname, each, 'README.md');
  return existsSync(path) ? (readFileSync(path, 'utf8').split('\n', 1)[0] ?? '').replace(/^# /, '') : '';
}
