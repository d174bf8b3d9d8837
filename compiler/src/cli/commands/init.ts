// `rdpc init`: writes a starter project that checks, compiles and passes its tests.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { exitCodes, refuse } from '../faults.ts';
import { verb, wordsOf, type Verb } from '../options.ts';
import { stdout } from '../output-stream.ts';
import { starterFiles } from '../starter.generated.ts';
import { writeOutput } from '../write-output.ts';

/** The verb `init`. */
export function initCommand(): Verb {
  return verb({
    command: 'init [directory]',
    describe: 'write a starter project',
    options: {},
    examples: [['$0 init shop-policies', 'a policy for one chat, with requests and tests']],
    run: (args) => {
      const directory = wordsOf(args, 'directory')[0] ?? '.';
      if (existsSync(directory) && !statSync(directory).isDirectory()) {
        refuse(`\`${directory}\` is a file`, newDirectory(directory));
      }
      const taken = existsSync(directory)
        ? starterFiles.map(({ path }) => path).filter((path) => existsSync(join(directory, path)))
        : [];
      if (taken.length > 0) {
        refuse(`\`${directory}\` already has ${taken.join(', ')}`, newDirectory(directory));
      }
      if (existsSync(directory) && readdirSync(directory).some((name) => name.endsWith('.rdp'))) {
        refuse(`\`${directory}\` already has a policy`, newDirectory(directory));
      }
      writeOutput(directory, new Map(starterFiles.map(({ path, text }) => [path, text])));
      const place = relative(process.cwd(), directory) || '.';
      for (const { path } of starterFiles) stdout.write(`${join(place, path)}\n`);
      stdout.write(`\nNext:\n  rdpc test ${place}\n  rdpc compile ${place} -o dist\n`);
      return exitCodes.fine;
    },
  });
}

/** The help names a directory that is not the one that was refused. */
function newDirectory(refused: string): string {
  return `name a new directory: \`rdpc init ${refused.replace(/\/+$/, '') === 'my-policies' ? 'other-policies' : 'my-policies'}\``;
}
