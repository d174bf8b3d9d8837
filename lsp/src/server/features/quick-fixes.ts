// Code actions that end diagnostics: quick fixes, and all safe ones at once (`source.fixAll`, which editors may run on save).

import type { Diagnostic } from '@rdp/language';
import { CodeActionKind, type CodeAction } from 'vscode-languageserver';
import { normalizeUri } from '../../convert/uris.ts';
import { fixAll, quickFixes, type QuickFix } from '../../ide/quick-fixes.ts';
import type { ActionQuestion, ActionSource } from '../action-source.ts';
import { levelOf } from '../settings.ts';

/** `source.fixAll.rdp` */
const fixAllKind = `${CodeActionKind.SourceFixAll}.rdp`;

/** The source of these actions. */
export const fixSource: ActionSource = {
  kinds: [CodeActionKind.QuickFix, fixAllKind],
  actions: (question) => {
    const { snapshot, path, range, wants, settings } = question;
    const isShown = (diagnostic: Diagnostic): boolean => levelOf(settings, diagnostic) !== 'off';
    const actions: CodeAction[] = [];
    if (wants(CodeActionKind.QuickFix)) {
      const fixes = quickFixes(snapshot, path, { range, isShown });
      for (const fix of fixes) actions.push(toAction(question, fix, CodeActionKind.QuickFix, isPreferred(fix, fixes)));
    }
    const all = wants(fixAllKind) ? fixAll(snapshot, path, { isShown }) : undefined;
    if (all) actions.push(toAction(question, all, fixAllKind, 'no'));
    return actions;
  },
};

/** Editors carry out the preferred fix at one keystroke: only what is safe, and the only one for its diagnostic. */
function isPreferred(fix: QuickFix, fixes: readonly QuickFix[]): 'yes' | 'no' {
  const [diagnostic] = fix.diagnostics;
  const others = fixes.filter(({ diagnostics }) => diagnostics.length === 1 && diagnostics[0] === diagnostic);
  return fix.safety === 'safe' && others.length === 1 && fix.diagnostics.length === 1 ? 'yes' : 'no';
}

function toAction(
  { convert, context, file }: ActionQuestion,
  { title, safety, edits, diagnostics }: QuickFix,
  kind: CodeActionKind,
  preferred: 'yes' | 'no',
): CodeAction {
  const uri = normalizeUri(convert.uri(file));
  // Only diagnostics that the client sent may be named, as it shows the action beside them.
  const ended = context.diagnostics.filter((shown) =>
    diagnostics.some(({ code, span }) => {
      const range = convert.range(span);
      return shown.code === code && normalizeUri(convert.uri(span.file)) === uri && isSameStart(shown.range, range);
    }),
  );
  return {
    title: safety === 'safe' ? title : `${title} (may change what passes)`,
    kind,
    ...(ended.length > 0 ? { diagnostics: ended } : {}),
    ...(preferred === 'yes' ? { isPreferred: true } : {}),
    edit: convert.workspaceEdit(edits),
  };
}

interface Start {
  readonly start: { readonly line: number; readonly character: number };
}

function isSameStart(a: Start, b: Start): boolean {
  return a.start.line === b.start.line && a.start.character === b.start.character;
}
