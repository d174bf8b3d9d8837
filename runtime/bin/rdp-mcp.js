#!/usr/bin/env node
// The guard of MCP servers as npm links it; the program itself is bundled into dist/ by `npm run build`.
import('../dist/bin/rdp-mcp.cjs').catch((error) => {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write('rdp-mcp is not built yet: run `npm run build` in its repository\n');
  process.exitCode = 3;
});
