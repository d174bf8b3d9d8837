// Code actions of all sources.

import type { CodeAction, CodeActionParams } from 'vscode-languageserver';
import { actionSources } from '../code-action-sources.ts';
import type { Feature } from '../feature.ts';

/** The registration. */
export const codeActionsFeature: Feature = {
  name: 'code actions',
  capabilities: ({ capabilities }) => ({
    codeActionProvider:
      capabilities.textDocument?.codeAction?.codeActionLiteralSupport === undefined
        ? true
        : { codeActionKinds: [...new Set(actionSources.flatMap(({ kinds }) => kinds))] },
  }),
  register: ({ connection, inDocument }) => {
    connection.onCodeAction(
      inDocument(
        'code actions',
        (place, { range, context }: CodeActionParams): CodeAction[] => {
          const { convert, file } = place;
          const asked = { start: convert.offset(file, range.start), end: convert.offset(file, range.end) };
          // A kind that is asked for stands for all below it.
          const wants = (kind: string): boolean =>
            context.only === undefined ||
            context.only.some((only) => kind === only || kind.startsWith(`${only}.`) || only === '');
          return actionSources.flatMap(({ actions }) => actions({ ...place, range: asked, context, wants }));
        },
        ['range', 'context'],
      ),
    );
  },
};
