// `rdpc drift`, by the real command: what was seen against what is declared, and a patch that applies and is then there.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { observe } from '@rdp/runtime/inventory';
import test from 'ava';

const launch = fileURLToPath(new URL('../../dist/launch.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rdp-drift-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

writeFileSync(
  join(folder, 'policy.rdp'),
  `package shop

import std.ai

surface Chat: llm { providers [ai.openai, ai.gemini] }

discover Models on Chat.request {
  record ai.model { provider: provider, model: model, workload: client.workload }
}
`,
);
const record = (provider: string, model: string) =>
  ({ rule: 'Models', kind: 'ai.model', fields: { provider, model, workload: 'shop/web' } }) as const;
writeFileSync(
  join(folder, 'inventory.json'),
  JSON.stringify(
    observe(
      { version: 1, action: 'allow', records: [record('openai', 'gpt'), record('other', 'm{1}')] },
      {
        surface: 'shop.Chat',
        client: { workload: 'shop/web', id: '', ip: '', subject: '' },
        now: Date.UTC(2026, 10, 23),
      },
    ),
  ),
);

const drift = (words: readonly string[] = [], inventory = 'inventory.json') =>
  spawnSync(process.execPath, [launch, 'drift', '.', '--inventory', inventory, ...words], {
    cwd: folder,
    encoding: 'utf8',
  });

test.serial('what is undeclared, and what is unseen', (t) => {
  const { stdout, status } = drift();
  t.is(
    stdout,
    `shadow    ai.model       m{1} other shop/web  1×, last 2026-11-23, shop/web
unseen    provider gemini

1 undeclared, 1 declared and not seen
\`--format patch\` writes 1 rule that watches it
`,
  );
  t.is(status, 1);
});

test.serial('a patch adds the rules that are missing, once', (t) => {
  const patch = drift(['--format', 'patch']).stdout;
  writeFileSync(join(folder, 'drift.patch'), patch);
  execFileSync('git', ['apply', 'drift.patch'], { cwd: folder });
  t.regex(
    readFileSync(join(folder, 'drift.rdp'), 'utf8'),
    /defend ShadowOtherM1 on Chat\.request \{\n  mode  observe\n/,
  );
  t.is(spawnSync(process.execPath, [launch, 'check', '.'], { cwd: folder }).status, 0);
  t.is(drift(['--format', 'patch']).stdout, '');
});

test.serial('what is no inventory is refused', (t) => {
  writeFileSync(join(folder, 'other.json'), '{"version":2}');
  const { status, stderr } = drift([], 'other.json');
  t.is(status, 2);
  t.regex(stderr, /`other\.json` is no inventory/);
});
