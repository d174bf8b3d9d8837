// A file → what can be done with its declarations, above each: run a test, evaluate a rule's event with an input, see what it
// covers and who uses it. Finding lenses is cheap; who uses a rule is looked up when its lens is shown.

import { allReferences } from './references.ts';
import type { Steps } from './steps.ts';
import { inspect, isRule, type Inspector, type PolicySymbol, type Span, type Workspace, type ast } from '@rdp/language';

export type CodeLens = { readonly span: Span } & (
  | { readonly kind: 'test' | 'examples'; readonly name: string }
  | { readonly kind: 'evaluate'; readonly event: string; readonly entrypoint: string; readonly rule: string }
  | { readonly kind: 'covers'; readonly threats: number }
  /** How often it is used is not known yet. */
  | { readonly kind: 'uses' }
  | { readonly kind: 'report' }
);

/** The lenses of a file, in its order. */
export function codeLenses(snapshot: Workspace, path: string): readonly CodeLens[] {
  const inspector = inspect(snapshot.project);
  const unit = inspector.unit(path);
  const isOwn = snapshot.project.files.some((file) => file.path === path);
  if (unit === undefined || !isOwn) return [];
  const { file } = unit;
  const spanOf = ({ start, end }: ast.Node): Span => ({ file, start, end });
  return unit.tree.decls.flatMap((decl): readonly CodeLens[] => {
    const span = spanOf(decl.name);
    if (decl.name.text === '') return [];
    if (decl.kind === 'test') return [{ kind: 'test', span, name: decl.name.text }];
    if (decl.kind === 'deploy') return [{ kind: 'report', span }];
    if (decl.kind === 'pattern') {
      const hasExamples = decl.settings.some(({ name }) => /^(?:counter)?example$/.test(name.text));
      return hasExamples ? [{ kind: 'examples', span, name: decl.name.text }] : [];
    }
    return isRule(decl) ? ruleLenses(decl, span, unit.package) : [];
  });
}

function ruleLenses(decl: ast.RuleDecl, span: Span, package_: string): readonly CodeLens[] {
  const { surface, event } = decl.on;
  const isWhole = surface.text !== '' && event.text !== '';
  const threats = decl.clauses.reduce((sum, clause) => sum + (clause.kind === 'covers' ? clause.threats.length : 0), 0);
  const entrypoint = [...package_.split('.'), surface.text, event.text].filter((part) => part !== '').join('/');
  const evaluate: readonly CodeLens[] = isWhole
    ? [{ kind: 'evaluate', span, event: `${surface.text}.${event.text}`, entrypoint, rule: decl.name.text }]
    : [];
  return [
    ...evaluate,
    ...(threats > 0 ? [{ kind: 'covers' as const, span, threats }] : []),
    // That nobody uses a detection is worth knowing; what is recorded or done is there for its own sake.
    ...(decl.kind === 'detect' ? [{ kind: 'uses' as const, span }] : []),
  ];
}

/** Where the rule is used whose name stands at a place: not where it is declared. */
export function* usesAt(snapshot: Workspace, path: string, offset: number): Steps<readonly Span[]> {
  const inspector = inspect(snapshot.project);
  const symbol = symbolAt(inspector, path, offset);
  if (symbol === undefined) return [];
  const all = yield* allReferences(inspector, symbol);
  return all
    .filter(({ access }) => access !== 'declare')
    .map(({ unit, start, end }) => ({ file: unit.file, start, end }));
}

function symbolAt(inspector: Inspector, path: string, offset: number): PolicySymbol | undefined {
  const unit = inspector.unit(path);
  return unit && inspector.nameAt(unit, offset)?.symbol;
}
