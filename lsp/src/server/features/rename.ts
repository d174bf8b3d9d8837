// New names for things, in every file that names them. What is refused is an error with its reason, which editors show.

import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { prepareRename, renameAt } from '../../ide/rename.ts';
import type { Feature } from '../feature.ts';

/** The registration. */
export const renameFeature: Feature = {
  name: 'rename',
  capabilities: ({ capabilities }) => ({
    renameProvider: capabilities.textDocument?.rename?.prepareSupport === true ? { prepareProvider: true } : true,
  }),
  register: ({ connection, atPoint }) => {
    connection.onPrepareRename(
      atPoint('prepare rename', (point) => {
        const found = prepareRename(point);
        if (found === undefined) return null;
        if ('kind' in found) throw new ResponseError(LSPErrorCodes.RequestFailed, found.reason);
        return { range: point.convert.range(found.span), placeholder: found.name };
      }),
    );
    connection.onRenameRequest(
      atPoint(
        'rename',
        function* (point, { newName }) {
          const result = yield* renameAt(point, newName);
          if (result === undefined) return null;
          if (result.kind === 'refused') throw new ResponseError(LSPErrorCodes.RequestFailed, result.reason);
          return point.convert.workspaceEdit(result.edits);
        },
        ['newName'],
      ),
    );
  },
};
