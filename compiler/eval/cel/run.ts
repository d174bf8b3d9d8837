// `node compiler/eval/cel/run.ts CASES [--write]`: runs CEL's conformance cases through the language and every engine, says
// where they disagree, and with --write renews docs/cel.md. Exit code 1 when an inside case disagrees.

import { readFileSync, writeFileSync } from 'node:fs';
import { runCases } from './run-cases.ts';
import { renderPage } from './render-page.ts';

const [path, ...options] = process.argv.slice(2);
if (path === undefined) {
  console.error('usage: run.ts CASES.jsonl [--write]');
  process.exit(2);
}
const outcome = await runCases(readFileSync(path, 'utf8'));
for (const { id, expr, engine, reason } of outcome.disagreements) {
  console.log(`${id}\n  ${expr.replaceAll('\n', '\\n')}\n  ${engine}: ${reason}`);
}
console.log(
  `${outcome.total} cases: ${outcome.inside} inside, of which ${outcome.agreeing} agree; ${outcome.total - outcome.inside} outside`,
);
if (options.includes('--write')) writeFileSync(new URL('../../../docs/cel.md', import.meta.url), renderPage(outcome));
process.exit(outcome.agreeing === outcome.inside ? 0 : 1);
