// The one door of the language server: to run it over any connection. Its entries are `node/main.ts` and `browser/main.ts`.

export { createServer } from './server/create-server.ts';
export type { FileText, Host } from './server/host.ts';
