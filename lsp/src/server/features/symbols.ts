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
      guarded('workspace symbols', ({ query }: { readonly query: string }) =>
        projects.all().flatMap((project) => {
          const convert = projects.converter(project);
          return workspaceSymbols(project.snapshot(), query).map(({ symbol, container }) =>
            toWorkspaceSymbol(convert, symbol, container),
          );
        }),
      ),
    );
  },
};
