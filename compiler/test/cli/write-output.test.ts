// Output is written whole, or refused with a reason.

import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { CommandFault } from '../../src/cli/faults.ts';
import { writeOutput } from '../../src/cli/write-output.ts';

test('folders are made as deep as they are named, and nothing else is left', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rdpc-output-'));
  const place = join(folder, 'a', 'b');
  writeOutput(
    place,
    new Map([
      ['one', '1'],
      ['deep/er/two', '2'],
    ]),
  );
  t.is(readFileSync(join(place, 'deep/er/two'), 'utf8'), '2');
  t.deepEqual(readdirSync(place).toSorted(), ['deep', 'one']);
  rmSync(folder, { recursive: true });
});

test('a place that cannot be is refused', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rdpc-output-'));
  writeFileSync(join(folder, 'file'), '');
  for (const place of [join(folder, 'file'), join(folder, 'file', 'below')]) {
    const error = t.throws(() => writeOutput(place, new Map([['one', '1']])), { instanceOf: CommandFault });
    t.regex(error.message, /^cannot write to `.*`: (it is a file|a part of the path is no directory)$/);
  }
  rmSync(folder, { recursive: true });
});

// Only Linux has a file system where a parent exists and `mkdir` says that it does not.
if (process.platform === 'linux') {
  test('a file system that makes no folders is refused', (t) => {
    for (const place of ['/proc/rdpc', '/proc/rdpc/deeper']) {
      const error = t.throws(() => writeOutput(place, new Map([['one', '1']])), { instanceOf: CommandFault });
      t.is(error.message, `cannot write to \`${place}\`: no directory can be made at \`/proc/rdpc\``);
    }
  });
}
