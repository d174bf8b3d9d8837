// Every scenario, as `npm run scenario NAME` plays it: programs and sockets are real, and each line that it expects is so.

import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';

const folder = join(import.meta.dirname, '..', '..', '..', 'examples', 'scenarios');
const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

test('there are scenarios', (t) => {
  t.true(names.length >= 12);
});

for (const name of names) {
  // One after another: each starts a gateway of its own.
  test.serial(name, async (t) => {
    const { code, text } = await play(name);
    t.is(code, 0, text);
    t.regex(text, /\n {2}✓ /);
    t.notRegex(text, /NOT SO/);
  });
}

function play(name: string): Promise<{ readonly code: number | null; readonly text: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(folder, 'run.ts'), name]);
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    child.once('exit', (code) => resolve({ code, text }));
  });
}
