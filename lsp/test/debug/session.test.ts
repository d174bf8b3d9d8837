// The debugger over the wire, by the protocol's own test client: stops, steps both ways, stack, variables, breakpoints, errors.

import { mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { DebugClient } from '@vscode/debugadapter-testsupport';
import type { DebugProtocol } from '@vscode/debugprotocol';

const program = join(import.meta.dirname, '..', '..', 'src', 'debug', 'main.ts');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rdp-debug-')));
const policy = join(folder, 'policy.rdp');
const input = join(folder, 'request.json');

writeFileSync(
  policy,
  `package t
import std.pii
surface Chat: llm {}
detect Pii on Chat.request {
  severity high
  find pii.us_ssn in prompts[*].text
}
defend Stop on Chat.request {
  when  Pii && prompts.exists(p,
    p.role == "user" && size(p.text) > 3)
  block 403 "no {model}"
}
defend Never on Chat.request {
  when  model == "other" && client.workload == "batch"
  block
}
`,
);
writeFileSync(
  input,
  JSON.stringify({
    provider: 'openai',
    model: 'm',
    prompts: [
      { role: 'system', text: 'be kind' },
      { role: 'user', text: 'SSN 536-90-4399' },
    ],
    client: { workload: 'web' },
  }),
);

/** Starts a session; the test says how it goes on after `initialized`. */
async function session(
  t: ExecutionContext,
  launch: object,
  options: { readonly lines?: readonly number[]; readonly filters?: readonly string[] } = {},
): Promise<{ readonly client: DebugClient; readonly breakpoints: readonly DebugProtocol.Breakpoint[] }> {
  const client = new DebugClient(process.execPath, program, 'rdp');
  t.teardown(() => client.stop());
  client.defaultTimeout = 60_000;
  await client.start();
  await client.initializeRequest();
  const initialized = client.waitForEvent('initialized');
  const launched = client.launchRequest({
    program: policy,
    event: 'Chat.request',
    input,
    ...launch,
  } as DebugProtocol.LaunchRequestArguments);
  await Promise.all([initialized, launched]);
  const set = await client.setBreakpointsRequest({
    source: { path: policy },
    breakpoints: (options.lines ?? []).map((line) => ({ line })),
  });
  await client.setExceptionBreakpointsRequest({ filters: [...(options.filters ?? [])] });
  return { client, breakpoints: set.body.breakpoints };
}

/** Does `what` and waits for the next stop. */
async function stopAfter(client: DebugClient, what: () => Promise<unknown>): Promise<DebugProtocol.StoppedEvent> {
  const [stopped] = await Promise.all([client.waitForEvent('stopped'), what()]);
  return stopped as DebugProtocol.StoppedEvent;
}

async function stack(client: DebugClient): Promise<readonly DebugProtocol.StackFrame[]> {
  return (await client.stackTraceRequest({ threadId: 1 })).body.stackFrames;
}

async function top(client: DebugClient): Promise<string> {
  const [frame] = await stack(client);
  return `${frame?.line} ${frame?.name.split('\n')[0]}`;
}

async function variables(client: DebugClient, scope: string, frame = 0): Promise<Readonly<Record<string, string>>> {
  const frames = await stack(client);
  const { body } = await client.scopesRequest({ frameId: frames[frame]?.id ?? 0 });
  const found = body.scopes.find(({ name }) => name === scope);
  if (found === undefined) return {};
  const read = await client.variablesRequest({ variablesReference: found.variablesReference });
  return Object.fromEntries(read.body.variables.map(({ name, value }) => [name, value]));
}

test('steps into rules, clauses and expressions, over them, out of them and back', async (t) => {
  const { client } = await session(t, {});
  const entry = await stopAfter(client, () => client.configurationDoneRequest());
  t.is(entry.body.reason, 'entry');
  const seen = [await top(client)];
  for (let step = 0; step < 8; step++) {
    await stopAfter(client, () => client.stepInRequest({ threadId: 1 }));
    seen.push(await top(client));
  }
  t.deepEqual(seen, [
    '4 detect Pii',
    '6 find pii.us_ssn in prompts[*].text',
    '4 detect Pii fires: finding, high',
    '8 defend Stop',
    '9 when Pii && prompts.exists(p, p.role == "user" && size(p.text) > 3)',
    '9 Pii',
    '9 prompts.exists(p, p.role == "user" && size(p.text) > 3)',
    '9 prompts',
    '10 p.role == "user" && size(p.text) > 3',
  ]);
  t.deepEqual(
    (await stack(client)).map(({ name }) => name.slice(0, 26)),
    [
      'p.role == "user" && size(p',
      'p = {role: "system", text:',
      'prompts.exists(p, p.role =',
      'when Pii && prompts.exists',
      'defend Stop',
      't/Chat/request',
    ],
  );
  t.deepEqual(await variables(client, 'Elements'), { p: '{role: "system", text: ‹7 characters›}' });
  t.is((await variables(client, 'Value'))['value'], 'false');
  t.is((await variables(client, 'Rules so far'))['Pii'], 'fires: finding, high');
  await stopAfter(client, () => client.nextRequest({ threadId: 1 }));
  t.is(await top(client), '10 p.role == "user" && size(p.text) > 3');
  t.is((await variables(client, 'Value'))['value'], 'true');
  await stopAfter(client, () => client.stepOutRequest({ threadId: 1 }));
  t.is(await top(client), '8 defend Stop fires: block 403: "no m"');
  await stopAfter(client, () => client.stepBackRequest({ threadId: 1 }));
  t.is(await top(client), '8 defend Stop');
  await stopAfter(client, () => client.reverseContinueRequest({ threadId: 1 }));
  t.is(await top(client), '4 detect Pii');
});

test('stops at breakpoints, and at the end says what was decided', async (t) => {
  const { client, breakpoints } = await session(t, { stopOnEntry: false }, { lines: [9, 10, 11, 400] });
  t.deepEqual(
    breakpoints.map(({ verified, line }) => [verified, line]),
    [
      [true, 9],
      [true, 10],
      [true, 13],
      [false, 400],
    ],
  );
  const places: string[] = [];
  await stopAfter(client, () => client.configurationDoneRequest());
  places.push(await top(client));
  for (let run = 0; run < 3; run++) {
    t.is((await stopAfter(client, () => client.continueRequest({ threadId: 1 }))).body.reason, 'breakpoint');
    places.push(await top(client));
  }
  t.deepEqual(places, [
    '9 when Pii && prompts.exists(p, p.role == "user" && size(p.text) > 3)',
    // Once for each element.
    '10 p.role == "user" && size(p.text) > 3',
    '10 p.role == "user" && size(p.text) > 3',
    '13 defend Never',
  ]);
  const [output] = await Promise.all([
    client.waitForEvent('output'),
    client.waitForEvent('terminated'),
    client.continueRequest({ threadId: 1 }),
  ]);
  t.regex(String((output as DebugProtocol.OutputEvent).body.output), /^block 403 "no m"/);
});

test('evaluates what the decision worked out, and shows the event without what is sensitive', async (t) => {
  const { client } = await session(t, { stopOnEntry: false }, { lines: [10] });
  await stopAfter(client, () => client.configurationDoneRequest());
  const [frame] = await stack(client);
  const value = async (expression: string): Promise<string> =>
    (await client.evaluateRequest({ expression, frameId: frame?.id ?? 0 })).body.result;
  t.is(await value('p.role'), '"system"');
  t.is(await value('p.role  ==  "user"'), 'false');
  t.is(await value('client.workload'), '"web"');
  t.is(await value('prompts[1].text'), '‹15 characters›');
  t.is(await value('Pii'), 'true');
  await t.throwsAsync(value('model.size()'), { message: /has not worked that out/ });
  t.is((await variables(client, 'Event'))['model'], '"m"');
});

test('shows what is sensitive when it is asked to', async (t) => {
  const { client } = await session(t, { showSensitive: true });
  await stopAfter(client, () => client.configurationDoneRequest());
  const { body } = await client.evaluateRequest({ expression: 'prompts[1].text' });
  t.is(body.result, '"SSN 536-90-4399"');
});

test('stops where an expression has no value', async (t) => {
  const faulty = join(folder, 'faulty.rdp');
  writeFileSync(
    faulty,
    'package f\nsurface Chat: llm {}\ndefend D on Chat.request {\n  when 1 / (size(prompts) - 2) == 1\n  block\n}\n',
  );
  const { client } = await session(t, { program: faulty, stopOnEntry: false }, { filters: ['errors'] });
  const stopped = await stopAfter(client, () => client.configurationDoneRequest());
  t.is(stopped.body.reason, 'exception');
  t.is(stopped.body.text, 'division_by_zero');
  t.is(await top(client), '4 1 / (size(prompts) - 2)');
});

test('refuses what it cannot debug, and says why', async (t) => {
  const client = new DebugClient(process.execPath, program, 'rdp');
  t.teardown(() => client.stop());
  client.defaultTimeout = 60_000;
  await client.start();
  await client.initializeRequest();
  const launch = (args: object): Promise<unknown> => client.launchRequest(args as DebugProtocol.LaunchRequestArguments);
  await t.throwsAsync(launch({}), { message: /needs `program`, `event` and `input`/ });
  await t.throwsAsync(launch({ program: policy, event: 'Chat.response', input }), {
    message: /no rule of this policy is on/,
  });
  await t.throwsAsync(launch({ program: policy, event: 'Chat.request', input: join(folder, 'none.json') }), {
    message: /there is no such file/,
  });
});
