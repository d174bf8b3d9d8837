// A real MCP server over standard input and output, by the official SDK; a test starts it as a process.

import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

const server = new McpServer({ name: 'crm', version: '1.0.0' });
for (const name of ['delete_order', 'get_order'])
  server.registerTool(name, { description: `What ${name} does.` }, () => ({
    content: [{ type: 'text', text: `${name}: 536-90-4399` }],
  }));
await server.connect(new StdioServerTransport());
