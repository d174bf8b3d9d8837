// One rule to core: its clauses, typed and resolved, in an event whose fields come from somewhere. A fault leaves a hole
// and a diagnostic; whether the program counts is decided by whoever sees all diagnostics.

import type { Expr } from '../../syntax/ast.ts';
import type { CoreExpr, CoreRule } from '../core.ts';
import { matchesType } from '../match-record.ts';
import type { Binding, Scope } from '../scope.ts';
import { spanIn } from '../symbols.ts';
import type { Type } from '../types.ts';
import { bindWord } from './bind-word.ts';
import { bindAction } from './bind-action.ts';
import { bindThreat } from './bind-covers.ts';
import { bindExemptions } from './bind-exemption.ts';
import { asNormalized } from '../normalized-pattern.ts';
import { bindFindTarget } from './bind-find.ts';
import { resolvePattern } from './bind-pattern.ts';
import { bindRecordClause } from './bind-record-clause.ts';
import { report } from './binder.ts';
import { inferConst, noteOrigin } from './expressions.ts';
import { fileScope } from './package-scope.ts';
import type { PlacedRule } from './placed-rule.ts';
import type { RuleContext } from './rule-context.ts';
import { allOf, assuming, conditionIn, namedIn, textIn } from './rule-context.ts';
import { sortClauses } from './rule-clauses.ts';
import type { ClausesOf } from './rule-clauses.ts';
import { ruleFacts } from './rule-facts.ts';
import { modes, severities } from './rule-words.ts';
import { writtenConditions } from './rule-references.ts';

/** The rule at `ctx.index`. `anchor`: what has to hold ahead of its own condition. */
export function bindRule(ctx: RuleContext, anchor: CoreExpr | undefined): CoreRule {
  const { binder, unit } = ctx;
  // The caller makes a context for each of its rules.
  const { decl, name, pack } = ctx.rules[ctx.index] as PlacedRule; // index is one of rules
  const clauses = sortClauses(binder, { unit, name: decl.name, verb: decl.kind, clauses: decl.clauses });

  let inner = ctx;
  let condition: CoreExpr | undefined;
  for (const clause of clauses('when')) {
    const next = conditionIn(inner, clause.condition);
    if (next === undefined) continue;
    condition = allOf(condition, next);
    inner = assuming(inner, next);
  }

  return {
    name,
    verb: decl.kind,
    mode:
      (decl.kind === 'defend' ? pack?.mode : undefined) ??
      bindWord(ctx, clauses('mode')[0]?.mode, { known: modes, fallback: 'enforce', what: 'mode' }),
    span: spanIn(unit, decl.name),
    condition: allOf(anchor, condition),
    finds: bindFinds(inner, clauses),
    ...bindScores(inner, clauses),
    exemptions: bindExemptions(ctx, name, condition),
    severity: bindWord(ctx, clauses('severity')[0]?.level, { known: severities, fallback: 'medium', what: 'severity' }),
    covers: clauses('covers').flatMap((clause) =>
      clause.threats.flatMap((name) => bindThreat(binder, unit, name) ?? []),
    ),
    message: bindMessage(inner, clauses),
    records: clauses('record').flatMap((clause) => bindRecordClause(inner, clause) ?? []),
    flows: clauses('flow').map((clause) => ({
      from: namedIn(inner, clause.from, 'a flow'),
      to: namedIn(inner, clause.to, 'a flow'),
    })),
    action: clauses('action').map((clause) => bindAction(inner, clause.action))[0],
    facts: bindFacts(inner),
  };
}

function bindFinds(ctx: RuleContext, clauses: ClausesOf): CoreRule['finds'] {
  const { binder, unit, facts } = ctx;
  return clauses('find').flatMap((clause) => {
    const byName = new Map(
      clause.patterns
        .flatMap((name) => resolvePattern(binder, unit, name, fileScope(binder, unit)))
        .map((pattern) => [pattern.name, pattern]),
    );
    const patterns = [...byName.keys()].toSorted().flatMap((name) => byName.get(name) ?? []);
    const target = { unit, expr: clause.target, scope: ctx.names.scope, facts };
    const found = bindFindTarget(binder, target);
    if (found === undefined || patterns.length === 0) return [];
    const { view } = found;
    const texts = noteOrigin(binder, { unit, node: clause }, ctx.names.close(found.texts));
    return [{ patterns: view === 'plain' ? patterns : patterns.map(asNormalized), texts, view }];
  });
}

function bindScores(ctx: RuleContext, clauses: ClausesOf): Pick<CoreRule, 'scores' | 'threshold'> {
  const scores = clauses('score').flatMap((clause) => {
    const points = bindPoints(ctx, clause.points);
    const condition = conditionIn(ctx, clause.condition);
    return points === undefined || condition === undefined ? [] : [{ points, condition }];
  });
  const threshold = clauses('threshold')[0];
  return { scores, threshold: (threshold && bindPoints(ctx, threshold.points)) ?? 0 };
}

const intType: Type = { kind: 'int' };

function bindPoints(ctx: RuleContext, expr: Expr): number | undefined {
  const { binder, unit } = ctx;
  const value = inferConst(binder, { unit, expr, scope: ctx.names.scope, expected: intType });
  if (value?.kind !== 'int') return undefined;
  if (value.value >= 1n && value.value <= 1000n) return Number(value.value);
  report(binder, 'invalid-points', { unit, node: expr }, { points: value.value });
  return undefined;
}

/** `{count}`, `{score}` and `matches` in a detection's message are its own. */
function bindMessage(ctx: RuleContext, clauses: ClausesOf): CoreExpr | undefined {
  const [clause] = clauses('message');
  if (clause === undefined) return undefined;
  const own = new Map<string, Binding>();
  const rule = ctx.index;
  if (clauses('find').length > 0) {
    own.set('count', ownValue({ op: 'rule-count', rule, type: intType }));
    own.set('matches', ownValue({ op: 'rule-matches', rule, type: matchesType }));
  }
  if (clauses('score').length > 0) own.set('score', ownValue({ op: 'rule-score', rule, type: intType }));
  const outer = ctx.names.scope;
  const scope: Scope = {
    lookup: (name) => own.get(name) ?? outer.lookup(name),
    names: function* () {
      yield* own.keys();
      yield* outer.names();
    },
  };
  return textIn(ctx, clause.text, 'a message', scope);
}

function ownValue(core: CoreExpr): Binding {
  return { kind: 'value', core };
}

function bindFacts(ctx: RuleContext): CoreRule['facts'] {
  const conditions = writtenConditions(ctx.binder, ctx.rules, ctx.references, ctx.index);
  const facts = ruleFacts(ctx.binder, {
    conditions,
    scope: ctx.names.scope,
    isEventName: ctx.names.has,
    facts: ctx.facts,
  });
  return facts.map(({ name, value }) => ({ name, value: ctx.names.close(value) }));
}
