// One source of code actions: what it is asked, and what it gives. To add one: a file in `features/`, and its line in
// `code-action-sources.ts`.

import type { CodeAction, CodeActionContext, CodeActionKind } from 'vscode-languageserver';
import type { Place } from './feature.ts';

/** What a source is asked. */
export interface ActionQuestion extends Place {
  /** Offsets. */
  readonly range: { readonly start: number; readonly end: number };
  readonly context: CodeActionContext;
  /** Whether the client wants actions of a kind. */
  readonly wants: (kind: CodeActionKind) => boolean;
}

export interface ActionSource {
  /** The kinds of its actions. */
  readonly kinds: readonly CodeActionKind[];
  readonly actions: (question: ActionQuestion) => readonly CodeAction[];
}
