// The clauses of a rule, sorted by kind: which may stand in a rule of its verb, which only once, which have to. Says
// nothing of what is in them.

import type { Clause, Node } from '../../syntax/ast.ts';
import type { FileUnit } from '../symbols.ts';
import { spanIn } from '../symbols.ts';
import type { Binder } from './binder.ts';
import { report } from './binder.ts';

export type Verb = 'discover' | 'detect' | 'defend' | 'exempt';
type ClauseKind = Clause['kind'];

/** Which clauses a rule of each verb may have. */
export const allowedClauses: Readonly<Record<Verb, readonly ClauseKind[]>> = {
  discover: ['when', 'record', 'flow', 'mode'],
  detect: ['when', 'find', 'score', 'threshold', 'severity', 'covers', 'message', 'mode'],
  defend: ['when', 'action', 'mode', 'covers'],
  exempt: ['when', 'until', 'owner', 'reason'],
};

const repeatable: readonly ClauseKind[] = ['when', 'find', 'score', 'covers', 'record', 'flow'];

/** The clauses of one kind. */
export type ClausesOf = <K extends ClauseKind>(kind: K) => readonly Extract<Clause, { readonly kind: K }>[];

/** Checks which clauses there are; the result has those that count. */
export function sortClauses(
  binder: Binder,
  rule: { readonly unit: FileUnit; readonly name: Node; readonly verb: Verb; readonly clauses: readonly Clause[] },
): ClausesOf {
  const { unit, verb } = rule;
  const kept: Clause[] = [];
  const first = new Map<ClauseKind, Clause>();
  for (const clause of rule.clauses) {
    if (!allowedClauses[verb].includes(clause.kind)) {
      report(
        binder,
        'misplaced-clause',
        { unit, node: headOf(clause) },
        {
          clause: clauseWord(clause),
          verb,
          allowed: allowedClauses[verb].map((kind) => `\`${kind}\``).join(', '),
        },
      );
      continue;
    }
    const before = first.get(clause.kind);
    if (before && !repeatable.includes(clause.kind)) {
      report(
        binder,
        'repeated-clause',
        { unit, node: headOf(clause) },
        { clause: clauseWord(clause), verb },
        {
          labels: [{ span: spanIn(unit, headOf(before)), text: 'first here' }],
        },
      );
      continue;
    }
    first.set(clause.kind, clause);
    kept.push(clause);
  }
  const missing = missingClause(verb, first);
  if (missing) report(binder, 'missing-clause', { unit, node: rule.name }, { verb, clause: missing });
  return (kind) => kept.filter((clause): clause is Extract<Clause, { kind: typeof kind }> => clause.kind === kind);
}

function missingClause(verb: Verb, clauses: ReadonlyMap<ClauseKind, Clause>): string | undefined {
  const has = (...kinds: readonly ClauseKind[]): boolean => kinds.some((kind) => clauses.has(kind));
  switch (verb) {
    case 'discover':
      return has('record', 'flow') ? undefined : '`record` or `flow`';
    case 'detect':
      if (!has('when', 'find', 'score')) return '`when`, `find` or `score`';
      if (has('score') && !has('threshold')) return '`threshold`';
      return has('threshold') && !has('score') ? '`score`' : undefined;
    case 'defend':
      return has('action') ? undefined : 'an action';
    case 'exempt':
      return undefined;
  }
}

function clauseWord(clause: Clause): string {
  return clause.kind === 'action' ? clause.action.kind : clause.kind;
}

/** The word that begins a clause. */
function headOf(clause: Clause): Node {
  return { start: clause.start, end: Math.min(clause.end, clause.start + clauseWord(clause).length) };
}
