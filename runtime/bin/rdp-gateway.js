#!/usr/bin/env node
// The gateway as npm links it; the program itself is bundled into dist/ by `npm run build`.
import('../dist/bin/rdp-gateway.cjs').catch((error) => {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write('rdp-gateway is not built yet: run `npm run build` in its repository\n');
  process.exitCode = 3;
});
