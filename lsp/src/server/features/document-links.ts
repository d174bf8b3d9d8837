// Document links.

import type { DocumentLink } from 'vscode-languageserver';
import { uriBelow } from '../../convert/uris.ts';
import { documentLinks } from '../../ide/document-links.ts';
import type { Feature } from '../feature.ts';

/** The registration. */
export const documentLinksFeature: Feature = {
  name: 'document links',
  capabilities: () => ({ documentLinkProvider: { resolveProvider: false } }),
  register: ({ connection, inDocument }) => {
    connection.onDocumentLinks(
      inDocument('document links', ({ snapshot, path, file, convert, project }): DocumentLink[] =>
        documentLinks(snapshot, path).map(({ start, end, target }) => ({
          range: convert.range({ file, start, end }),
          target: target.kind === 'file' ? convert.uri(target.file) : uriBelow(project.root, target.path),
        })),
      ),
    );
  },
};
