// `npm run bench [-- GOAL…] [--write] [--rules FILE]`: measures the goals, prints a table and writes bench/results.json; with --write
// also docs/speed.md, in which goals that were not asked for stay as they were found before; with --rules a file of rules like gitleaks' in place of the published ones. A goal that is not reached is a
// row that says so, and so is one whose peer cannot be had here; wrong answers are a failed run.

import { cpus, loadavg } from 'node:os';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cases } from './cases.ts';
import { measureLimits } from './cases/limits.ts';
import { measureEditor } from './cases/editor.ts';
import { measurePrefilter } from './cases/prefilter.ts';
import { measureGateway } from './cases/gateway.ts';
import { measureWebhooks } from './cases/webhook.ts';
import { measureGrowth } from './cases/worst.ts';
import { measureProcesses, measureTables, tablesNeed } from './processes.ts';
import { measure, type Measured, type Skipped } from './protocol.ts';
import { duration, renderPage, type Results } from './render-page.ts';
import { measureSizes, type Sized } from './sizes.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean' }, rules: { type: 'string' } },
});
const goals = positionals.map(Number);
const wanted = (goal: number): boolean => goals.length === 0 || goals.includes(goal);
// The processes that measure read it too.
if (values.rules !== undefined) process.env['RDP_BENCH_RULES'] = resolve(values.rules);

const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}`;
const loadBefore = loadavg()[0] ?? 0;
console.log(`${machine}, load ${loadBefore.toFixed(1)}\n`);

const times: Measured[] = [];
const skipped: Skipped[] = [];
const sizes: Sized[] = [];
const add = (measured: Measured): void => {
  times.push(measured);
  console.log(timeRow(measured));
};
const skip = (one: Skipped): void => {
  skipped.push(one);
  console.log(
    `skipped ${String(one.goal).padStart(2)}  ${one.name.padEnd(28)} ${one.peer.padEnd(28)} needs ${one.needs}`,
  );
};
const addSizes = (more: readonly Sized[]): void => {
  sizes.push(...more);
  for (const size of more) console.log(sizeRow(size));
};

for (const bench of (await cases()).filter(({ goal }) => wanted(goal))) {
  const needs = bench.needs?.();
  if (needs === undefined) add(await measure(bench));
  else skip({ goal: bench.goal, name: bench.name, peer: bench.peer, needs });
}
if (wanted(15)) measureProcesses().forEach(add);
if (wanted(16)) {
  const needs = tablesNeed();
  if (needs === undefined) measureTables().forEach(add);
  else skip({ goal: 16, name: "gitleaks' rules", peer: "Hyperscan's compile", needs });
}
if (wanted(12)) (await measureGateway()).forEach(add);
if (wanted(13)) (await measureWebhooks()).forEach(add);
if (wanted(9)) addSizes(await measureGrowth());
if (wanted(10)) addSizes(measurePrefilter());
if (wanted(12)) addSizes(measureLimits());
if (wanted(17)) await measureEditor((row) => addSizes([row]));
if (wanted(18)) addSizes(await measureSizes());

const missed = [...times, ...sizes].filter(({ met }) => !met).length;
console.log(`\n${times.length + sizes.length - missed} of ${times.length + sizes.length} thresholds reached`);
const file = fileURLToPath(new URL('results.json', import.meta.url));
const loadAfter = loadavg()[0] ?? 0;
const results = withOthers({ machine, load: [loadBefore, loadAfter], times, sizes, skipped });
writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
if (values.write === true) {
  writeFileSync(fileURLToPath(new URL('../docs/speed.md', import.meta.url)), renderPage(results));
}

/** With what an earlier run found of the goals that this one was not asked for. */
function withOthers(now: Results): Results {
  if (goals.length === 0 || !existsSync(file)) return now;
  const before = JSON.parse(readFileSync(file, 'utf8')) as Results; // written below alone
  const joined = <T extends { readonly goal: number }>(old: readonly T[], fresh: readonly T[]): readonly T[] =>
    [...old.filter(({ goal }) => !wanted(goal)), ...fresh].toSorted((a, b) => a.goal - b.goal);
  return {
    ...now,
    times: joined(before.times, now.times),
    sizes: joined(before.sizes, now.sizes),
    skipped: joined(before.skipped, now.skipped),
  };
}

function timeRow({
  goal,
  name,
  peer,
  ratio,
  low,
  high,
  threshold,
  direction,
  oursNs,
  peerNs,
  met,
  note,
}: Measured): string {
  const sign = direction === 'times-faster' ? '≥' : '≤';
  const figure = `${ratio.toFixed(2)}× [${low.toFixed(2)}, ${high.toFixed(2)}]`;
  return `${mark(met)} ${String(goal).padStart(2)}  ${name.padEnd(28)} ${peer.padEnd(28)} ${figure.padEnd(26)} ${sign} ${threshold}×  (${duration(oursNs)} : ${duration(peerNs)})${note === undefined ? '' : `  ${note}`}`;
}

function sizeRow({ goal, name, value, unit, atMost, met }: Sized): string {
  return `${mark(met)} ${String(goal).padStart(2)}  ${name.padEnd(57)} ${`${value.toFixed(2)} ${unit}`.padEnd(26)} ≤ ${atMost}`;
}

function mark(met: boolean): string {
  return met ? 'reached' : 'MISSED ';
}
