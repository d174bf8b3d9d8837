// People answer over real HTTP while calls wait: what is shown, who may answer, that a grant is for one action and once, and that
// nothing happens without a token.

import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

import test from 'ava';

import { createAdmin } from '../../src/admin/admin-api.ts';
import { readTokens } from '../../src/admin/admin-tokens.ts';
import type { Question } from '../../src/approval/approval-desk.ts';
import type { DecisionEntry, DecisionLog } from '../../src/audit/decision-log.ts';
import type { Decision } from '../../src/contract/index.ts';
import { memoryQuarantine } from '../../src/quarantine/file-quarantine.ts';
import { contextOf, runOutcomes, type Parts, type Running } from '../outcomes/parts.ts';

interface Desk extends Running {
  readonly ask: (
    who: string,
    path: string,
    body?: object,
  ) => Promise<{ readonly status: number; readonly value: never }>;
  readonly url: string;
  readonly server: Server;
  readonly said: readonly DecisionEntry[];
}

const tokens = {
  lead: randomBytes(32).toString('hex'),
  other: randomBytes(32).toString('hex'),
  all: randomBytes(32).toString('hex'),
};
const groups = { lead: ['support-leads'], other: ['finance'], all: ['*'] };

async function openDesk(parts: Parts = {}): Promise<Desk> {
  const quarantine = memoryQuarantine();
  const running = runOutcomes({ approvalWait: 20_000, quarantine, ...parts });
  const file = Object.entries(tokens).map(([name, token]) => ({
    name,
    token_sha256: createHash('sha256').update(token).digest('hex'),
    groups: groups[name as keyof typeof groups],
  }));
  const known = readTokens(JSON.stringify(file));
  if (known.kind === 'problem') throw new Error(known.problem.message);
  const said: DecisionEntry[] = [];
  const log: DecisionLog = {
    write: (entry) => {
      said.push(entry);
      return Promise.resolve('kept');
    },
    lost: () => 0,
    close: () => Promise.resolve(),
  };
  const handler = createAdmin({ tokens: known.value, approvals: running.desk, quarantine, log });
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask: Desk['ask'] = async (who, path, body) => {
    const response = await fetch(`${url}${path}`, {
      headers: { authorization: `Bearer ${tokens[who as keyof typeof tokens] ?? who}` },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    return { status: response.status, value: (await response.json()) as never };
  };
  return { ...running, ask, url, server, said };
}

const text = 'call me: 536-90-4399 or 212-555-0134, order 12345678901234567890 ⟦key⟧';
const start = text.indexOf('536');
const document = `{"method":"POST","host":"mail.example","path":"/send?key=abc&to=x","headers":{"authorization":"Bearer k"},"client":{},"time":"t","body":{"text":"${text}","amount":12345678901234567890.10}}`;
const at = document.indexOf(text); // all before it is ASCII
const asked: Decision = {
  version: 1,
  action: 'approve',
  findings: [
    {
      rule: 'Pii',
      severity: 'high',
      matches: [
        { kind: 'us_ssn', path: '/body/text', start, end: start + 11, bytes: [at + start, at + start + 11] },
        { kind: 'phone', path: '/body/text', start: 24, end: 36, bytes: [at + 24, at + 36] },
      ],
    },
  ],
  edits: [
    {
      rule: 'Redact',
      path: '/body/text',
      start,
      end: start + 11,
      bytes: [at + start, at + start + 11],
      text: '[us_ssn]',
    },
  ],
  approvals: [{ rule: 'MailNeedsHuman', by: 'support-leads' }],
};

async function firstOpen(desk: Desk, who: string): Promise<Question> {
  for (;;) {
    const { value } = await desk.ask(who, '/v1/approvals');
    const [question] = (value as { readonly approvals: readonly Question[] }).approvals;
    if (question !== undefined) return question;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('an approver sees what will go on, without what is sensitive, and grants that once', async (t) => {
  const desk = await openDesk();
  const call = desk.outcomes.carryOut(asked, contextOf({ document: () => Buffer.from(document) }));
  const question = await firstOpen(desk, 'lead');
  t.is(
    question.shown,
    '{"method":"POST","host":"mail.example","path":"/send?key=⟦covered⟧&to=x","body":{"text":"call me: [us_ssn] or ⟦phone⟧, order 12345678901234567890 \\u27e6key\\u27e7","amount":12345678901234567890.10}}',
  );
  const passed = document.replace('536-90-4399', '[us_ssn]');
  t.is(question.digest, createHash('sha256').update(passed).digest('hex'));
  t.is((await desk.ask('lead', `/v1/approvals/${question.id}/grant`, { digest: 'a'.repeat(64) })).status, 409);
  t.is((await desk.ask('lead', `/v1/approvals/${question.id}/grant`, {})).status, 400);
  t.deepEqual((await desk.ask('lead', `/v1/approvals/${question.id}/grant`, { digest: question.digest })).value, {
    outcome: 'granted',
  } as never);
  t.is((await call).kind, 'pass');
  t.is((await desk.ask('lead', `/v1/approvals/${question.id}/grant`, { digest: question.digest })).status, 404);
  t.like(desk.said.at(-1), { event: 'approval', answer: 'grant', outcome: 'granted', by: 'lead' });
  t.like(desk.entries[0], { verdict: 'pass', approval: { outcome: 'granted', by: ['support-leads'] } });
  const again = desk.outcomes.carryOut(asked, contextOf({ document: () => Buffer.from(document) }));
  const next = await firstOpen(desk, 'lead');
  t.not(next.id, question.id);
  t.is((await desk.ask('lead', `/v1/approvals/${next.id}/refuse`, {})).status, 200);
  t.like(await again, { kind: 'refuse', reason: 'approval_refused', status: 403, rule: 'MailNeedsHuman' });
  desk.server.close();
});

test('who is not asked sees nothing and can do nothing', async (t) => {
  const desk = await openDesk();
  const left = new AbortController();
  const call = desk.outcomes.carryOut(asked, contextOf({ document: () => Buffer.from(document), signal: left.signal }));
  const { id, digest } = await firstOpen(desk, 'lead');
  t.deepEqual((await desk.ask('other', '/v1/approvals')).value, { approvals: [] } as never);
  t.is((await desk.ask('other', `/v1/approvals/${id}`)).status, 404);
  t.is((await desk.ask('other', `/v1/approvals/${id}/grant`, { digest })).status, 404);
  t.is((await desk.ask('other', `/v1/approvals/${id}/refuse`, {})).status, 404);
  t.is((await desk.ask('nobody', `/v1/approvals/${id}/grant`, { digest })).status, 401);
  const forged = await fetch(`${desk.url}/v1/approvals/${id}/grant`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain', origin: 'https://elsewhere.example', cookie: `token=${tokens.lead}` },
    body: JSON.stringify({ digest }),
  });
  t.is(forged.status, 401);
  t.is(desk.desk.waiting(), 1);
  left.abort();
  t.like(await call, { kind: 'refuse', reason: 'client_left' });
  t.is((await desk.ask('lead', `/v1/approvals/${id}`)).status, 404);
  t.is(desk.desk.waiting(), 0);
  desk.server.close();
});

test('every group that is asked has to grant, and one refusal is enough', async (t) => {
  const desk = await openDesk();
  const both: Decision = { ...asked, approvals: [...(asked.approvals ?? []), { rule: 'Costly', by: 'finance' }] };
  const call = desk.outcomes.carryOut(both, contextOf({ document: () => Buffer.from(document) }));
  const { id, digest } = await firstOpen(desk, 'lead');
  t.deepEqual((await desk.ask('lead', `/v1/approvals/${id}/grant`, { digest })).value, {
    outcome: 'more_needed',
  } as never);
  t.like((await desk.ask('other', `/v1/approvals/${id}`)).value, { granted: ['support-leads'] });
  t.is((await desk.ask('other', `/v1/approvals/${id}/refuse`, {})).status, 200);
  t.like(await call, { reason: 'approval_refused' });
  const second = desk.outcomes.carryOut(both, contextOf({ document: () => Buffer.from(document) }));
  const open = await firstOpen(desk, 'all');
  t.deepEqual((await desk.ask('all', `/v1/approvals/${open.id}/grant`, { digest: open.digest })).value, {
    outcome: 'granted',
  } as never);
  t.is((await second).kind, 'pass');
  desk.server.close();
});

test('so many wait, and so many of one client; the rest is refused at once', async (t) => {
  const desk = await openDesk({ approvalWait: 300 });
  const calls = Array.from({ length: 30 }, () =>
    desk.outcomes.carryOut(asked, contextOf({ document: () => Buffer.from(document) })),
  );
  const verdicts = await Promise.all(calls);
  const reasons = verdicts.map((verdict) => (verdict.kind === 'refuse' ? verdict.reason : ''));
  t.is(reasons.filter((reason) => reason === 'approval_unavailable').length, 10);
  t.is(reasons.filter((reason) => reason === 'approval_timeout').length, 20);
  desk.server.close();
});

test('what is in quarantine is listed and released by who may', async (t) => {
  const desk = await openDesk();
  const quarantine = [{ rule: 'Isolate', target: 'shop/support' }];
  await desk.outcomes.carryOut({ version: 1, action: 'quarantine', quarantine }, contextOf());
  t.is((await desk.ask('lead', '/v1/quarantine')).status, 403);
  t.is((await desk.ask('lead', '/v1/quarantine/release', { target: 'shop/support' })).status, 403);
  t.like((await desk.ask('all', '/v1/quarantine')).value, { held: { 0: { target: 'shop/support', rule: 'Isolate' } } });
  t.is((await desk.ask('all', '/v1/quarantine/release', { target: 'another' })).status, 404);
  t.is((await desk.ask('all', '/v1/quarantine/release', { target: 'shop/support' })).status, 200);
  t.is(desk.outcomes.held(contextOf()), undefined);
  t.is((await desk.ask('all', '/v1/quarantine/hold', { target: 'gpt-5.2' })).status, 200);
  t.like(desk.outcomes.held(contextOf()), { rule: 'by all' });
  desk.server.close();
});

test('the page has no script but its own, and nothing of a call', async (t) => {
  const desk = await openDesk();
  const response = await fetch(desk.url);
  const page = await response.text();
  const policy = response.headers.get('content-security-policy') ?? '';
  const script = /<script>([\s\S]*)<\/script>/.exec(page)?.[1] ?? '';
  t.true(policy.includes(`script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`));
  t.true(policy.startsWith("default-src 'none'"));
  t.false(/innerHTML|insertAdjacent|document\.write|eval\(/.test(page));
  t.is((await desk.ask('lead', '/v1/approvals', { a: 'x'.repeat(20_000) })).status, 400);
  t.is((await desk.ask('lead', '/v1/nothing')).status, 404);
  desk.server.close();
});

test('requests that are no requests end in an answer, and the next one is served', async (t) => {
  const desk = await openDesk();
  const { port } = desk.server.address() as AddressInfo;
  for (const line of [
    'GET http://[ HTTP/1.1',
    'GET //elsewhere/ HTTP/1.1',
    'GET /%ff%00 HTTP/1.1',
    'POST * HTTP/1.1',
  ]) {
    const said = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(`${line}\r\nhost: a\r\nconnection: close\r\n\r\n`));
      let text = '';
      socket.on('data', (data: Buffer) => (text += data.toString()));
      socket.on('close', () => resolve(text));
    });
    t.regex(said, /^HTTP\/1\.1 4\d\d /, line);
  }
  t.is((await desk.ask('lead', '/v1/approvals')).status, 200);
  desk.server.close();
});

test('a file of tokens that is not as it should be is a problem', (t) => {
  const good = { name: 'a', token_sha256: 'a'.repeat(64), groups: ['b'] };
  for (const wrong of ['', '{}', '[]', '[1]', JSON.stringify([good, { ...good, token_sha256: 'secret' }])])
    t.is(readTokens(wrong).kind, 'problem');
  t.is(readTokens(JSON.stringify([good])).kind, 'ok');
});
