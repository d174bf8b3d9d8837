// An enforcer whose policy misbehaves, whose bundles change and whose data is replaced: it always decides, and fails closed.

import test from 'ava';

import { bytesSource, createEnforcer } from '../src/index.ts';
import type { BundleSource, Enforcer, EnforcerEvent, EnforcerOptions } from '../src/index.ts';
import { bundleEntries, compileFixture, pack } from './fixture-bundle.ts';

const wasm = await compileFixture();
const bundle = await pack(bundleEntries(wasm));
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const bad = bytesOf('"x"');

async function start(options: Partial<EnforcerOptions> = {}): Promise<Enforcer> {
  const enforcer = createEnforcer({
    source: bytesSource(bundle),
    ...options,
    limits: { warmUp: 2, ...options.limits },
  });
  await enforcer.ready;
  return enforcer;
}

test('before the first bundle everything blocks', (t) => {
  const enforcer = createEnforcer({ source: bytesSource(bundle) });
  t.like(enforcer.decide('Door.allow', bad), { action: 'block', reason: 'bundle_unavailable', status: 503 });
  enforcer.close();
});

test('bytes, buffers and objects reach the policy alike', async (t) => {
  const enforcer = await start();
  const document = { text: 'naïve 😀' };
  const bytes = bytesOf(JSON.stringify(document));
  const expected = { version: 1, action: 'alert', message: document };
  for (const input of [bytes, bytes.slice().buffer, bytesOf(`  ${JSON.stringify(document)}`).subarray(2), document]) {
    t.deepEqual<unknown, unknown>(enforcer.decide('test/Door/echo', input), expected);
  }
  t.is(enforcer.decideText('Door.echo', bytesOf('7')), '{"version":1,"action":"alert","message":7}');
});

test('equal decisions may be one frozen object, different ones never', async (t) => {
  const enforcer = await start();
  const all = ['"a"', '"b"', '"a"', '"a"', '"b"'].map((text) => enforcer.decide('Door.echo', bytesOf(text)).message);
  t.deepEqual(all, ['a', 'b', 'a', 'a', 'b']);
  const decisions = [1, 2, 3].map(() => enforcer.decide('Door.data', bad));
  t.is(decisions[1], decisions[2]);
  t.true(Object.isFrozen(decisions[2]?.because?.[0]));
});

for (const [entrypoint, reason] of [
  ['Door.trap', 'internal_error'],
  ['Door.abort', 'internal_error'],
  ['Door.hungry', 'out_of_memory'],
  ['Door.plain', 'internal_error'],
  ['Door.missing', 'unknown_entrypoint'],
  ['constructor', 'unknown_entrypoint'],
] as const) {
  test(`${entrypoint} blocks with ${reason}, and the next request is served`, async (t) => {
    const enforcer = await start({ limits: { memoryLimit: 8 << 20 } });
    t.like(enforcer.decide(entrypoint, bad), { version: 1, action: 'block', reason });
    t.like(JSON.parse(enforcer.decideText(entrypoint, bad)), { action: 'block', reason });
    t.is(enforcer.decide('Door.allow', bad).action, 'allow');
  });
}

test('values that are no JSON block as malformed', async (t) => {
  const enforcer = await start();
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  for (const input of [cycle, { big: 1n }]) {
    t.like(enforcer.decide('Door.allow', input), { action: 'block', reason: 'malformed_input', path: '' });
  }
});

test('JSON text in place of its bytes is told what to give', async (t) => {
  const enforcer = await start();
  const text = '{}' as unknown as object; // what JavaScript lets through
  const { reason, message } = enforcer.decide('Door.allow', text);
  t.is(reason, 'malformed_input');
  t.regex(message ?? '', /the document is a string: give its bytes/);
  t.is(JSON.parse(enforcer.decideText('Door.allow', text)).message, message);
});

test('an input beyond the limit blocks without being copied', async (t) => {
  const enforcer = await start({ limits: { inputLimit: 10 } });
  t.is(enforcer.decide('Door.echo', bytesOf('"12345678"')).action, 'alert');
  t.like(enforcer.decide('Door.echo', bytesOf('"123456789"')), { reason: 'out_of_memory', status: 413 });
  t.like(enforcer.decide('Door.echo', { text: 'longer' }), { reason: 'out_of_memory' });
});

test('memory that one large request took is given back', async (t) => {
  const reasons: string[] = [];
  const onEvent = (event: EnforcerEvent): void => void (event.kind === 'rebuilt' && reasons.push(event.reason));
  const enforcer = await start({ onEvent });
  const before = enforcer.stats().memoryBytes;
  t.is(enforcer.decide('Door.grow', bad).action, 'allow');
  t.deepEqual(reasons, ['a call took much memory']);
  t.is(enforcer.stats().memoryBytes, before);
  t.is(enforcer.decide('Door.echo', bytesOf(`"${'x'.repeat(1 << 20)}"`)).message?.length, 1 << 20);
});

