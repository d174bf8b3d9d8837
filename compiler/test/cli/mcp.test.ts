// `rdpc mcp` as an agent has it: the protocol's own client over standard input and output, on a copy of an example.

import { cpSync, mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import test from 'ava';
import { isBuilt } from './run-file.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const launch = join(root, 'compiler', 'dist', 'launch.js');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rdp-mcp-')));
const policies = join(folder, 'policies');
const client = new Client({ name: 'test', version: '1.0.0' });

test.before(async () => {
  cpSync(join(root, 'examples', 'starter'), policies, { recursive: true });
  const transport = new StdioClientTransport({ command: process.execPath, args: [launch, 'mcp', policies] });
  await client.connect(transport);
});

test.after.always(() => client.close());

interface Result {
  readonly text: string;
  readonly structured: Readonly<Record<string, unknown>> | undefined;
  readonly isError: boolean;
}

async function call(name: string, args: Record<string, unknown>): Promise<Result> {
  // The client also compares what is structured with the schema of the tool.
  const { content, structuredContent, isError } = await client.callTool({ name, arguments: args });
  const [first] = content as readonly { readonly text: string }[]; // what the server writes
  return {
    text: first?.text ?? '',
    structured: structuredContent as Result['structured'],
    isError: isError === true,
  };
}

test.serial('the command is built', (t) => {
  t.true(isBuilt(), 'run `npm run build` first');
});

test('says what it is and what it has', async (t) => {
  t.is(client.getServerVersion()?.name, 'rdp');
  const { tools } = await client.listTools();
  t.deepEqual(
    tools.map(({ name }) => name),
    ['check', 'explain', 'eval', 'test', 'format', 'coverage'],
  );
  t.true(tools.every(({ annotations }) => annotations?.readOnlyHint === true));
});

test('checks, and explains what is wrong', async (t) => {
  t.deepEqual(await call('check', {}), {
    text: 'no problems',
    structured: { ok: true, diagnostics: [] },
    isError: false,
  });
  writeFileSync(join(policies, 'broken.txt'), '');
  const other = join(policies, 'other');
  mkdirSync(other);
  writeFileSync(
    join(other, 'broken.rdp'),
    'package b\nsurface Chat: llm {}\ndetect D on Chat.request { when modell == "x" }\n',
  );
  const broken = await call('check', { path: join(other, 'broken.rdp') });
  t.is(broken.structured?.['ok'], false);
  t.regex(broken.text, /^other\/broken\.rdp:3:33: error\[unknown-name\] /);
  const page = await call('explain', { what: 'unknown-name' });
  t.true(page.text.startsWith('# unknown-name'));
  const rule = await call('explain', { what: 'StopSecrets', path: join(policies, 'policy.rdp') });
  t.regex(rule.text, /action {6}block/);
});

test('decides, and says why', async (t) => {
  const input = { provider: 'openai', model: 'gpt-5.2', prompts: [{ role: 'user', text: 'Write to kim@example.org' }] };
  const path = join(policies, 'policy.rdp');
  const decided = await call('eval', { path, event: 'Chat.request', input });
  const decisions = (decided.structured?.['decisions'] ?? []) as readonly {
    readonly edits: readonly { text: string }[];
  }[]; // the contract's
  t.is(decisions[0]?.edits[0]?.text, '[email]', decided.text);
  const why = await call('eval', { path, event: 'Chat.request', input, why: true });
  t.regex(why.text, /detect PersonalData/);
  t.false(String(why.structured?.['why']).includes('kim@'));
  const unknown = await call('eval', { path, event: 'Chat.requests', input });
  t.true(unknown.isError);
  t.regex(unknown.text, /did you mean `Chat\.request`/);
  t.true((await call('eval', { path })).isError);
});

test('runs tests, formats, and says what is covered', async (t) => {
  const path = join(policies, 'policy.rdp');
  const tested = await call('test', { path, coverage: true });
  t.is(tested.structured?.['passed'], true);
  t.regex(tested.text, /no test makes Secret fire[^]*3 passed, 0 failed/);
  const formatted = await call('format', { text: 'package  p\n' });
  t.deepEqual(formatted.structured, { text: 'package p\n', changed: true });
  t.true((await call('format', { text: 'package p\n}' })).isError);
  t.regex((await call('coverage', { path })).text, /owasp\.llm\.v2026\.LLM02 {2}.*PersonalData/);
});

test('reads nothing outside of its folders', async (t) => {
  writeFileSync(join(folder, 'secret.json'), '["secret"]');
  symlinkSync(join(folder, 'secret.json'), join(policies, 'link.json'));
  t.true((await call('check', { path: folder })).isError);
  t.true((await call('check', { path: '/etc' })).isError);
  for (const file of ['../secret.json', 'link.json']) {
    const leaky = join(policies, 'leaky');
    mkdirSync(leaky, { recursive: true });
    symlinkSync(join(folder, 'secret.json'), join(leaky, `${file.replaceAll(/\W/g, '')}`));
    const name = file === 'link.json' ? 'linkjson' : '../../secret.json';
    const source = `package l\nsurface Chat: llm {}\ndata known: set<string> from "${name}"\ndetect D on Chat.request { when model in known }\n`;
    writeFileSync(join(leaky, 'policy.rdp'), source);
    const result = await call('check', { path: leaky });
    t.is(result.structured?.['ok'], false, result.text);
    t.regex(result.text, /permission is denied/);
  }
});

test('has the language to read', async (t) => {
  const { resources } = await client.listResources();
  t.true(resources.some(({ uri }) => uri === 'rdp://language'));
  const read = async (uri: string): Promise<string> => {
    const [content] = (await client.readResource({ uri })).contents;
    return content && 'text' in content ? String(content.text) : '';
  };
  t.regex(await read('rdp://language'), /^# /);
  t.regex(await read('rdp://std.pii'), /pattern credit_card/);
  t.true((await read('rdp://diagnostics/unknown-name')).startsWith('# unknown-name'));
  await t.throwsAsync(read('rdp://diagnostics/../../package'));
  const { completion } = await client.complete({
    ref: { type: 'ref/resource', uri: 'rdp://diagnostics/{code}' },
    argument: { name: 'code', value: 'unknown-n' },
  });
  t.true(completion.values.includes('unknown-name'));
  const prompt = await client.getPrompt({ name: 'write_policy', arguments: { task: 'no secrets in prompts' } });
  t.true(JSON.stringify(prompt.messages).includes('no secrets in prompts'));
});
