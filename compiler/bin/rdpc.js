#!/usr/bin/env node
// The command as npm links it; the program itself is bundled into dist/ by `npm run build`.
import('../dist/launch.js').catch((error) => {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write('rdpc is not built yet: run `npm run build` in its repository\n');
  process.exitCode = 3;
});
