// Two compiles of the same policy, from different folders, at different times: the same bytes.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

function compileIn(folder: string): ReadonlyMap<string, string> {
  mkdirSync(folder, { recursive: true });
  cpSync(join(repository, 'examples/checkout'), join(folder, 'checkout'), {
    recursive: true,
    filter: (path) => !path.endsWith('/dist'),
  });
  const args = [join(repository, 'compiler/dist/launch.js'), 'compile', 'checkout', '-o', 'out', '--no-cache'];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const out = join(folder, 'out');
  return new Map(
    readdirSync(out)
      .sort()
      .map((name) => [name, readFileSync(join(out, name)).toString('base64')]),
  );
}

test('two compiles from different folders give the same bytes', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'rdp-same-'));
  try {
    const first = compileIn(join(root, 'a'));
    const second = compileIn(join(root, 'somewhere/else/with spaces'));
    t.true(first.has('bundle.tar.gz'));
    t.deepEqual(second, first);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
