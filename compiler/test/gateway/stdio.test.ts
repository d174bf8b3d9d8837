// `rdp-mcp` between the official MCP client and a server that speaks over standard input and output.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { McpError } from '@modelcontextprotocol/sdk/types.js';
import test from 'ava';
import { bundleOf } from './running-gateway.ts';

const program = fileURLToPath(new URL('../../../runtime/src/bin/rdp-mcp.ts', import.meta.url));
const server = join(import.meta.dirname, 'stdio-server.ts');
const folder = mkdtempSync(join(tmpdir(), 'rdp-mcp-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));
const bundle = join(folder, 'bundle.tar.gz');

writeFileSync(
  bundle,
  bundleOf(`package shop
import std.pii
surface Tools: mcp { servers ["crm"], default deny }
defend Read on Tools.call { when tool.name == "get_order" permit }
defend Results on Tools.result { permit }
detect Leak on Tools.result { severity high find pii.us_ssn in content[*].text }
defend Redact on Tools.result { when Leak redact Leak with "[{kind}]" }
`),
);

test('the official client sees and calls what is permitted, and nothing else', async (t) => {
  const client = new Client({ name: 'agent', version: '1.0.0' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [
      program,
      '--bundle',
      bundle,
      '--server',
      'crm',
      '--decision-log-to',
      join(folder, 'log'),
      '--',
      process.execPath,
      server,
    ],
    stderr: 'ignore',
  });
  await client.connect(transport);
  t.teardown(() => client.close());
  t.deepEqual(
    (await client.listTools()).tools.map(({ name }) => name),
    ['get_order'],
  );
  const { content } = await client.callTool({ name: 'get_order', arguments: {} });
  t.deepEqual(content, [{ type: 'text', text: 'get_order: [us_ssn]' }]);
  const error = await t.throwsAsync(client.callTool({ name: 'delete_order', arguments: {} }), { instanceOf: McpError });
  t.is(error.code, -32010);
});

const call = (words: readonly string[], input = '') =>
  spawnSync(process.execPath, [program, ...words], { encoding: 'utf8', input, timeout: 20_000 });

test('the exit code is the server’s; broken lines are answered, not handed on', (t) => {
  const echo =
    'process.stdin.on("data", (d) => process.stderr.write("GOT " + d)); process.stdin.on("end", () => process.exit(7))';
  const { stdout, stderr, status } = call(
    ['--bundle', bundle, '--server', 'crm', '--', process.execPath, '-e', echo],
    '{"jsonrpc":"2.0","id":1,"method":"ping"}\n{nonsense}\n[]\n',
  );
  t.is(status, 7);
  t.deepEqual(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).error.code),
    [-32700, -32600],
  );
  t.regex(stderr, /GOT \{"jsonrpc":"2\.0","id":1,"method":"ping"\}/);
  t.false(stderr.includes('GOT {nonsense}'));
});

test('wrong calls say what is wrong', (t) => {
  t.regex(call(['--bundle', bundle, '--', 'x']).stderr, /--server is missing/);
  t.regex(call(['--bundle', bundle, '--server', 'crm']).stderr, /say behind `--` which command starts the server/);
  t.regex(
    call(['--bundle', bundle, '--server', 'nobody', '--', 'x']).stderr,
    /no surface of the bundle lists the server `nobody`/,
  );
  t.regex(
    call(['--bundle', bundle, '--server', 'crm', '--', '/no/such/program']).stderr,
    /the server cannot be started/,
  );
});
