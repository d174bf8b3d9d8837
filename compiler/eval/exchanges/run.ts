// Recorded exchanges with providers, read by the library and by a second opinion: `node compiler/eval/exchanges/run.ts FOLDER` prints
// what differs, and writes docs/exchanges.md. Other than zero where something does.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkExchange, type Check } from './compare.ts';
import { estimateOf, estimateSection, type Estimate } from './estimates.ts';
import { createLibrary } from './library.ts';
import { checkMcp } from './mcp.ts';
import { readExchanges } from './read-exchanges.ts';
import { renderPage, type Row } from './render-page.ts';

const [folder, ...options] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('usage: node compiler/eval/exchanges/run.ts FOLDER [--dry]\n');
  process.exit(2);
}

const library = createLibrary();
const rows: Row[] = [];
const estimates: Estimate[] = [];
let missed = 0;
for (const [set, exchanges] of readExchanges(folder)) {
  for (const exchange of exchanges) {
    const estimate = estimateOf(library, exchange);
    if (estimate !== undefined) estimates.push(estimate);
    let checks: readonly Check[];
    try {
      checks = await checkExchange(library, exchange);
    } catch (error) {
      checks = [{ what: 'passed', misses: [error instanceof Error ? (error.stack ?? '') : String(error)] }];
    }
    for (const { what, misses } of checks) {
      rows.push({ set, api: exchange.api, what, isMiss: misses.length > 0 });
      if (misses.length === 0) continue;
      missed++;
      process.stdout.write(`${set} ${exchange.api} ${what} ${exchange.id}\n`);
      for (const miss of misses.slice(0, 6)) process.stdout.write(`    ${miss}\n`);
    }
  }
}
for (const { id, misses, ...row } of checkMcp(folder)) {
  rows.push(row);
  if (misses.length === 0) continue;
  missed++;
  process.stdout.write(`${row.set} ${row.what} ${id}\n`);
  for (const miss of misses) process.stdout.write(`    ${miss}\n`);
}
process.stdout.write(estimateSection(estimates));
process.stdout.write(`${rows.length} questions, ${missed} with another answer\n`);
if (!options.includes('--dry')) {
  const page = fileURLToPath(new URL('../../../docs/exchanges.md', import.meta.url));
  const before = readFileSync(page, 'utf8');
  writeFileSync(page, renderPage(before, rows) + estimateSection(estimates));
}
if (missed > 0) process.exitCode = 1;
