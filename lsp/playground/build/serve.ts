// `npm run playground`: builds the page into `lsp/dist/playground`, and serves it on this machine unless `--build` says not to.

import { serveFolder } from './serve-folder.ts';
import { buildPlayground, playgroundFolder } from './build.ts';

const port = 8123;

for (const { name, size, gzip, brotli } of await buildPlayground()) {
  const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`.padStart(9);
  console.log(`${name.padEnd(18)}${kilobytes(size)}${kilobytes(gzip)} gzip${kilobytes(brotli)} Brotli`);
}
if (!process.argv.includes('--build')) {
  const { url } = await serveFolder(playgroundFolder, port);
  console.log(`\n${url}`);
}
