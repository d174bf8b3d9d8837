// Goal 15: whole processes. A cold compile of a hundred rules with the standard library, the same from the compile cache,
// each against `node empty.js`, in turn; and a compile again in a warm process.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { policyWithRules } from './cases/rules.ts';
import { bundleOf } from './ours.ts';
import { summarise, type BenchCase, type Measured } from './protocol.ts';

const rdpc = fileURLToPath(new URL('../compiler/dist/launch.js', import.meta.url));
const runs = 21;

/** A hundred rules over the standard library: personal data, secrets, injection, Kubernetes. */
function hundredRules(): string {
  const head = `package bench.hundred

import std.pii
import std.secrets

surface Chat: llm { providers [] }

detect Pii on Chat.request {
  severity high
  find     pii.us_ssn, pii.credit_card, pii.email in prompts[*].text
}

detect Secret on Chat.request {
  severity critical
  find     secrets.any in prompts[*].text
}

defend NoSecrets on Chat.request {
  when  Secret
  block "secrets stay here"
}

defend NoPii on Chat.request {
  when   Pii
  redact Pii
}

surface Cluster: k8s {}

defend NoPrivileged on Cluster.admission {
  when  object is Pod && object.spec.containers.exists(c, c.securityContext?.privileged ?? false)
  block "no"
}

`;
  return head + policyWithRules(95).replace(/^package .*\n/, '');
}

/** Measures goal 15; the figures are milliseconds given as nanoseconds, like everywhere. */
export function measureProcesses(): readonly Measured[] {
  const folder = mkdtempSync(join(tmpdir(), 'rdp-bench-'));
  try {
    writeFileSync(join(folder, 'policy.rdp'), hundredRules());
    writeFileSync(join(folder, 'empty.cjs'), '');
    const environment = {
      ...process.env,
      XDG_CACHE_HOME: join(folder, 'cache'),
      NODE_COMPILE_CACHE: join(folder, 'v8'),
    };
    const time = (args: readonly string[]): number => {
      const start = process.hrtime.bigint();
      const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, env: environment, encoding: 'utf8' });
      if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
      return Number(process.hrtime.bigint() - start);
    };
    const compile = [rdpc, 'compile', 'policy.rdp', '-o', 'dist'];
    const pair = (args: readonly string[]): { ours: number[]; peer: number[] } => {
      const ours: number[] = [];
      const peer: number[] = [];
      time(args);
      for (let run = 0; run < runs; run++) {
        ours.push(time(args));
        peer.push(time(['empty.cjs']));
      }
      return { ours, peer };
    };
    const cold = pair([...compile, '--no-cache']);
    const cached = pair(compile);
    return [
      summarise(wholeProcess('cold compile of 100 rules', 3), cold.ours, cold.peer),
      summarise(wholeProcess('the same from the cache', 1.5), cached.ours, cached.peer),
      warmCompile(),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function wholeProcess(name: string, threshold: number): BenchCase {
  return {
    goal: 15,
    name,
    peer: 'node empty.cjs',
    threshold,
    direction: 'at-most',
    prepare: () => Promise.reject(new Error(name)),
  };
}

/** Compiles a changed text again and again in this process, as an editor or `--watch` does; against 50 ms. */
function warmCompile(): Measured {
  const text = hundredRules();
  const figures: number[] = [];
  for (let run = 0; run < 30; run++) {
    const start = process.hrtime.bigint();
    bundleOf(`${text}\n// ${run}\n`);
    figures.push(Number(process.hrtime.bigint() - start));
  }
  const warm = figures.slice(10);
  return summarise(
    { ...wholeProcess('again in a warm process', 1), peer: '50 ms' },
    warm,
    warm.map(() => 50e6),
  );
}
