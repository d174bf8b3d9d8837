// What can be said of a file at once after an edit, while types are still being checked: its syntax as it is now, and what was
// said of the rest of it before, moved along. What was said of the text that changed is left out.

import { editBetween, type Diagnostic, type SourceFile, type Workspace } from '@rdp/language';

/** The diagnostics of a state that is not checked yet; `before` is one that was, with its diagnostics. */
export function stagedDiagnostics(
  snapshot: Workspace,
  before: { readonly snapshot: Workspace; readonly diagnostics: readonly Diagnostic[] },
): readonly Diagnostic[] {
  const moves = new Map<SourceFile, (offset: number) => number | undefined>();
  const fresh: Diagnostic[] = [];
  const dropped = new Set<string>();
  for (const file of snapshot.project.files) {
    const old = before.snapshot.file(file.path);
    if (old === undefined || old === file) continue;
    moves.set(old, moveBetween(old.text, file.text));
    for (const one of before.snapshot.parsed(file.path)?.diagnostics ?? []) dropped.add(keyOf(one));
    fresh.push(...(snapshot.parsed(file.path)?.diagnostics ?? []));
  }
  const kept = before.diagnostics.flatMap((diagnostic): readonly Diagnostic[] => {
    if (dropped.has(keyOf(diagnostic))) return [];
    const move = moves.get(diagnostic.span.file);
    const file = snapshot.file(diagnostic.span.file.path);
    if (move === undefined || file === undefined) return [diagnostic];
    const start = move(diagnostic.span.start);
    const end = move(diagnostic.span.end);
    // Labels and fixes come back with the check.
    return start === undefined || end === undefined
      ? []
      : [{ ...diagnostic, span: { file, start, end }, labels: [], fixes: [] }];
  });
  return [...fresh, ...kept];
}

function keyOf({ span, code, message }: Diagnostic): string {
  return `${span.file.path} ${span.start} ${code} ${message}`;
}

/** Where an offset of the old text is in the new one; undefined inside of what changed. */
function moveBetween(before: string, after: string): (offset: number) => number | undefined {
  const { start, end, length } = editBetween(before, after);
  return (offset) => (offset <= start ? offset : offset >= end ? offset - (end - start) + length : undefined);
}
