// What stands where: the tour's names all mean something, references come together, and nothing throws on what is broken.

import { readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { stdFiles } from '@rdp/language/std';
import { inspect, type Inspector } from '../../src/query/inspect/inspector.ts';
import { lex } from '../../src/syntax/lex.ts';

const tour = readFileSync(new URL('../../../examples/checkout/checkout.rdp', import.meta.url), 'utf8');

function inspectText(text: string): Inspector {
  return inspect({ files: [{ path: 'p.rdp', text }], documents: new Map(), std: stdFiles });
}

/** What the names of `text` stand for: `name kind key`. */
function namesOf(text: string): readonly string[] {
  const inspector = inspectText(text);
  const unit = inspector.unit('p.rdp');
  if (unit === undefined) return [];
  return inspector
    .names(unit)
    .map(({ start, end, symbol, access }) => `${text.slice(start, end)} ${access} ${symbol.kind}`);
}

test('every kind of name is known for what it is', (t) => {
  const names = new Set(namesOf(tour));
  for (const expected of [
    'pii read package',
    'us_ssn read pattern',
    'openai read provider',
    'request read event',
    'endpoint read inventory',
    'approved_hosts read set',
    'blocked_clients read data',
    'is_internal read fn',
    'host read parameter',
    'containers read field',
    'Pod read kind',
    'c declare variable',
    'c read variable',
    'LLM02 read threat',
    'PiiInPrompt declare rule',
    'PiiInPrompt read rule',
    'PinnedImages read rule',
    'exists read function',
    'production declare deploy',
  ]) {
    t.true(names.has(expected), expected);
  }
});

test('a rule is found where other rules, exemptions, tests and gaps name it', (t) => {
  const inspector = inspectText(tour);
  const unit = inspector.unit('p.rdp');
  const at = unit && inspector.nameAt(unit, tour.indexOf('PinnedImages'));
  t.is(at?.symbol.kind, 'rule');
  const places = at ? inspector.references(at.symbol).map(({ start }) => start) : [];
  const text = [...tour.matchAll(/PinnedImages/gu)].map(({ index }) => index);
  t.deepEqual(places, text);
});

test('no answer throws on a beginning of the tour', (t) => {
  for (let end = 0; end <= tour.length; end += 97) t.notThrows(() => namesOf(tour.slice(0, end)), String(end));
});

test('no answer throws when tokens are missing', (t) => {
  const { tokens } = lex({ path: 'p.rdp', text: tour });
  const offset = fc.nat(tokens.length - 1);
  const property = fc.property(fc.uniqueArray(offset, { minLength: 1, maxLength: 4 }), (dropped) => {
    let text = tour;
    for (const index of dropped.toSorted((a, b) => b - a)) {
      const token = tokens[index];
      if (token) text = text.slice(0, token.startOffset) + text.slice(token.endOffset + 1);
    }
    namesOf(text);
  });
  t.notThrows(() => fc.assert(property, { numRuns: 40 }));
});
