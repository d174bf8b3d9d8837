// What is held survives a restart, a release does, too; a file that cannot be understood is no empty one.

import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import test from 'ava';

import { fileQuarantine } from '../../src/quarantine/file-quarantine.ts';
import type { Quarantine } from '../../src/quarantine/quarantine.ts';

function open(path: string): Quarantine {
  const opened = fileQuarantine(path);
  if (opened.kind === 'problem') throw new Error(opened.problem.message);
  return opened.value;
}

function place(): string {
  return join(mkdtempSync(join(tmpdir(), 'quarantine-')), 'held.jsonl');
}

test('what is held is held after a restart, what was released is not', async (t) => {
  const path = place();
  const first = open(path);
  t.is(await first.hold({ target: 'a', rule: 'R', since: 1 }), undefined);
  await first.hold({ target: 'b', rule: 'R', since: 2 });
  t.is(await first.release('a', 'someone'), 'released');
  t.is(await first.release('a', 'someone'), 'absent');
  await first.close();
  const second = open(path);
  t.deepEqual(second.list(), [{ target: 'b', rule: 'R', since: 2 }]);
  t.is(second.holds(['x', 'a']), undefined);
  t.like(second.holds(['x', 'b']), { target: 'b' });
  await second.close();
});

test('a line that was cut off by a kill is left out; any other that cannot be read is a problem', async (t) => {
  const path = place();
  const first = open(path);
  await first.hold({ target: 'a', rule: 'R', since: 1 });
  await first.close();
  appendFileSync(path, '{"hold":{"target":"b","ru');
  const second = open(path);
  t.is(second.list().length, 1);
  await second.close();
  t.is(readFileSync(path, 'utf8'), '{"hold":{"target":"a","rule":"R","since":1}}\n');
  writeFileSync(path, 'nothing of ours\n');
  t.is(fileQuarantine(path).kind, 'problem');
});
