// Texts of the standard library, which are no files: `workspace/textDocumentContent` under the library's scheme, so that
// going to the definition of `std.pii.email` shows it.

import { libraryScheme, libraryUri, normalizeUri } from '../../convert/uris.ts';
import type { Feature } from '../feature.ts';

/** The registration. */
export const libraryTextFeature: Feature = {
  name: 'library text',
  capabilities: () => ({ workspace: { textDocumentContent: { schemes: [libraryScheme] } } }),
  register: ({ connection, projects, guarded }) => {
    connection.workspace.textDocumentContent.on(
      guarded(
        'library text',
        ({ uri }: { readonly uri: string }) => {
          const found = projects.find(uri);
          const file = found && projects.file(found);
          return file && normalizeUri(uri) === normalizeUri(libraryUri(file.path)) ? { text: file.text } : null;
        },
        ['uri'],
      ),
    );
  },
};
