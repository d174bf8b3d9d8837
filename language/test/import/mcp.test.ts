// Tool lists of MCP servers, and how an import describes itself.

import test from 'ava';
import { describeImport } from '../../src/import/describe-import.ts';
import { importMcp } from '../../src/import/mcp.ts';
import { fieldsOf, showType } from './show-type.ts';

const tools = [
  {
    name: 'get-weather',
    description: 'Weather of a place.',
    inputSchema: {
      type: 'object',
      required: ['place'],
      properties: { place: { $ref: '#/$defs/Place' } },
      $defs: { Place: { type: 'string' } },
    },
    outputSchema: { type: 'object', properties: { celsius: { type: 'number' } } },
    annotations: { readOnlyHint: true },
  },
  { name: 'ping', inputSchema: { type: 'object' } },
];

test('arguments and results of tools, from the message, its result or the list', (t) => {
  for (const document of [{ jsonrpc: '2.0', id: 1, result: { tools } }, { tools }, tools]) {
    const { tools: found, problems } = importMcp(document);
    t.deepEqual(problems, []);
    t.deepEqual(
      found.map(({ name, readOnly }) => [name, readOnly]),
      [
        ['get-weather', true],
        ['ping', false],
      ],
    );
    t.deepEqual(fieldsOf(found[0]?.arguments), { place: 'string' });
    t.deepEqual(fieldsOf(found[0]?.result), { celsius: 'float?' });
    t.is(found[1] && showType(found[1].arguments), 'map<dyn>');
  }
});

test('a list that is none, a tool without a name', (t) => {
  t.deepEqual(
    importMcp({ prompts: [] }).problems.map(({ code }) => code),
    ['invalid-document'],
  );
  t.deepEqual(importMcp({ tools: [{}, null] }).problems, [
    { code: 'invalid-document', expected: 'a list of MCP tools with names', at: '/tools/0' },
    { code: 'invalid-document', expected: 'a list of MCP tools with names', at: '/tools/1' },
  ]);
});

test('an import describes itself in the language', (t) => {
  t.is(
    describeImport('mcp', { tools }, 'tools.json').text,
    `// get-weather(Get_weatherArguments) -> Get_weatherResult
// ping(map<string, dyn>)

type Get_weatherArguments {
  place: string
}

type Get_weatherResult {
  celsius: float?
}
`,
  );
  t.is(
    describeImport(
      'openapi',
      { openapi: '3.1.0', paths: { '/a': { get: { operationId: 'a', responses: {} } } } },
      'a.yaml',
    ).text,
    '// GET /a  a\n',
  );
  t.is(
    describeImport(
      'jsonschema',
      { type: 'object', properties: { 'x-y': { type: 'string', default: 'z' } } },
      'dir/one-thing.json',
    ).text,
    'type One_thing {\n  x_y: string at "x-y" = "z"\n}\n',
  );
});
