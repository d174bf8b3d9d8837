// The outcome of the conformance cases as docs/cel.md.

import { exclusions } from './classify.ts';
import type { Outcome } from './run-cases.ts';

/** The page, in Markdown. */
export function renderPage(outcome: Outcome): string {
  const share = outcome.inside === 0 ? 0 : (100 * outcome.agreeing) / outcome.inside;
  const reasons = exclusions.flatMap(({ key, what, why }) => {
    const count = outcome.outside.get(key) ?? 0;
    return count === 0 ? [] : [`| ${what} | ${count} | ${why} |`];
  });
  const files = [...outcome.files].map(([file, counts]) => `| ${file} | ${counts.inside} | ${counts.outside} |`);
  return `# What of CEL is in the language

<!-- Written by compiler/eval/cel/run.ts; do not edit. -->

Expressions are a superset of everyday CEL: where the spelling is CEL's, the meaning is CEL's. CEL's own conformance cases
(google/cel-spec, \`tests/simple\`, without the files that are about protocol buffers alone) measure that. Each case inside
is parsed and checked like any expression of a policy, then evaluated by the interpreter and by the compiled module. A case
that expects an error also agrees when the checker refuses it: what CEL finds when it runs is found before.

| cases | inside | agree | outside |
| --- | --- | --- | --- |
| ${outcome.total} | ${outcome.inside} | ${outcome.agreeing} (${share.toFixed(1)} %) | ${outcome.total - outcome.inside} |

Of those that agree, ${outcome.refused} expect an error and are refused when the policy is checked.

## Outside, and why

Which cases are outside is decided from the case alone (\`compiler/eval/cel/classify.ts\`); a case that no reason names is
inside and has to agree.

| what | cases | why |
| --- | --- | --- |
${reasons.join('\n')}

## By file of the suite

| file | inside | outside |
| --- | --- | --- |
${files.join('\n')}

Run it again: \`node compiler/eval/cel/run.ts CASES.jsonl\`; with \`--write\` it renews this page.
`;
}
