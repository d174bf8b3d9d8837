// Goals 15 and 16: whole processes. A cold compile of a hundred rules with the standard library, the same from the compile cache,
// each against `node empty.js`, in turn; and a compile again in a warm process. The same of gitleaks' rules against
// Hyperscan's compile of them.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { policyWithRules } from './cases/rules.ts';
import { bundleOf } from './ours.ts';
import { gitleaksRules } from './patterns/gitleaks-rules.ts';
import { searchPolicy } from './patterns/pattern-policy.ts';
import { hyperscan, missing, present, rules } from './patterns/peers.ts';
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
  return inFolder(hundredRules(), (time) => {
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
      summarise(wholeProcess({ name: 'cold compile of 100 rules', threshold: 3 }), cold.ours, cold.peer),
      summarise(wholeProcess({ name: 'the same from the cache', threshold: 1.5 }), cached.ours, cached.peer),
      warmCompile(),
    ];
  });
}

const compile = [rdpc, 'compile', 'policy.rdp', '-o', 'dist'];

/** What goal 16 lacks on this machine. */
export function tablesNeed(): string | undefined {
  return missing(gitleaksRules, hyperscan);
}

/** Goal 16. A compile from the cache is counted without what an empty Node takes, which is no part of finding the tables. */
export function measureTables(): readonly Measured[] {
  const expressions = rules().map(({ regex }) => regex);
  const peer = present(hyperscan());
  const takes = peer.usable(expressions, 0).map((index) => expressions[index] ?? '');
  const note = `Hyperscan for ends only, ${takes.length} of ${expressions.length} rules`;
  return inFolder(searchPolicy({ expressions }), (time) => {
    const figures: Record<'cold' | 'cached' | 'peer', number[]> = { cold: [], cached: [], peer: [] };
    time(compile);
    for (let run = 0; run < runs; run++) {
      figures.cold.push(time([...compile, '--no-cache']));
      const start = process.hrtime.bigint();
      const handle = peer.compile(takes, 0);
      figures.peer.push(Number(process.hrtime.bigint() - start));
      peer.release(handle);
      figures.cached.push(time(compile) - time(['empty.cjs']));
    }
    const of = (name: string, threshold: number): BenchCase =>
      wholeProcess({ goal: 16, name, peer: "Hyperscan's compile", threshold });
    return [
      { ...summarise(of("gitleaks' rules, whole cold command", 1), figures.cold, figures.peer), note },
      { ...summarise(of("gitleaks' rules from the cache, without Node", 0.01), figures.cached, figures.peer), note },
    ];
  });
}

/** Runs `measure` with a way to time Node in a new folder that has the policy and an empty program. */
function inFolder<T>(policy: string, measure: (time: (args: readonly string[]) => number) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'rdp-bench-'));
  try {
    writeFileSync(join(folder, 'policy.rdp'), policy);
    writeFileSync(join(folder, 'empty.cjs'), '');
    const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), NODE_COMPILE_CACHE: join(folder, 'v8') };
    return measure((args) => {
      const start = process.hrtime.bigint();
      const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' });
      if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
      return Number(process.hrtime.bigint() - start);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function wholeProcess({
  goal = 15,
  name,
  peer = 'node empty.cjs',
  threshold,
}: Pick<BenchCase, 'name' | 'threshold'> & Partial<Pick<BenchCase, 'goal' | 'peer'>>): BenchCase {
  return {
    goal,
    name,
    peer,
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
    wholeProcess({ name: 'again in a warm process', peer: '50 ms', threshold: 1 }),
    warm,
    warm.map(() => 50e6),
  );
}
