// Native policies decide as the module does: each construct of the language, on requests of every kind, evaluated by a second
// implementation of CEL.

import test from 'ava';
import fc from 'fast-check';
import { randomFrom, type Random } from '../../../fuzz/random.ts';
import { checkObject } from '../k8s/check-object.ts';
import { changes, native, nativeRules, refused } from './corpus.ts';
import { agrees, changedBy, decidedPolicy, decisionsOf, patched, ruleOf } from './decided.ts';
import { evaluatePolicy, isAsked, type PolicySpec } from './kubernetes-cel.ts';
import { makeRequest } from './reviews.ts';

for (const source of [...native.map(ruleOf), ...nativeRules]) {
  test(`as the module: ${source.replaceAll(/\s+/g, ' ')}`, (t) => {
    const { entrypoint, ir, policies } = decidedPolicy(source);
    const index = entrypoint.rules.length - 1;
    const policy = policies.native.find((made) => made.index === index);
    if (policy === undefined) return t.fail(policies.refused.map(({ reason }) => reason).join());
    const spec = policy.objects[0]?.spec as unknown as PolicySpec; // a policy that was emitted
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const request = makeRequest(seed);
        const outcome = evaluatePolicy(spec, request);
        const said = outcome.error === undefined ? (outcome.fired ? 'fired' : 'not fired') : 'error';
        const decided = decisionsOf(ir, entrypoint, request)[index];
        t.true(
          agrees(said, decided),
          `${said}, the module ${decided}\n${JSON.stringify(spec, undefined, 1)}\n${JSON.stringify(request)}\n${outcome.error ?? ''}`,
        );
      }),
      { numRuns: 150 },
    );
  });
}

test('as the module: conditions put together at random', (t) => {
  const drawn = (random: Random): string => {
    const [a, b, c] = [random.pick(native), random.pick(native), random.pick(native)];
    return random.pick([
      `(${a}) && !(${b})`,
      `(${a}) || (${b})`,
      `!(${a}) && (${b} || ${c})`,
      `(${a}) ? (${b}) : (${c})`,
      `(${a}) == (${b})`,
    ]);
  };
  let emitted = 0;
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const random = randomFrom(seed);
      const exempt = random.chance(0.3)
        ? `exempt R { when ${random.pick(native)} until 2099-01-01 owner "o" reason "r" }\n`
        : '';
      const source = `${exempt}${ruleOf(drawn(random))}`;
      const { entrypoint, ir, policies } = decidedPolicy(source);
      const [policy] = policies.native;
      if (policy?.objects[0] === undefined) return;
      emitted++;
      const spec = policy.objects[0].spec as unknown as PolicySpec; // a policy that was emitted
      for (let n = 0; n < 25; n++) {
        const request = makeRequest(seed + n);
        const { error, fired } = evaluatePolicy(spec, request);
        const said = error === undefined ? (fired ? 'fired' : 'not fired') : 'error';
        const [decided] = decisionsOf(ir, entrypoint, request);
        t.true(
          agrees(said, decided),
          `${source}: ${said}, the module ${decided} ${error ?? ''}\n${JSON.stringify(request)}`,
        );
      }
    }),
    { numRuns: 80 },
  );
  t.true(emitted > 40, `${emitted} policies`);
});

for (const change of changes) {
  test(`changes as the module: ${change}`, (t) => {
    const { entrypoint, ir, policies } = decidedPolicy(`defend R on S.admission { when ${change} }`);
    const [policy] = policies.native;
    if (policy === undefined) return t.fail(policies.refused.map(({ reason }) => reason).join());
    t.deepEqual(
      policy.objects.flatMap((object) => checkObject({ ...object })),
      [],
    );
    const spec = policy.objects[0]?.spec as unknown as PolicySpec; // a policy that was emitted
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const request = makeRequest(seed);
        if (!isAsked(spec, request)) return;
        const { error, patches } = evaluatePolicy(spec, request);
        t.is(error, undefined);
        t.deepEqual(patched(request['object'], patches), changedBy(ir, entrypoint, request), JSON.stringify(request));
      }),
      { numRuns: 150 },
    );
  });
}

for (const [source, why] of refused) {
  test(`refused: ${source.replaceAll(/\s+/g, ' ')}`, (t) => {
    const { entrypoint, policies } = decidedPolicy(source);
    const last = policies.refused.find(({ index }) => index === entrypoint.rules.length - 1);
    t.true(last?.reason.startsWith(why), last?.reason ?? 'it was emitted');
  });
}
