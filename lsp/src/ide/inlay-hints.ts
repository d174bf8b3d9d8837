// A file → types that nobody wrote: of variables, of functions without a result type, of sets; and how much of a stream each
// pattern holds back. Read of the declarations between two offsets alone.

import { printType, type Inspector, type ast, type Declared, type FileUnit, type Workspace } from '@rdp/language';
import { inspect } from '@rdp/language';
import { holdBack } from './pattern-facts.ts';
import type { Steps } from './steps.ts';

export interface InlayHint {
  /** Where it stands. */
  readonly at: number;
  readonly label: string;
  /** A type, how long matches of a pattern are, who enforces a rule. */
  readonly kind: 'type' | 'pattern' | 'enforcement';
  /** More, in Markdown. */
  readonly tooltip: string | undefined;
}

/** The hints of a file between two offsets. */
export function* inlayHints(
  snapshot: Workspace,
  path: string,
  range: { readonly start: number; readonly end: number },
): Steps<readonly InlayHint[]> {
  const inspector = inspect(snapshot.project);
  const unit = inspector.unit(path);
  if (unit === undefined) return [];
  const hints: InlayHint[] = [];
  for (const decl of unit.tree.decls) {
    if (decl.end < range.start || decl.start > range.end) continue;
    hints.push(...hintsOf(inspector, unit, { decl, unit }));
    yield;
  }
  return hints.filter(({ at }) => range.start <= at && at <= range.end).toSorted((a, b) => a.at - b.at);
}

function hintsOf(inspector: Inspector, unit: FileUnit, declared: Declared): readonly InlayHint[] {
  const { decl } = declared;
  const names = inspector.namesIn(declared);
  const hints: InlayHint[] = names.flatMap(({ end, symbol, access }) => {
    const { kind, type } = symbol;
    if (kind !== 'variable' || access !== 'declare' || type === undefined || type.kind === 'unknown') return [];
    return [
      { at: end, label: `: ${printType(type)}`, kind: 'type', tooltip: symbol.doc === '' ? undefined : symbol.doc },
    ];
  });
  if (decl.kind === 'fn' && decl.result === undefined) hints.push(...resultHint(inspector, unit, decl));
  if (decl.kind === 'set' && decl.type === undefined) {
    const type = names.find(({ start }) => start === decl.name.start)?.symbol.type;
    if (type) hints.push({ at: decl.name.end, label: `: ${printType(type)}`, kind: 'type', tooltip: undefined });
  }
  if (decl.kind === 'pattern')
    hints.push(
      ...patternHint(
        names.find(({ start }) => start === decl.name.start),
        decl,
      ),
    );
  return hints;
}

function resultHint({ recorder }: Inspector, { file }: FileUnit, decl: ast.FnDecl): readonly InlayHint[] {
  const type = recorder.types.get(decl.body);
  if (type === undefined || type.kind === 'unknown') return [];
  const close = file.text.lastIndexOf(')', decl.body.start);
  const at = close < decl.start ? decl.name.end : close + 1;
  return [{ at, label: ` -> ${printType(type)}`, kind: 'type', tooltip: undefined }];
}

function patternHint(
  name: ReturnType<Inspector['namesIn']>[number] | undefined,
  decl: ast.PatternDecl,
): readonly InlayHint[] {
  const binding = name?.symbol.binding;
  if (binding?.kind !== 'pattern' || binding.patterns.length === 0) return [];
  const longest = holdBack(binding.patterns);
  if (longest === 0) return [];
  return [
    longest === undefined
      ? {
          at: decl.name.end,
          label: ' unbounded',
          kind: 'pattern',
          tooltip: 'A match has no longest, so a response in which it is looked for cannot stream.',
        }
      : {
          at: decl.name.end,
          label: ` ≤ ${longest}`,
          kind: 'pattern',
          tooltip: `The longest match has ${longest} characters: that many are held back of a stream.`,
        },
  ];
}
