// Diagnostics of a place → the changes that end them. A fix that may change what passes is never part of "fix all".

import type { Diagnostic, Fix, Span, TextEdit, Workspace } from '@rdp/language';

export interface QuickFix {
  readonly title: string;
  readonly safety: Fix['safety'];
  /** What it ends. */
  readonly diagnostics: readonly Diagnostic[];
  readonly edits: readonly TextEdit[];
}

/** Which diagnostics count: one that is not shown has no fix. */
export interface FixOptions {
  readonly isShown: (diagnostic: Diagnostic) => boolean;
}

/** The fixes of the diagnostics that touch the range: one by one, and all of a kind where there are several. */
export function quickFixes(
  snapshot: Workspace,
  path: string,
  { range, isShown }: FixOptions & { readonly range: { readonly start: number; readonly end: number } },
): readonly QuickFix[] {
  const all = snapshot.diagnostics().filter((one) => one.span.file.path === path && isShown(one));
  const here = all.filter(({ span }) => span.start <= range.end && span.end >= range.start);
  const single = here.flatMap((diagnostic) =>
    diagnostic.fixes.map(({ title, safety, edits }) => ({ title, safety, edits, diagnostics: [diagnostic] })),
  );
  const codes = new Set(here.filter(isSafe).map(({ code }) => code));
  const alike = [...codes].flatMap((code) => {
    const fixable = all.filter((diagnostic) => diagnostic.code === code && isSafe(diagnostic));
    if (fixable.length < 2) return [];
    return [{ title: `fix all of \`${code}\` in this file`, safety: 'safe' as const, ...together(fixable) }];
  });
  return [...single, ...alike];
}

/** Every safe fix of a file at once; undefined when there is none. Fixes that overlap are left for the next time. */
export function fixAll(snapshot: Workspace, path: string, { isShown }: FixOptions): QuickFix | undefined {
  const fixable = snapshot
    .diagnostics()
    .filter((diagnostic) => diagnostic.span.file.path === path && isShown(diagnostic) && isSafe(diagnostic));
  if (fixable.length === 0) return undefined;
  return { title: 'fix all that is safe to fix', safety: 'safe', ...together(fixable) };
}

function isSafe({ fixes }: Diagnostic): boolean {
  return fixes.some(({ safety }) => safety === 'safe');
}

function together(fixable: readonly Diagnostic[]): Pick<QuickFix, 'diagnostics' | 'edits'> {
  const edits: TextEdit[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const diagnostic of fixable) {
    const fix = diagnostic.fixes.find(({ safety }) => safety === 'safe');
    if (fix === undefined) continue;
    // The same edit may end several diagnostics.
    const fresh = fix.edits.filter((edit) => !edits.some((other) => isSame(edit, other)));
    if (fresh.some((edit) => edits.some((other) => overlaps(edit.span, other.span)))) continue;
    edits.push(...fresh);
    diagnostics.push(diagnostic);
  }
  return { diagnostics, edits };
}

function isSame(a: TextEdit, b: TextEdit): boolean {
  return a.text === b.text && a.span.file === b.span.file && a.span.start === b.span.start && a.span.end === b.span.end;
}

function overlaps(a: Span, b: Span): boolean {
  if (a.file !== b.file) return false;
  // Two insertions at one place have no order.
  return a.start === b.start || (a.start < b.end && b.start < a.end);
}
