// The language server as a worker of a page: the same server over messages. What it reads, its client reads for it.

import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser';
import { createServer } from '@rdp/lsp';
import { createClientHost } from './client-host.ts';

declare const self: DedicatedWorkerGlobalScope & { setImmediate?: (run: () => void) => unknown };

// Node's, which workers do not have.
self.setImmediate ??= (run) => setTimeout(run, 0);

const reader = new BrowserMessageReader(self);
/** A client takes no requests before it has said that it is ready for them. */
const ready = new Promise<void>((resolve) => {
  const listen = reader.listen.bind(reader);
  reader.listen = (callback) =>
    listen((message) => {
      if ('method' in message && message.method === 'initialized') resolve();
      callback(message);
    });
});
const connection = createConnection(reader, new BrowserMessageWriter(self));
createServer({ connection, host: createClientHost('0.1.0', { connection, ready }) });
