// `rdpc compile --watch` compiles after every save, also when an editor saves by renaming over.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { launcher } from './run-file.ts';

const patienceMs = 30_000;

async function until(condition: () => boolean): Promise<boolean> {
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(20)) if (condition()) return true;
  return false;
}

function policy(model: string): string {
  return `package shop\n\nsurface Chat: llm {}\n\ndefend Old on Chat.request {\n  when  model == "${model}"\n  block "old model"\n}\n`;
}

test('every rename over a watched file is compiled, a bad one is told, and the output is not watched', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rdpc-watch-'));
  const file = join(folder, 'policy.rdp');
  const output = join(folder, 'out', 'policy.wasm');
  writeFileSync(file, policy('first'));
  const command = spawn(process.execPath, [launcher, 'compile', '.', '-o', 'out', '--watch'], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' },
  });
  const closed = once(command, 'close');
  let printed = '';
  command.stdout.resume();
  command.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const compiles = (): number => printed.split('watching for changes').length - 1;
  try {
    t.true(await until(() => compiles() === 1), printed);
    t.true(readFileSync(output).includes('first'));
    for (const [at, model] of ['second', 'third', 'broken"', 'fourth'].entries()) {
      writeFileSync(join(folder, '.policy.new'), policy(model));
      renameSync(join(folder, '.policy.new'), file);
      t.true(await until(() => compiles() === at + 2), `${model}: ${printed}`);
      t.is(readFileSync(output).includes(model), model !== 'broken"', model);
    }
    mkdirSync(join(folder, '.hidden'));
    writeFileSync(join(folder, '.hidden', 'a.rdp'), 'not read');
    await sleep(600);
    t.is(compiles(), 5, 'neither the output nor a dot folder starts a compile');
    t.true(existsSync(output));
  } finally {
    command.kill('SIGTERM');
    const [code] = await closed;
    t.is(code, 0);
    rmSync(folder, { recursive: true, force: true });
  }
});
