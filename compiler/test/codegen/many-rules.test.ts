// Thousands of rules: the index leaves out what cannot fire, and those that fire are found again in source order.

import test from 'ava';
import type { CoreExpr, CoreRule } from '@rdp/language';
import { agree, createDifferential } from '../differential.ts';
import { drawDocument, drawFrom } from './documents.ts';
import { bool, field, number, policyOf, text, writingRule } from './program.ts';

const conditionOf = (index: number): CoreExpr => {
  const sum: CoreExpr = {
    op: 'call',
    builtin: 'int_mod',
    args: [field('i1'), number(index + 2)],
    type: { kind: 'int' },
  };
  switch (index % 5) {
    case 0:
      return { op: 'equal', left: field('s1'), right: text(`value ${index}`), type: bool };
    case 1:
      return {
        op: 'call',
        builtin: 'string_starts_with',
        args: [field('s2'), text('ab'.slice(0, index % 3) + index)],
        type: bool,
      };
    case 2:
      return { op: 'equal', left: field('i2'), right: number(index % 9), type: bool };
    case 3:
      return {
        op: 'in-set',
        value: field('s1'),
        set: [`a${index}`, 'ab', `x${index}`].map((value) => ({ kind: 'string', value })),
        type: bool,
      };
    default:
      return { op: 'equal', left: sum, right: number(1), type: bool };
  }
};

test('five thousand rules', (t) => {
  const rules: CoreRule[] = Array.from({ length: 5000 }, (_, index) => ({
    ...writingRule(`Rule${index}`, field('s1')),
    records: index % 7 === 0 ? [{ kind: 'k', fields: [{ name: 'i', value: number(index) }] }] : [],
    condition: conditionOf(index),
  }));
  const differential = createDifferential(policyOf(rules, { defaultDeny: false, onMalformed: 'block' }));
  const draw = drawFrom(4711);
  const seen = new Set<string>();
  for (let round = 0; round < 12; round++) {
    const document = drawDocument(draw).replace(/"s1":"[^"]*"/, round % 2 === 0 ? '"s1":"value 4995"' : '"s1":"ab"');
    seen.add(agree(t, differential, { entrypoint: 'test/rules', input: `{"outer":${document}}` }));
  }
  t.true(seen.size > 4);
});

test('no rule', (t) => {
  const differential = createDifferential(policyOf([], { defaultDeny: false, onMalformed: 'alert' }));
  t.is(agree(t, differential, { entrypoint: 'test/rules', input: '{"outer":{}}' }), '{"version":1,"action":"allow"}');
  t.regex(agree(t, differential, { entrypoint: 'test/rules', input: '{"outer":{}' }), /"action":"alert".*invalid_json/);
});
