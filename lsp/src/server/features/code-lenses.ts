// What can be done with a declaration, above it. The lens of a rule's uses is filled in when it is shown.

import type { CodeLensParams, CodeLens as LspCodeLens } from 'vscode-languageserver';
import { toCodeLens, toUsesCommand, type LensData } from '../../convert/lenses.ts';
import { codeLenses, usesAt, type CodeLens } from '../../ide/code-lenses.ts';
import type { Feature } from '../feature.ts';
import type { Settings } from '../settings.ts';

/** The setting that each kind listens to. */
const switches = {
  test: 'tests',
  examples: 'tests',
  evaluate: 'evaluate',
  covers: 'threats',
  uses: 'uses',
  report: 'report',
} as const satisfies Readonly<Record<CodeLens['kind'], keyof Settings['lenses']>>;

/** The registration. */
export const codeLensFeature: Feature = {
  name: 'code lenses',
  capabilities: () => ({ codeLensProvider: { resolveProvider: true } }),
  register: ({ connection, inDocument }) => {
    connection.onCodeLens(
      inDocument('code lenses', ({ snapshot, path, convert, settings: { lenses } }, _params: CodeLensParams) =>
        codeLenses(snapshot, path)
          .filter(({ kind }) => lenses[switches[kind]] === 'on')
          .map((lens) => toCodeLens(convert, lens)),
      ),
    );
    connection.onCodeLensResolve(async (lens, token): Promise<LspCodeLens> => {
      const data = lens.data as LensData | undefined; // what `toCodeLens` wrote
      if (data === undefined) return lens;
      const resolve = inDocument('uses of a rule', function* ({ snapshot, path, file, convert }) {
        const uses = yield* usesAt(snapshot, path, data.offset);
        return { ...lens, command: toUsesCommand(convert, { file, offset: data.offset }, uses) };
      });
      return (await resolve({ textDocument: { uri: data.uri } }, token)) ?? lens;
    });
  },
};
