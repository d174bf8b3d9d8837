// The log of decisions: lines in a file, events of OPA over HTTP, what happens when nobody takes them; and that no text that a rule
// matched is ever in it, or in any metric.

import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import test from 'ava';

import { httpLog } from '../../src/audit/http-log.ts';
import { lineLog } from '../../src/audit/line-log.ts';
import { opaEntry } from '../../src/audit/opa-entry.ts';
import type { Decision } from '../../src/contract/index.ts';
import { contextOf, runOutcomes } from '../outcomes/parts.ts';
import { openCollector } from '../telemetry/collector.ts';

const labels = { id: 'gateway-1', version: '1' };

test('every entry that is kept is a line of the file, in order, and nothing else is there', async (t) => {
  const path = join(mkdtempSync(join(tmpdir(), 'log-')), 'decisions.jsonl');
  const log = lineLog({ path });
  const kept = await Promise.all(Array.from({ length: 5000 }, (_, index) => log.write({ index })));
  t.true(kept.every((how) => how === 'kept'));
  await log.close(1000);
  t.deepEqual(
    readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly index: number }).index),
    Array.from({ length: 5000 }, (_, index) => index),
  );
  t.is(await log.write({}), 'lost');
});

test('what does not fit is lost, and said to be', async (t) => {
  const path = join(mkdtempSync(join(tmpdir(), 'log-')), 'decisions.jsonl');
  const log = lineLog({ path, waitingLimit: 1000 });
  const writes = await Promise.all(Array.from({ length: 100 }, () => log.write({ text: 'x'.repeat(90) })));
  const lost = writes.filter((how) => how === 'lost').length;
  t.true(lost > 80 && lost < 95);
  t.is(log.lost(), lost);
  await log.close(1000);
});

test('a service of OPA’s decision logs gets events in gzip arrays, again when it asks for that', async (t) => {
  const collector = await openCollector();
  collector.answer(503);
  const log = httpLog({
    url: collector.url,
    headers: { authorization: 'Bearer t' },
    write: (entry) => opaEntry(entry, labels),
    delay: 5,
    report: () => undefined,
  });
  const { outcomes } = runOutcomes({ log });
  await outcomes.carryOut({ version: 1, action: 'block', status: 403, message: 'no' }, contextOf());
  await outcomes.carryOut({ version: 1, action: 'allow' }, contextOf());
  await collector.count(2);
  await log.close(1000);
  const events = collector.received.slice(1).flatMap(({ body }) => body as readonly Record<string, unknown>[]);
  t.is(collector.received[0]?.path, '/logs');
  t.is(collector.received[0]?.headers['content-encoding'], 'gzip');
  t.is(events.length, 2);
  t.like(events[0], {
    labels,
    path: 'shop/checkout/Chat/request/http',
    bundles: { rdp: { revision: 'r1' } },
    input: { client: { workload: 'shop/support' } },
    result: { action: 'block', verdict: 'refuse', message: 'no' },
    requested_by: '10.0.0.1',
    erased: ['/input/document'],
    timestamp: '2026-11-23T00:00:00.000Z',
  });
  t.regex(String(events[0]?.['decision_id']), /^[0-9a-f-]{36}$/);
  collector.close();
});

test('no text that a rule matched is in an entry, an event or a metric, wherever it stands', async (t) => {
  const secret = fc.stringMatching(/^[A-Za-z0-9_-]{20,40}$/).filter((text) => !(text.replaceAll(/\D/g, '').length < 4));
  await fc.assert(
    fc.asyncProperty(
      secret,
      fc.string(),
      fc.constantFrom('block', 'redact', 'alert', 'approve'),
      async (found, around, action) => {
        const body = { [found]: 1, text: `${around} ${found}` };
        const document = JSON.stringify({ method: 'POST', path: '/', headers: { authorization: found }, body });
        const at = document.indexOf(JSON.stringify(found).slice(1, -1), document.indexOf('"text"'));
        const place = {
          path: `/body/${found}/0`,
          start: 0,
          end: found.length,
          bytes: [at, at + found.length] as const,
        };
        const decision: Decision = {
          version: 1,
          action: action as Decision['action'],
          findings: [{ rule: 'Secret', severity: 'high', matches: [{ kind: 'key', ...place }] }],
          edits: [{ rule: 'Hide', ...place, text: `…${found.slice(-4)}` }],
          ...(action === 'approve' ? { approvals: [{ rule: 'Ask', by: 'leads' }] } : {}),
          because: [{ rule: 'Secret', at: 'p.rdp:1:1' }],
        };
        const { outcomes, entries, metrics } = runOutcomes({ approvalWait: 1 });
        await outcomes.carryOut(decision, contextOf({ document: () => Buffer.from(document) }));
        const written = [
          JSON.stringify(entries),
          JSON.stringify(entries.map((entry) => opaEntry(entry, labels))),
          metrics.render(),
        ];
        return written.every((text) => !text.includes(found) && !text.includes(`…${found.slice(-4)}`));
      },
    ),
    { numRuns: 200 },
  );
  t.pass();
});
