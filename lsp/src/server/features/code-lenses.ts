// What can be done with a declaration, above it. The lens of a rule's uses is filled in when it is shown.

import type { CodeLens, CodeLensParams } from 'vscode-languageserver';
import { toCodeLens, toUsesCommand, type LensData } from '../../convert/lenses.ts';
import { codeLenses, usesAt } from '../../ide/code-lenses.ts';
import type { Feature } from '../feature.ts';

/** The registration. */
export const codeLensFeature: Feature = {
  name: 'code lenses',
  capabilities: () => ({ codeLensProvider: { resolveProvider: true } }),
  register: ({ connection, inDocument }) => {
    connection.onCodeLens(
      inDocument('code lenses', ({ snapshot, path, convert }, _params: CodeLensParams) =>
        codeLenses(snapshot, path).map((lens) => toCodeLens(convert, lens)),
      ),
    );
    connection.onCodeLensResolve(async (lens, token): Promise<CodeLens> => {
      const data = lens.data as LensData | undefined; // what `toCodeLens` wrote
      if (data === undefined) return lens;
      const resolve = inDocument('uses of a rule', ({ snapshot, path, file, convert }) => ({
        ...lens,
        command: toUsesCommand(convert, { file, offset: data.offset }, usesAt(snapshot, path, data.offset)),
      }));
      return (await resolve({ textDocument: { uri: data.uri } }, token)) ?? lens;
    });
  },
};
