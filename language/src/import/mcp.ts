// The answer of an MCP server to `tools/list` → the types of its tools' arguments and results. Takes the JSON-RPC message,
// its result, or the bare list. A tool without a readable schema takes anything.

import type { Type } from '../semantic/types.ts';
import { isObject, list, readSchemas, text, upperFirst } from './json-schema.ts';
import type { ImportProblem } from './problem.ts';

export interface McpImport {
  readonly tools: readonly McpTool[];
  readonly problems: readonly ImportProblem[];
}

export interface McpTool {
  readonly name: string;
  readonly doc: string;
  readonly arguments: Type;
  /** The type of `structuredContent`; undefined when none is described. */
  readonly result: Type | undefined;
  /** The schema of its arguments as JSON, keys sorted: with name and `doc` what an agent is told of it. */
  readonly schema: string;
  /** The server's own, unverified, word that the tool changes nothing. */
  readonly readOnly: boolean;
}

/** The tools that `document` lists, in its order; the first of a name counts. */
export function importMcp(document: unknown): McpImport {
  const message = isObject(document) && isObject(document['result']) ? document['result'] : document;
  const tools = isObject(message) ? message['tools'] : message;
  if (!Array.isArray(tools)) {
    return { tools: [], problems: [{ code: 'invalid-document', expected: 'a list of MCP tools', at: '/tools' }] };
  }
  const found = new Map<string, McpTool>();
  const problems: ImportProblem[] = [];
  for (const [index, tool] of list(tools).entries()) {
    const name = isObject(tool) ? text(tool['name']) : '';
    if (!isObject(tool) || name === '') {
      problems.push({ code: 'invalid-document', expected: 'a list of MCP tools with names', at: `/tools/${index}` });
      continue;
    }
    if (found.has(name)) continue;
    const record = upperFirst(name.replaceAll(/[^A-Za-z0-9_]/g, '_'));
    // References inside a tool's schema are to that schema.
    const input = readSchemas({ document: tool['inputSchema'], presence: 'schema' });
    const output = readSchemas({ document: tool['outputSchema'], presence: 'schema' });
    const annotations = tool['annotations'];
    found.set(name, {
      name,
      doc: text(tool['description']),
      arguments: input.type(tool['inputSchema'] ?? {}, `${record}Arguments`, `/tools/${index}/inputSchema`),
      result:
        tool['outputSchema'] === undefined
          ? undefined
          : output.type(tool['outputSchema'], `${record}Result`, `/tools/${index}/outputSchema`),
      schema: sortedJson(tool['inputSchema'] ?? {}),
      readOnly: isObject(annotations) && annotations['readOnlyHint'] === true,
    });
    problems.push(...input.problems, ...output.problems);
  }
  return { tools: [...found.values()], problems };
}

/** JSON with the keys of each object in order, so that equal values are equal text. */
function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const members = Object.keys(value)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${sortedJson(value[key])}`);
  return `{${members.join(',')}}`;
}
