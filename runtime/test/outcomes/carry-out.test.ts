// What becomes of calls, decision by decision; and that nothing passes when a part of carrying out fails.

import fc from 'fast-check';
import test from 'ava';

import { actionsByStrength, type Decision } from '../../src/contract/index.ts';
import { failedDecision } from '../../src/enforce/failure.ts';
import type { LimitStore } from '../../src/limits/limit-store.ts';
import { contextOf, runOutcomes } from './parts.ts';

const limit = { rule: 'Budget', key: 'shop/support', unit: 'tokens', amount: 100, window: 60, cost: 40 };

test('what is allowed passes, with edits where there are any', async (t) => {
  const { outcomes, entries } = runOutcomes();
  t.like(await outcomes.carryOut({ version: 1, action: 'allow' }, contextOf()), { kind: 'pass', edits: [] });
  const edit = { rule: 'Redact', path: '/body/a', start: 0, end: 1, bytes: [80, 81] as const, text: '*' };
  const redacted = await outcomes.carryOut({ version: 1, action: 'redact', edits: [edit] }, contextOf());
  t.deepEqual(redacted.kind === 'pass' ? redacted.edits : [], [edit]);
  t.is(entries.length, 2);
});

test('a block is refused with what the rule says, and names the rule', async (t) => {
  const { outcomes, entries } = runOutcomes();
  const decision: Decision = {
    version: 1,
    action: 'block',
    status: 451,
    message: 'stopped',
    findings: [{ rule: 'Secret', severity: 'high' }],
    because: [
      { rule: 'Secret', at: 'p.rdp:1:1' },
      { rule: 'Stop', at: 'p.rdp:9:1' },
    ],
  };
  const verdict = await outcomes.carryOut(decision, contextOf());
  t.like(verdict, { kind: 'refuse', status: 451, message: 'stopped', reason: 'policy', rule: 'Stop' });
  t.like(entries[0], {
    verdict: 'refuse',
    reason: 'policy',
    rule: 'Stop',
    status: 451,
    entrypoint: 'shop/checkout/Chat/request/http',
  });
});

test('failures of the policy are refused, malformed documents apart', async (t) => {
  const { outcomes } = runOutcomes();
  t.like(await outcomes.carryOut(failedDecision('bundle_unavailable', 'none'), contextOf()), {
    kind: 'refuse',
    status: 503,
    reason: 'policy_failure',
  });
  t.like(await outcomes.carryOut(failedDecision('malformed_input', 'no JSON'), contextOf()), {
    kind: 'refuse',
    status: 400,
    reason: 'malformed_input',
  });
});

test('what cannot be read is told in words, with the field that is missing', async (t) => {
  const { outcomes, entries } = runOutcomes();
  const missing = { ...failedDecision('malformed_input', 'missing_field'), path: '', field: 'body' };
  t.like(await outcomes.carryOut(missing, contextOf()), { status: 400, message: 'malformed: `body` is missing' });
  t.like(entries[0], { reason: 'malformed_input', message: 'missing_field', path: '' });
  const cut = { ...failedDecision('malformed_input', 'invalid_json'), path: '/body' };
  t.like(await outcomes.carryOut(cut, contextOf()), { message: 'malformed: this is no JSON' });
});

test('what nothing permits is refused in no rule’s name: one that fired only noted the call', async (t) => {
  const { outcomes } = runOutcomes();
  const decision: Decision = {
    ...failedDecision('default_deny', 'nothing permits this'),
    records: [{ rule: 'Noted', kind: 'mcp.tool', fields: {} }],
    because: [{ rule: 'Noted', at: 'p.rdp:1:1' }],
  };
  const verdict = await outcomes.carryOut(decision, contextOf());
  t.like(verdict, { kind: 'refuse', status: 403, reason: 'default_deny', rule: undefined });
});

test('a limit is taken before and settled after, and says so in headers', async (t) => {
  const { outcomes } = runOutcomes();
  const decision: Decision = { version: 1, action: 'limit', limits: [limit] };
  const first = await outcomes.carryOut(decision, contextOf());
  if (first.kind !== 'pass') return t.fail();
  t.is(first.headers['ratelimit-policy'], '"Budget";q=100;qu="tokens";w=60');
  t.is(first.headers['ratelimit'], '"Budget";r=60;t=60');
  await first.settle({ input: 50, output: 30, from: 'provider' });
  await first.settle({ input: 0, output: 0, from: 'provider' });
  const second = await outcomes.carryOut(decision, contextOf());
  t.like(second, { kind: 'refuse', status: 429, reason: 'rate_limit', rule: 'Budget' });
  t.regex(second.headers['retry-after'] ?? '', /^(59|60)$/);
});

test('dollars are settled at the price that the decision says', async (t) => {
  const { outcomes } = runOutcomes();
  const dollars = { ...limit, unit: 'usd', amount: 1000, cost: 100, price: [1_000_000, 10_000_000] as const };
  const decision: Decision = { version: 1, action: 'limit', limits: [dollars] };
  const first = await outcomes.carryOut(decision, contextOf());
  if (first.kind !== 'pass') return t.fail();
  await first.settle({ input: 100, output: 85, from: 'provider' }); // 100 + 850 of 1000
  t.is((await outcomes.carryOut(decision, contextOf())).kind, 'refuse');
  const third = await outcomes.carryOut({ ...decision, limits: [{ ...dollars, cost: 50 }] }, contextOf());
  t.is(third.kind, 'pass');
});

