// Every example by the interpreter: its own tests pass, and each request gets the decision that stands beside it
// (`UPDATE=1` writes them).

import { readFileSync, writeFileSync } from 'node:fs';
import type { Decision } from '@rdp/runtime/contract';
import test from 'ava';
import { interpret } from '../../src/ir/interpret/interpret.ts';
import { judge } from '../../src/testing/judge.ts';
import { exampleNames, loadExample } from './load-example.ts';

for (const name of exampleNames) {
  test(name, async (t) => {
    const { ir, data, tests, requests } = await loadExample(name);
    const decide = (entrypoint: string, input: Uint8Array): Decision =>
      JSON.parse(interpret({ ir, entrypoint, input, data })) as Decision; // what the contract says

    for (const { test: own, inputs } of tests) {
      const decided = inputs.map((document) => ({ document, decision: decide(own.entrypoint, document) }));
      const failures = judge(own, decided);
      t.deepEqual(
        failures.map(({ message }) => message),
        [],
        own.name,
      );
    }
    for (const { file, entrypoint, input, golden } of requests) {
      const text = `${JSON.stringify(decide(entrypoint, input), null, 2)}\n`;
      if (process.env['UPDATE'] === '1') writeFileSync(golden, text);
      t.is(text, readFileSync(golden, 'utf8'), file);
    }
  });
}
