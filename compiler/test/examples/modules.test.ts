// Every example by its compiled modules, scalar and SIMD: on each request and each test they decide as the interpreter does,
// byte for byte.

import test from 'ava';
import { enginesOf } from '../../fuzz/engines.ts';
import { exampleNames, loadExample } from './load-example.ts';

for (const name of exampleNames) {
  test(name, async (t) => {
    const { ir, data, tests, requests } = await loadExample(name);
    const inputs = [
      ...requests,
      ...tests.flatMap(({ test: own, inputs: given }) =>
        given.map((input) => ({ entrypoint: own.entrypoint, input, file: own.name })),
      ),
    ];
    for (const entrypoint of ir.entrypoints) {
      const asked = inputs.filter((input) => input.entrypoint === entrypoint.name);
      if (asked.length === 0) continue;
      const [oracle, ...modules] = enginesOf({ ...ir, entrypoints: [entrypoint] }, new TextDecoder().decode(data));
      for (const { input, file } of asked) {
        const expected = oracle?.[1](input) ?? 'no oracle';
        for (const [engine, decide] of modules) t.is(decide(input), expected, `${file} by ${engine}`);
      }
    }
  });
}
