// The server with faults in it, as a process: what a client sees of them is what it would see of ours. Features whose answers throw in
// every way, one that never ends, one that fails to hear news.

import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { createDiskHost } from '../../src/node/disk-host.ts';
import { createServer } from '../../src/server/create-server.ts';
import type { Feature } from '../../src/server/feature.ts';
import { features } from '../../src/server/features.ts';

function outOfOrder(): never {
  throw new Error('out of order');
}

const broken: Feature = {
  name: 'broken',
  capabilities: () => ({}),
  register: ({ connection, projects, atPoint, inDocument, guarded }) => {
    projects.onChange(outOfOrder);
    connection.onHover(atPoint('hover', outOfOrder));
    connection.onDocumentLinks(inDocument('links', () => Promise.reject(new Error('out of order, later'))));
    connection.onDocumentSymbol(
      inDocument('outline', function* () {
        yield;
        return outOfOrder();
      }),
    );
    connection.onFoldingRanges(inDocument('folding', () => ({ toJSON: outOfOrder }) as never)); // what cannot be sent
    connection.onRequest(
      'test/endless',
      guarded('endless', function* () {
        for (;;) yield;
      }),
    );
    connection.onRequest(
      'test/endlessInDocument',
      inDocument('endless', function* () {
        for (;;) yield;
      }),
    );
  },
};

const connection = createConnection(ProposedFeatures.all);
// The broken one comes last: its handlers are the ones that are asked.
createServer({ connection, host: createDiskHost('0.0.0'), features: [...features, broken] });
