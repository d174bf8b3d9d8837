// The rules of a project → where they and their branches are written, under the names that coverage gives them: `when`, `find`,
// `score 1`, `exempt 1`.

import type { ast, Model, SourceFile, Span, Workspace } from '@rdp/language';

/** Where a rule is written. */
export interface RuleSpans {
  readonly name: Span;
  readonly branches: ReadonlyMap<string, Span>;
}

/** By package and name: `shop.checkout.StopSecrets`. */
export function spansOfRules(snapshot: Workspace, model: Model): ReadonlyMap<string, RuleSpans> {
  const spans = new Map<string, RuleSpans>();
  const exemptions = exemptionsByRule(snapshot);
  for (const rule of model.rules) {
    const { file } = rule.span;
    const decl = snapshot.file(file.path) === file ? ruleAt(snapshot, rule.span) : undefined;
    if (decl === undefined) continue;
    const branches = new Map(branchesOf(file, decl.clauses));
    for (const [nth, span] of (exemptions.get(`${rule.package}.${rule.name}`) ?? []).entries()) {
      branches.set(`exempt ${nth + 1}`, span);
    }
    spans.set(`${rule.package}.${rule.name}`, { name: rule.span, branches });
  }
  return spans;
}

function ruleAt(snapshot: Workspace, { file, start }: Span): ast.RuleDecl | undefined {
  const decl = snapshot.parsed(file.path)?.ast.decls.find((one) => one.start <= start && start < one.end);
  return decl?.kind === 'discover' || decl?.kind === 'detect' || decl?.kind === 'defend' ? decl : undefined;
}

/** The conditions of a rule by the names of coverage; of several `when`, or of several `find`, the first stands for all. */
function branchesOf(file: SourceFile, clauses: readonly ast.Clause[]): readonly (readonly [string, Span])[] {
  let score = 0;
  const seen = new Set<string>();
  return clauses.flatMap((clause): readonly (readonly [string, Span])[] => {
    const span = { file, start: clause.start, end: clause.end };
    if (clause.kind === 'score') return [[`score ${++score}`, span]];
    if ((clause.kind !== 'when' && clause.kind !== 'find') || seen.has(clause.kind)) return [];
    seen.add(clause.kind);
    return [[clause.kind, span]];
  });
}

function exemptionsByRule(snapshot: Workspace): ReadonlyMap<string, readonly Span[]> {
  const found = new Map<string, Span[]>();
  for (const file of snapshot.project.files) {
    const tree = snapshot.parsed(file.path)?.ast;
    const own = tree?.package?.parts.map(({ text }) => text).join('.') ?? '';
    for (const decl of tree?.decls ?? []) {
      if (decl.kind !== 'exempt') continue;
      const list = found.get(`${own}.${decl.name.text}`) ?? [];
      list.push({ file, start: decl.name.start, end: decl.name.end });
      found.set(`${own}.${decl.name.text}`, list);
    }
  }
  return found;
}
