// Code actions beyond diagnostics: extract, rewrite, handle what may be missing, order imports.

import { CodeActionKind } from 'vscode-languageserver';
import type { Refactor } from '../../ide/refactor/refactor.ts';
import { refactorsAt } from '../../ide/refactor/refactors.ts';
import type { ActionSource } from '../action-source.ts';

const kinds: Readonly<Record<Refactor['kind'], CodeActionKind>> = {
  extract: CodeActionKind.RefactorExtract,
  inline: CodeActionKind.RefactorInline,
  rewrite: CodeActionKind.RefactorRewrite,
  quickfix: CodeActionKind.QuickFix,
  imports: CodeActionKind.SourceOrganizeImports,
};

/** The source of these actions. */
export const refactorSource: ActionSource = {
  kinds: [
    CodeActionKind.RefactorExtract,
    CodeActionKind.RefactorInline,
    CodeActionKind.RefactorRewrite,
    CodeActionKind.SourceOrganizeImports,
  ],
  actions: ({ snapshot, path, range, context, convert, wants }) =>
    // Imports look at the whole file: not at every move of the cursor, only where somebody asks for source actions.
    refactorsAt({ snapshot, path, range }, (kind) =>
      kind === 'imports' ? context.only !== undefined && wants(kinds[kind]) : wants(kinds[kind]),
    ).map(({ title, kind, edits }) => ({ title, kind: kinds[kind], edit: convert.workspaceEdit(edits) })),
};