test('data is replaced without a new bundle, survives a trap, and stays when its successor is bad', async (t) => {
  const enforcer = await start();
  const data = (): unknown => enforcer.decide('Door.data', bad).because?.[0];
  t.deepEqual(data(), { list: [1] });
  t.is(enforcer.replaceData({ list: [2] }).kind, 'ok');
  t.deepEqual(data(), { list: [2] });
  enforcer.decide('Door.trap', bad);
  t.deepEqual(data(), { list: [2] });
  for (const wrong of [bytesOf('{"a":1,"a":2}'), bytesOf('[]'), bytesOf('{'), [1]]) {
    t.like(enforcer.replaceData(wrong), { kind: 'problem', problem: { code: 'bad_data' } });
  }
  t.deepEqual(data(), { list: [2] });
});

test('a new bundle takes over, a bad one changes nothing, and every request in between is decided', async (t) => {
  const bundles = [bundle, await pack(bundleEntries(wasm, 'two', '{"list":[2]}')), bytesOf('garbage'), bundle];
  let at = 0;
  const source: BundleSource = {
    name: 'sequence',
    read: async () => ({ kind: 'ok', value: { kind: 'archive', bytes: bundles[at] ?? bundle, tag: String(at) } }),
  };
  const events: string[] = [];
  const enforcer = await start({
    source,
    onEvent: (event) => void events.push(event.kind === 'activated' ? event.revision : event.kind),
  });
  const revisions: (string | undefined)[] = [];
  for (at = 1; at < bundles.length; at += 1) {
    const loading = enforcer.reload();
    for (let turn = 0; turn < 50; turn += 1) {
      t.is(enforcer.decide('Door.allow', bad).action, 'allow');
      await new Promise((resolve) => setImmediate(resolve));
    }
    await loading;
    revisions.push(enforcer.stats().revision);
  }
  t.deepEqual(revisions, ['two', 'two', 'one']);
  t.deepEqual(events, ['one', 'two', 'refused', 'one']);
});

test('an observer that throws does not keep the policy from deciding', async (t) => {
  const enforcer = await start({
    onEvent: () => {
      throw new Error('observer');
    },
  });
  t.is(enforcer.decide('Door.trap', bad).reason, 'internal_error');
  t.is(enforcer.decide('Door.allow', bad).action, 'allow');
});

test('a closed enforcer blocks', async (t) => {
  const enforcer = await start();
  enforcer.close();
  t.like(enforcer.decide('Door.allow', bad), { action: 'block', reason: 'bundle_unavailable' });
});

test("another compiler's module decides through OPA's own export", async (t) => {
  const foreign = await pack(bundleEntries(await compileFixture({ fast: 'without' })));
  const enforcer = await start({ source: bytesSource(foreign) });
  t.is(enforcer.decide('Door.allow', bytesOf('{}')).action, 'allow');
  t.is(enforcer.decide('Door.plain', bytesOf('"x"')).action, 'allow');
  t.deepEqual<unknown, unknown>(enforcer.decide('Door.echo', { a: 1 }), {
    version: 1,
    action: 'alert',
    message: { a: 1 },
  });
  t.is(enforcer.decide('Door.allow', bytesOf('{"a":1,"a":2}')).reason, 'malformed_input');
  t.is(enforcer.decide('Door.trap', bad).reason, 'internal_error');
  t.is(enforcer.decide('Door.allow', bytesOf('{}')).action, 'allow');
});

test('the key for hashes stands in the data document, whatever the data is', async (t) => {
  const key = 'sixteen bytes or more';
  const enforcer = await start({ hashKey: key });
  const data = (): unknown => enforcer.decide('Door.data', bad).because;
  const before = JSON.stringify(data());
  t.true(before.includes(`"rdp":{"hash_key":"${key}"}`), before);
  t.is(enforcer.replaceData({ 'x"': [1.5, 12345678901234567890n].map(String) }).kind, 'ok');
  t.true(JSON.stringify(data()).includes(key));
  t.is(enforcer.replaceData({}).kind, 'ok');
  t.true(JSON.stringify(data()).includes(key));
  // A document with a key of its own, or anything else in that place, is not mixed with it.
  t.like(enforcer.replaceData({ rdp: {} }), { kind: 'problem', problem: { code: 'bad_data' } });
  enforcer.close();
});

test('with too short a key for hashes nothing is put in force', async (t) => {
  const enforcer = await start({ hashKey: 'fifteen bytes!!' });
  t.like(enforcer.decide('Door.allow', bad), { action: 'block', reason: 'bundle_unavailable' });
  t.is(enforcer.stats().problem?.code, 'bad_data');
  enforcer.close();
});
