// The language server as a process: `--stdio`, or whatever else a client of vscode-languageclient starts it with
// (`--node-ipc`, `--socket=…`). Standard output belongs to the protocol; what is logged goes through it.

import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { createServer } from '../server/create-server.ts';
import { createDiskHost } from './disk-host.ts';

const connection = createConnection(ProposedFeatures.all);

// Who types must not lose the server to a fault of ours: it is told of, and the next request is answered.
const note = (error: unknown): void => {
  connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
};
process.on('unhandledRejection', note);
process.on('uncaughtException', note);

createServer({ connection, host: createDiskHost('0.1.0') });
