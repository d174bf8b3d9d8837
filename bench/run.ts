// `npm run bench [-- GOAL…] [--write]`: measures the goals, prints a table and writes bench/results.json; with --write also
// docs/speed.md. A goal that is not reached is a row that says so, never a failed run; wrong answers are one.

import { cpus, loadavg } from 'node:os';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cases } from './cases.ts';
import { measureProcesses } from './processes.ts';
import { measure, type Measured } from './protocol.ts';
import { duration, renderPage, type Results } from './render-page.ts';
import { measureSizes, type Sized } from './sizes.ts';

const goals = process.argv
  .slice(2)
  .filter((word) => word !== '--write')
  .map(Number);
const wanted = (goal: number): boolean => goals.length === 0 || goals.includes(goal);

const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}`;
const loadBefore = loadavg()[0] ?? 0;
console.log(`${machine}, load ${loadBefore.toFixed(1)}\n`);

const times: Measured[] = [];
for (const bench of (await cases()).filter(({ goal }) => wanted(goal))) {
  const measured = await measure(bench);
  times.push(measured);
  console.log(timeRow(measured));
}
if (wanted(15)) {
  for (const measured of measureProcesses()) {
    times.push(measured);
    console.log(timeRow(measured));
  }
}
const sizes = wanted(18) ? await measureSizes() : [];
for (const size of sizes) console.log(sizeRow(size));

const missed = [...times, ...sizes].filter(({ met }) => !met).length;
console.log(`\n${times.length + sizes.length - missed} of ${times.length + sizes.length} thresholds reached`);
const results: Results = { machine, load: [loadBefore, loadavg()[0] ?? 0], times, sizes };
writeFileSync(fileURLToPath(new URL('results.json', import.meta.url)), `${JSON.stringify(results, null, 2)}\n`);
if (process.argv.includes('--write')) {
  writeFileSync(fileURLToPath(new URL('../docs/speed.md', import.meta.url)), renderPage(results));
}

function timeRow({ goal, name, peer, ratio, low, high, threshold, direction, oursNs, peerNs, met }: Measured): string {
  const sign = direction === 'times-faster' ? '≥' : '≤';
  const figure = `${ratio.toFixed(2)}× [${low.toFixed(2)}, ${high.toFixed(2)}]`;
  return `${mark(met)} ${String(goal).padStart(2)}  ${name.padEnd(28)} ${peer.padEnd(28)} ${figure.padEnd(26)} ${sign} ${threshold}×  (${duration(oursNs)} : ${duration(peerNs)})`;
}

function sizeRow({ goal, name, value, unit, atMost, met }: Sized): string {
  return `${mark(met)} ${String(goal).padStart(2)}  ${name.padEnd(57)} ${`${value.toFixed(2)} ${unit}`.padEnd(26)} ≤ ${atMost}`;
}

function mark(met: boolean): string {
  return met ? 'reached' : 'MISSED ';
}
