// The server for coding agents: tools, resources and a prompt over the Model Context Protocol, on standard input and output. It
// writes nothing, and reads below the folders that it was given.

import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import {
  CallToolRequestSchema,
  CompleteRequestSchema,
  ErrorCode,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { version } from '../version.ts';
import { createCaller } from './call-command.ts';
import { completeCode, diagnosticTemplate, listReadable, readReadable } from './resources.ts';
import { tools } from './tools.ts';
import { writePolicyPrompt } from './write-policy.ts';

const instructions = `Policies in rdp: check, explain, eval, test, format and coverage give the answers of the command \`rdpc\`. Read \`rdp://language\` before you write
a policy, or use the prompt \`write_policy\`.`;

/** Serves until the client closes. `folders` are real paths. */
export async function serveAgents({ folders }: { readonly folders: readonly string[] }): Promise<void> {
  const call = createCaller(folders);
  const server = new Server(
    { name: 'rdp', title: 'rdp policies', version },
    { capabilities: { tools: {}, resources: {}, prompts: {}, completions: {} }, instructions },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map(({ name, title, description, input, output }) => ({
      name,
      title,
      description,
      inputSchema: { ...input, required: [...(input.required ?? [])] },
      ...(output === undefined ? {} : { outputSchema: { ...output, required: [...(output.required ?? [])] } }),
      annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const tool = tools.find(({ name }) => name === params.name);
    if (tool === undefined) throw new McpError(ErrorCode.InvalidParams, `there is no tool \`${params.name}\``);
    const args = params.arguments ?? {};
    const missing = (tool.input.required ?? []).find((name) => args[name] === undefined);
    if (missing !== undefined) return answer({ text: `\`${tool.name}\` needs \`${missing}\``, isError: true });
    return answer(await tool.run(args, call));
  });
  server.setRequestHandler(ListResourcesRequestSchema, () => ({ resources: [...listReadable()] }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({ resourceTemplates: [diagnosticTemplate] }));
  server.setRequestHandler(ReadResourceRequestSchema, ({ params: { uri } }) => {
    const found = readReadable(uri);
    if (found === undefined) throw new McpError(ErrorCode.InvalidParams, `there is no resource ${uri}`);
    return { contents: [{ uri, ...found }] };
  });
  server.setRequestHandler(CompleteRequestSchema, ({ params: { argument } }) => {
    const values = argument.name === 'code' ? completeCode(argument.value).slice(0, 100) : [];
    return { completion: { values: [...values] } };
  });
  server.setRequestHandler(ListPromptsRequestSchema, () => ({
    prompts: [
      {
        name: 'write_policy',
        title: 'Write a policy',
        description: 'Work from a task to a policy that is checked, tested and formatted',
        arguments: [{ name: 'task', description: 'what has to be protected, and from what', required: true }],
      },
    ],
  }));
  server.setRequestHandler(GetPromptRequestSchema, ({ params }) => {
    if (params.name !== 'write_policy')
      throw new McpError(ErrorCode.InvalidParams, `there is no prompt \`${params.name}\``);
    const text = writePolicyPrompt(params.arguments?.['task'] ?? '');
    return { messages: [{ role: 'user', content: { type: 'text', text } }] };
  });
  const closed = new Promise<void>((resolve) => {
    server.onclose = resolve;
    process.stdin.once('end', resolve);
  });
  await server.connect(new StdioServerTransport());
  await closed;
  await server.close();
}

interface Answer {
  readonly text: string;
  readonly structured?: Readonly<Record<string, unknown>>;
  readonly isError?: boolean;
}

function answer({ text, structured, isError }: Answer): {
  content: { type: 'text'; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
} {
  return {
    content: [{ type: 'text', text }],
    ...(structured === undefined ? {} : { structuredContent: { ...structured } }),
    ...(isError === true ? { isError } : {}),
  };
}
