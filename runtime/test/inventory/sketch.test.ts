// Sketches: what they count, and that merging them loses and adds nothing.

import test from 'ava';
import fc from 'fast-check';
import { countOf, emptySketch, mergeSketches, withName, type Sketch } from '../../src/inventory/sketch.ts';

const sketchOf = (names: readonly string[]): Sketch => names.reduce(withName, emptySketch);

test('few names are counted exactly', (t) => {
  t.is(countOf(emptySketch), 0);
  t.is(countOf(sketchOf(['a', 'b', 'a'])), 2);
});

test('many names are counted within four standard errors', (t) => {
  for (const many of [100, 1000, 10_000, 50_000]) {
    const counted = countOf(sketchOf(Array.from({ length: many }, (_, index) => `workload ${index}`)));
    t.true(Math.abs(counted - many) / many < 4 * 0.033, `${counted} for ${many}`);
  }
});

test('the sketch of parts merges into the sketch of the whole', (t) => {
  const names = fc.array(fc.string(), { maxLength: 80 });
  fc.assert(
    fc.property(names, names, (left, right) => {
      t.deepEqual(mergeSketches(sketchOf(left), sketchOf(right)), sketchOf([...left, ...right]));
      t.deepEqual(mergeSketches(sketchOf(left), sketchOf(left)), sketchOf(left));
    }),
    { numRuns: 60 },
  );
});
