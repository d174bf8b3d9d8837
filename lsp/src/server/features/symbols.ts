// Outlines of documents, and symbols of all projects.

import { toDocumentSymbol, toSymbolInformation, toWorkspaceSymbol } from '../../convert/symbols.ts';
import { documentSymbols, workspaceSymbols } from '../../ide/document-symbols.ts';
import type { Feature } from '../feature.ts';

/** The registration. */
export const symbolsFeature: Feature = {
  name: 'symbols',
  capabilities: () => ({ documentSymbolProvider: true, workspaceSymbolProvider: true }),
  register: ({ connection, client, projects, inDocument, guarded }) => {
    const nested = client.capabilities.textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true;
    connection.onDocumentSymbol(
      inDocument('document symbols', ({ snapshot, path, convert }) => {
        const symbols = documentSymbols(snapshot, path);
        return nested
          ? symbols.map((symbol) => toDocumentSymbol(convert, symbol))
          : symbols.flatMap((symbol) => toSymbolInformation(convert, symbol, ''));
      }),
    );
    connection.onWorkspaceSymbol(
      guarded(
        'workspace symbols',
        function* ({ query }: { readonly query: string }) {
          const all = projects.all().map((project) => [project.snapshot(), projects.converter(project)] as const);
          const symbols: ReturnType<typeof toWorkspaceSymbol>[] = [];
          for (const [snapshot, convert] of all) {
            const found = yield* workspaceSymbols(snapshot, query);
            symbols.push(...found.map(({ symbol, container }) => toWorkspaceSymbol(convert, symbol, container)));
          }
          return symbols;
        },
        ['query'],
      ),
    );
  },
};