test('64 at once take what fits, and not one more', async (t) => {
  const { outcomes } = runOutcomes();
  const decision: Decision = {
    version: 1,
    action: 'limit',
    limits: [{ ...limit, unit: 'requests', amount: 37, cost: 1 }],
  };
  const verdicts = await Promise.all(Array.from({ length: 64 }, () => outcomes.carryOut(decision, contextOf())));
  t.is(verdicts.filter(({ kind }) => kind === 'pass').length, 37);
});

const lost: LimitStore = {
  take: () => Promise.resolve({ kind: 'unavailable', why: 'no connection' }),
  settle: () => undefined,
  problem: () => 'no connection',
  close: () => Promise.resolve(),
};

test('what nobody can count is refused, unless every rule lets it pass', async (t) => {
  const { outcomes, entries } = runOutcomes({ limits: lost });
  const strict = { ...limit, rule: 'Strict' };
  const lax = { ...limit, rule: 'Lax', on_error: 'allow' as const };
  t.like(await outcomes.carryOut({ version: 1, action: 'limit', limits: [lax, strict] }, contextOf()), {
    kind: 'refuse',
    status: 503,
    reason: 'limit_unavailable',
    rule: 'Strict',
  });
  t.is((await outcomes.carryOut({ version: 1, action: 'limit', limits: [lax] }, contextOf())).kind, 'pass');
  t.deepEqual(entries[1]?.['uncounted'], ['Lax']);
});

test('a quarantine holds from the call on that brings it about, also beside a block', async (t) => {
  const { outcomes } = runOutcomes();
  const quarantine = [{ rule: 'Isolate', target: 'shop/support' }];
  t.is(outcomes.held(contextOf()), undefined);
  t.like(
    await outcomes.carryOut({ version: 1, action: 'block', status: 403, message: 'no', quarantine }, contextOf()),
    {
      reason: 'policy',
    },
  );
  t.like(outcomes.held(contextOf()), { kind: 'refuse', status: 403, reason: 'quarantine', rule: 'Isolate' });
  t.is(outcomes.held(contextOf({ client: { workload: 'other', id: '', ip: '', subject: '' } })), undefined);
  const model = [{ rule: 'Model', target: 'openai/gpt-5.2' }];
  t.like(await outcomes.carryOut({ version: 1, action: 'quarantine', quarantine: model }, contextOf()), {
    reason: 'quarantine',
  });
  t.like(outcomes.held(contextOf({ client: { workload: 'other', id: '', ip: '', subject: '' } })), { rule: 'Model' });
});

test('a target without a name holds nobody', async (t) => {
  const { outcomes } = runOutcomes();
  const quarantine = [{ rule: 'Isolate', target: '' }];
  t.is((await outcomes.carryOut({ version: 1, action: 'quarantine', quarantine }, contextOf())).kind, 'refuse');
  t.is(outcomes.held(contextOf({ client: { workload: '', id: '', ip: '', subject: '' } })), undefined);
});

test('an approval gives back what it took of a limit when nobody grants', async (t) => {
  const { outcomes } = runOutcomes({ approvalWait: 20 });
  const decision: Decision = {
    version: 1,
    action: 'approve',
    limits: [{ ...limit, cost: 80 }],
    approvals: [{ rule: 'Ask', by: 'leads' }],
  };
  t.like(await outcomes.carryOut(decision, contextOf()), { reason: 'approval_timeout', rule: 'Ask', status: 403 });
  t.is((await outcomes.carryOut({ version: 1, action: 'limit', limits: [limit] }, contextOf())).kind, 'pass');
});

test('what cannot be logged does not pass, where that is asked for', async (t) => {
  const log = { write: () => Promise.resolve('lost' as const), lost: () => 1, close: () => Promise.resolve() };
  const allow: Decision = { version: 1, action: 'allow' };
  t.like(await runOutcomes({ log }).outcomes.carryOut(allow, contextOf()), {
    reason: 'audit_unavailable',
    status: 503,
  });
  t.is((await runOutcomes({ log, audit: 'drop' }).outcomes.carryOut(allow, contextOf())).kind, 'pass');
});

test('a part that throws refuses', async (t) => {
  const limits: LimitStore = {
    ...lost,
    take: () => {
      throw new Error('a fault of ours');
    },
  };
  const { outcomes } = runOutcomes({ limits });
  const decision: Decision = { version: 1, action: 'limit', limits: [limit] };
  t.like(await outcomes.carryOut(decision, contextOf()), { reason: 'not_possible', status: 500 });
});

test('whatever a decision looks like, it passes only with an action that lets pass', async (t) => {
  const decision = fc.record(
    {
      version: fc.constant(1 as const),
      action: fc.constantFrom(...actionsByStrength, 'unknown'),
      quarantine: fc.array(fc.record({ rule: fc.string(), target: fc.string() }), { maxLength: 2 }),
      limits: fc.array(fc.constant({ ...limit, amount: -1 }), { maxLength: 1 }),
      patches: fc.array(fc.constant({ rule: 'P', op: 'add', path: '/a', value: 1 }), { maxLength: 1 }),
    },
    { requiredKeys: ['version', 'action'] },
  );
  await fc.assert(
    fc.asyncProperty(decision, async (drawn) => {
      const { outcomes } = runOutcomes({ approvalWait: 1 });
      const verdict = await outcomes.carryOut(drawn as Decision, contextOf());
      const clean = [drawn.quarantine, drawn.limits, drawn.patches].every((section) => (section ?? []).length === 0);
      const may = ['allow', 'alert', 'redact'].includes(drawn.action) && clean;
      return (verdict.kind === 'pass') === may;
    }),
    { numRuns: 300 },
  );
  t.pass();
});
