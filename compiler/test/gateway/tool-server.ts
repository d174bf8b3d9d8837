// A real MCP server over streamable HTTP, by the official SDK: tools that tests call through the gateway.

import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';

export interface ToolServer {
  /** `http://127.0.0.1:PORT/mcp` */
  readonly url: string;
  /** Names of tools that ran, with their arguments. */
  readonly calls: (readonly [name: string, given: unknown])[];
  readonly close: () => Promise<void>;
}

export interface ToolServerOptions {
  /** Answers as one JSON message rather than as a stream of events. */
  readonly answers: 'json' | 'events';
}

/** What the tools are; `reply` makes the text of a result. */
export interface OfferedTool {
  readonly name: string;
  readonly description: string;
  readonly reply: (given: Readonly<Record<string, unknown>>) => string;
}

/** Starts a server without sessions: a transport and a server a request, as the SDK's documentation has it. */
export async function startToolServer(
  tools: readonly OfferedTool[],
  { answers }: ToolServerOptions,
): Promise<ToolServer> {
  const calls: (readonly [string, unknown])[] = [];
  const make = (): McpServer => {
    const server = new McpServer({ name: 'crm', version: '1.0.0' });
    for (const { name, description, reply } of tools)
      server.registerTool(name, { description }, (extra: unknown) => {
        const given = (extra as { requestInfo?: unknown } | undefined) ?? {}; // without a schema the SDK gives its extras alone
        calls.push([name, given]);
        return { content: [{ type: 'text', text: reply({}) }] };
      });
    return server;
  };
  const http = createServer((request, response) => {
    void (async () => {
      const server = make();
      const transport = new StreamableHTTPServerTransport({ enableJsonResponse: answers === 'json' });
      response.on('close', () => void transport.close());
      await server.connect(transport as Parameters<McpServer['connect']>[0]); // its optional members are not exact
      await transport.handleRequest(request, response, await bodyOf(request));
    })();
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`, // it listens on a port
    calls,
    close: () =>
      new Promise((resolve) => {
        http.closeAllConnections();
        http.close(() => resolve());
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString('utf8'));
}
