// Tests, decisions and the report over the wire, on the example that has everything.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import {
  previewMethods,
  type DecideAnswer,
  type EventsAnswer,
  type TestItem,
  type TestRunAnswer,
} from '../src/convert/previews.ts';
import type { ReportAnswer } from '../src/ide/preview/report.ts';
import { startSession, type Folder, type Session } from './wire/session.ts';

const example = fileURLToPath(new URL('../../examples/checkout/', import.meta.url));

const files = readdirSync(example, { recursive: true, encoding: 'utf8' })
  .filter((path) => statSync(join(example, path)).isFile())
  .map((path) => ({ path, text: readFileSync(join(example, path), 'utf8') }));
const policy = files.find(({ path }) => path === 'checkout.rdp')?.text ?? '';

async function start(t: ExecutionContext): Promise<Session & { readonly first: Folder }> {
  const session = await startSession({ folder: files });
  t.teardown(() => session.end());
  return session;
}

test('tests are listed where they stand, and run', async (t) => {
  const { connection, first } = await start(t);
  const listed = await connection.sendRequest<readonly TestItem[]>(previewMethods.tests, {});
  t.deepEqual(
    listed.map(({ name, event }) => `${name} on ${event}`),
    [...policy.matchAll(/^test "(.*)" on (\S+)/gm)].map(([, name, event]) => `${name} on ${event}`),
  );
  t.true(listed.every(({ uri }) => uri === first.uriOf('checkout.rdp')));
  const answer = await connection.sendRequest<TestRunAnswer>(previewMethods.runTests, {});
  t.deepEqual(answer.problems, []);
  t.deepEqual(
    answer.results,
    listed.map(({ id }) => ({ id, passed: true, failures: [] })),
  );
  const pii = answer.coverage.find(({ rule }) => rule === 'PiiInPrompt');
  t.true(pii?.fired);
  t.is(pii?.location.range.start.line, policy.slice(0, policy.indexOf('PiiInPrompt')).split('\n').length - 1);
  t.deepEqual(
    pii?.branches.map(({ what, held, location }) => [what, held, location.range.start.line]),
    [['find', true, policy.slice(0, policy.indexOf('find     pii.us_ssn')).split('\n').length - 1]],
  );
});

test('an expectation that does not hold is a failure at its place, and one test can run alone', async (t) => {
  const { connection, first } = await start(t);
  const listed = await connection.sendRequest<readonly TestItem[]>(previewMethods.tests, {});
  const changed = policy.replace('expect not Injection, allowed', 'expect Injection, allowed');
  await first.open('checkout.rdp', changed);
  const id = listed[1]?.id ?? '';
  const { results } = await connection.sendRequest<TestRunAnswer>(previewMethods.runTests, { ids: [id] });
  t.deepEqual(
    results.map(({ id: own, passed }) => ({ id: own, passed })),
    [{ id, passed: false }],
  );
  t.deepEqual(
    results[0]?.failures.map(({ message, location }) => [message, location.range.start.line]),
    [
      [
        '`Injection` does not fire: `ModelInventory`, `TokenBudget` fire',
        changed.slice(0, changed.indexOf('expect Injection')).split('\n').length - 1,
      ],
    ],
  );
});

test('a decision has its reasons and the places in the text that it changes', async (t) => {
  const { connection, first } = await start(t);
  const textDocument = { uri: first.uriOf('checkout.rdp') };
  const events = await connection.sendRequest<EventsAnswer>(previewMethods.events, { textDocument });
  t.is(events.kind, 'events');
  const found = events.kind === 'events' ? events.events.find(({ label }) => label === 'Chat.request') : undefined;
  t.is(found?.entrypoint, 'shop/checkout/Chat/request');
  const text = '{"prompts":[{"role":"user","text":"é SSN 536-90-4399, please"}],"model":"gpt-5.2"}';
  const ask = (input: string, path = 'input.json'): Promise<DecideAnswer> =>
    connection.sendRequest(previewMethods.decide, { textDocument, entrypoint: found?.entrypoint, path, text: input });
  const answer = await ask(text);
  const [document] = answer.kind === 'decided' ? answer.documents : [];
  t.is(document?.action, 'limit');
  t.deepEqual(
    document?.places.map(({ kind, start, end: to, text: put }) => [kind, text.slice(start, to), put]),
    [['edit', '536-90-4399', '[us_ssn]']],
  );
  t.true(document?.fired.some(({ rule }) => rule === 'RedactPii'));
  t.true(document?.why.includes('RedactPii'));
  const malformed = await ask('{');
  t.is(malformed.kind === 'decided' ? malformed.documents[0]?.action : '', 'block');
  const yaml = await ask('a: [', 'input.yaml');
  t.is(yaml.kind, 'problem');
  await first.open(
    'checkout.rdp',
    'package shop.checkout\nsurface A: llm {}\ndefend X on A.request { when nothing permit }\n',
  );
  t.deepEqual(await ask(text), { kind: 'problem', message: 'the policy has an error' });
});

test('the report says who enforces each rule', async (t) => {
  const { connection, first } = await start(t);
  const textDocument = { uri: first.uriOf('checkout.rdp') };
  const answer = await connection.sendRequest<ReportAnswer>(previewMethods.report, { textDocument });
  const rows = answer.kind === 'report' ? answer.report.rules : [];
  t.true(
    rows.some(({ rule, cluster, status }) => rule === 'NoPrivileged' && cluster === 'shop-eu' && status === 'enforced'),
  );
});

test('the examples of patterns are tests too', async (t) => {
  const text =
    'package p\n\npattern id = re"\\bA[0-9]{3}\\b" {\n  example "A123"\n  example "B123"\n  counterexample "A12"\n}\n';
  const { connection, first, end } = await startSession({ folder: [{ path: 'p.rdp', text }] });
  t.teardown(end);
  const listed = await connection.sendRequest<readonly TestItem[]>(previewMethods.tests, {});
  t.deepEqual(
    listed.map(({ name, event }) => [name, event]),
    [['id', 'examples']],
  );
  const { results } = await connection.sendRequest<TestRunAnswer>(previewMethods.runTests, {});
  t.deepEqual(results, [
    {
      id: `${first.uriOf('p.rdp')}#id`,
      passed: false,
      failures: [
        {
          message: '`id` has no match in its example',
          location: {
            uri: first.uriOf('p.rdp'),
            range: { start: { line: 4, character: 2 }, end: { line: 4, character: 16 } },
          },
        },
      ],
    },
  ]);
});
