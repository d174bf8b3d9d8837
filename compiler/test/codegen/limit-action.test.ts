// Limits in decisions: what an event costs, in tokens and in dollars, what a million tokens cost, and what becomes of a call that
// nobody can count. Interpreter and both modules agree.

import test, { type ExecutionContext } from 'ava';
import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { lowerProgram } from '../../src/ir/lower.ts';
import { agree, createDifferential } from '../differential.ts';

interface Said {
  readonly action: string;
  readonly reason?: string;
  readonly message?: string;
  readonly limits?: readonly Record<string, unknown>[];
}

const prices = { big: { input: 1_250_000, output: 10_000_000 }, small: { input: 1, output: 2 } };

function decide(t: ExecutionContext, event: 'request' | 'response', limit: string, document: object): Said {
  const text = `package p
surface Chat: llm {}
type Price {
  input: usd
  output: usd
}
data prices: map<string, Price> from "prices.json"
defend Budget on Chat.${event} { ${limit} }
`;
  const documents = new Map<string, unknown>([['prices.json', prices]]);
  const { programs, diagnostics } = checkProgram({ files: [{ path: 'p.rdp', text }], documents, std: stdFiles });
  const [program] = programs ?? [];
  if (!program) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const differential = createDifferential(lowerProgram(program));
  const question = {
    entrypoint: `p/Chat/${event}`,
    input: JSON.stringify(document),
    data: JSON.stringify({ p: { prices } }),
  };
  return JSON.parse(agree(t, differential, question)) as Said;
}

const request = (model: string, text: string): object => ({
  model,
  prompts: [{ role: 'user', text }],
  client: { id: 'a' },
});
const table = 'limit 5 usd per 1d by client.id at prices[model].input, prices[model].output';

test('dollars are counted of the tokens that go to a model, rounded up, and a decision says the price', (t) => {
  const said = decide(t, 'request', table, request('big', 'x'.repeat(4001)));
  t.deepEqual(said.limits, [
    {
      rule: 'Budget',
      key: 'a',
      unit: 'usd',
      amount: 5_000_000,
      window: 86_400,
      cost: 1252, // 1001 tokens at 1.25 millionths of a dollar: 1251.25
      price: [1_250_000, 10_000_000],
    },
  ]);
  t.is(decide(t, 'request', table, request('small', 'x')).limits?.[0]?.['cost'], 1);
});

test('dollars of an answer are those of what the model counted', (t) => {
  const limit = 'limit 5 usd per 1d by client.id at 1.25 usd, 10 usd';
  const answer = { completions: [], usage: { input: 1000, output: 10 }, client: { id: 'a' } };
  t.is(decide(t, 'response', limit, answer).limits?.[0]?.['cost'], 1350);
});

test('a model without a price is not let through uncounted', (t) => {
  const said = decide(t, 'request', table, request('unknown', 'x'));
  t.like(said, { action: 'block', reason: 'evaluation_error', message: 'no_such_key' });
});

test('a rule says what becomes of what cannot be counted; without a word it is blocked', (t) => {
  const limit = 'limit 5 requests per 1m by client.id';
  t.is(decide(t, 'request', `${limit} on_error allow`, request('a', 'x')).limits?.[0]?.['on_error'], 'allow');
  t.false('on_error' in (decide(t, 'request', `${limit} on_error block`, request('a', 'x')).limits?.[0] ?? {}));
  t.false('on_error' in (decide(t, 'request', limit, request('a', 'x')).limits?.[0] ?? {}));
});
