// The page of each code about targets: its first example fires that code when it is planned, its second has no diagnostics.

import { readFileSync } from 'node:fs';
import test from 'ava';
import { planText, takes } from './plan-text.ts';

const docs = new URL('../../../docs/diagnostics/', import.meta.url);

/** As ValidatingAdmissionPolicy is: it says one rule of the pages, and MutatingAdmissionPolicy another from 1.36 on. */
const emitters: Parameters<typeof planText>[1] = {
  ...takes({}),
  admissionPolicy: (target, entrypoint) =>
    takes({
      NoHost: 'ValidatingAdmissionPolicy',
      ...(target.mutatingPolicy.kind === 'native' ? { NoToken: 'MutatingAdmissionPolicy' } : {}),
    }).admissionPolicy(target, entrypoint),
};

for (const code of ['enforcement-gap', 'partial-enforcement']) {
  test(code, (t) => {
    const page = readFileSync(new URL(`${code}.md`, docs), 'utf8');
    const examples = [...page.matchAll(/^```rdp\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
    t.is(examples.length, 2);
    const [fires, corrected] = examples.map((text) => planText(text, emitters).diagnostics.map((each) => each.code));
    t.deepEqual([...new Set(fires)], [code]);
    t.deepEqual(corrected, []);
  });
}
