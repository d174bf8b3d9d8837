// The example that stands against OWASP's lists, by the real command: every threat has a rule, a test that passes and expects one of
// its rules, and a word about what no enforcer can see.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import test from 'ava';

interface Row {
  readonly threat: string;
  readonly rules: readonly string[];
  readonly tests: readonly string[];
  readonly residual: string | null;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));
const call = ['compiler/dist/launch.js', 'coverage', 'examples/owasp', '--format', 'json'];
const rows: readonly Row[] = JSON.parse(execFileSync(process.execPath, call, { cwd: root, encoding: 'utf8' }));

for (const edition of ['llm.v2026', 'api.v2023', 'k8s.v2025', 'agentic.v2026']) {
  test(`owasp.${edition}`, (t) => {
    const own = rows.filter(({ threat }) => threat.startsWith(`owasp.${edition}.`));
    t.is(own.length, 10);
    for (const { threat, rules, tests, residual } of own) {
      t.not(rules.length, 0, threat);
      t.not(tests.length, 0, threat);
      t.truthy(residual, threat);
    }
  });
}
