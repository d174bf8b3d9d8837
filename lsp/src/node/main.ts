// The language server as a process: `--stdio`, or whatever else a client of vscode-languageclient starts it with
// (`--node-ipc`, `--socket=…`). Standard output belongs to the protocol; what is logged goes through it.

import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { createServer } from '../server/create-server.ts';
import { createDiskHost } from './disk-host.ts';

createServer(createConnection(ProposedFeatures.all), createDiskHost('0.1.0'));
