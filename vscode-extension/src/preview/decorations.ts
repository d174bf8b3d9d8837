// What a decision finds and changes, shown in the input: text that is taken out is struck through, with what takes its place behind it.

import type { DecideAnswer } from '@rdp/lsp/previews';
import {
  DecorationRangeBehavior,
  type DecorationOptions,
  type Disposable,
  MarkdownString,
  OverviewRulerLane,
  Range,
  type TextDocument,
  ThemeColor,
  window,
} from 'vscode';

/** The decorations of one input. */
export interface InputDecorations extends Disposable {
  readonly show: (input: TextDocument, answer: DecideAnswer) => void;
  /** Puts them back into an editor that was opened again. */
  readonly again: () => void;
  readonly clear: () => void;
}

/** Makes them; nothing is shown yet. */
export function decorateInput(): InputDecorations {
  const edit = window.createTextEditorDecorationType({
    textDecoration: 'line-through',
    opacity: '0.7',
    backgroundColor: new ThemeColor('diffEditor.removedTextBackground'),
    overviewRulerColor: new ThemeColor('editorOverviewRuler.errorForeground'),
    overviewRulerLane: OverviewRulerLane.Right,
    rangeBehavior: DecorationRangeBehavior.ClosedClosed,
  });
  const match = window.createTextEditorDecorationType({
    borderWidth: '0 0 2px 0',
    borderStyle: 'dotted',
    borderColor: new ThemeColor('editorWarning.foreground'),
    overviewRulerColor: new ThemeColor('editorOverviewRuler.warningForeground'),
    overviewRulerLane: OverviewRulerLane.Right,
    rangeBehavior: DecorationRangeBehavior.ClosedClosed,
  });
  let last: { readonly input: TextDocument; readonly answer: DecideAnswer } | undefined;
  const put = (): void => {
    for (const editor of window.visibleTextEditors) {
      if (editor.document !== last?.input) continue;
      const places = last.answer.kind === 'decided' ? last.answer.documents.flatMap((one) => one.places) : [];
      const rangeOf = ({ start, end }: { readonly start: number; readonly end: number }): Range =>
        new Range(editor.document.positionAt(start), editor.document.positionAt(end));
      const options = (kind: 'edit' | 'match'): DecorationOptions[] =>
        places
          .filter((place) => place.kind === kind)
          .map((place) => ({
            range: rangeOf(place),
            hoverMessage: new MarkdownString(
              kind === 'edit'
                ? `\`${place.rule}\` puts \`${place.text}\` here`
                : `\`${place.rule}\` found this: ${place.text}`,
            ),
            ...(kind === 'edit'
              ? {
                  renderOptions: {
                    after: {
                      contentText: place.text,
                      margin: '0 0 0 2px',
                      color: new ThemeColor('editor.foreground'),
                      backgroundColor: new ThemeColor('diffEditor.insertedTextBackground'),
                    },
                  },
                }
              : {}),
          }));
      editor.setDecorations(edit, options('edit'));
      editor.setDecorations(match, options('match'));
    }
  };
  const clear = (): void => {
    for (const editor of window.visibleTextEditors) {
      editor.setDecorations(edit, []);
      editor.setDecorations(match, []);
    }
    last = undefined;
  };
  return {
    show: (input, answer) => {
      last = { input, answer };
      put();
    },
    again: put,
    clear,
    dispose: () => {
      edit.dispose();
      match.dispose();
    },
  };
}
