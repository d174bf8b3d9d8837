// The language server as a worker of a page: the same server over messages. It has no disk: its projects are the documents
// that the page opens, and the files that `initializationOptions.files` gives by URI.

import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser';
import { createServer } from '@rdp/lsp';
import { createMemoryHost } from './memory-host.ts';

declare const self: DedicatedWorkerGlobalScope;

const connection = createConnection(new BrowserMessageReader(self), new BrowserMessageWriter(self));
createServer(connection, createMemoryHost('0.1.0'));
