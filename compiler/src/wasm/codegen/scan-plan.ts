// Which patterns are looked for in the same texts: those of all finds of an entrypoint's rules, and of all its conditions, that
// name the same texts are one set, searched in one pass. Patterns that the same finds ask for are a group, verified together when
// a first rule asks; what a condition asks for is a group of its own, since one match is enough.
// INVARIANT: the patterns of a group stand in a row, in the order in which they were asked for.

import { type CoreExpr, type CorePattern, type CoreView, coreChildren } from '@rdp/language';
import { structuralKey } from '../../ir/expression-key.ts';
import { patternMayFail } from '../../ir/may-fail.ts';
import { isAnswerText } from '../../ir/stream-plan.ts';
import { bind, loopScope, textKeys, type TextScope, viewKey } from '../../ir/text-keys.ts';
import { decidingExprs, outputExprs } from '../../ir/walk-core.ts';
import type { TextsCome } from '../../pattern/place-scan.ts';
import { askedPatterns } from './asked-patterns.ts';
import type { EntrypointContext } from './context.ts';
import { isSharedExpr } from './shared.ts';

/** The patterns that are looked for together. */
export interface SetPlan {
  readonly key: string;
  /** A pattern's number is its position. */
  readonly patterns: readonly { readonly pattern: CorePattern; readonly group: number }[];
  /** Whether several ask about the same text, so that what is known of it is kept. */
  readonly texts: 'asked again' | 'asked once';
  readonly come: TextsCome;
}

/** Texts that finds look into. */
export interface ListPlan {
  readonly key: string;
  readonly texts: CoreExpr;
  readonly view: CoreView;
  readonly set: SetPlan;
}

/** What one find asks of a list of texts. */
export interface FindPlan {
  readonly list: ListPlan;
  readonly groups: readonly number[];
}

/** What a condition asks of a text: it holds when one of the groups has a match that counts, asked in this order. */
export interface AskPlan {
  readonly set: SetPlan;
  readonly groups: readonly AskedGroup[];
}

/** `any`: every match counts; `kept`: those that its validator and context words keep. */
export interface AskedGroup {
  readonly group: number;
  readonly counts: 'any' | 'kept';
  readonly patterns: readonly CorePattern[];
}

interface Plans {
  readonly byRule: ReadonlyMap<number, readonly FindPlan[]>;
  readonly byCondition: ReadonlyMap<CoreExpr, AskPlan>;
}

const known = new WeakMap<EntrypointContext['entrypoint'], Plans>();

function plansOf(entry: EntrypointContext): Plans {
  const plans = known.get(entry.entrypoint) ?? makePlans(entry);
  known.set(entry.entrypoint, plans);
  return plans;
}

/** The finds of the rule at `rule`, in their order. */
export function findPlansOf(entry: EntrypointContext, rule: number): readonly FindPlan[] {
  return plansOf(entry).byRule.get(rule) ?? [];
}

/** What the condition `expr` asks; undefined when no other asks about its text. */
export function askPlanOf(entry: EntrypointContext, expr: CoreExpr): AskPlan | undefined {
  return plansOf(entry).byCondition.get(expr);
}

/** A find, or a condition (which may stand in several places), and the keys of its texts. */
type Asker = { readonly keys: readonly string[]; readonly id: string } & (
  | {
      readonly kind: 'find';
      readonly rule: number;
      readonly texts: CoreExpr;
      readonly view: CoreView;
      readonly patterns: readonly CorePattern[];
    }
  | {
      readonly kind: 'condition';
      readonly expr: CoreExpr;
      readonly runs: readonly Omit<AskedGroup, 'group'>[];
    }
);

function makePlans(entry: EntrypointContext): Plans {
  const byRule = new Map<number, FindPlan[]>();
  const byCondition = new Map<CoreExpr, AskPlan>();
  for (const askers of apart([...findsOf(entry), ...conditionsOf(entry)])) {
    const single = askers.length === 1 && askers[0]?.kind === 'condition';
    if (single) continue;
    const { set, groupsOf } = planSet(entry, askers);
    for (const asker of askers) {
      const groups = groupsOf.get(asker) ?? [];
      if (asker.kind === 'find') {
        const { rule, texts, view } = asker;
        const list = { key: `${set.key} ${listKey(asker)}`, texts, view, set };
        byRule.set(rule, [...(byRule.get(rule) ?? []), { list, groups }]);
      } else {
        const asked = asker.runs.map((run, position) => ({ ...run, group: groups[position] ?? 0 }));
        byCondition.set(asker.expr, { set, groups: asked });
      }
    }
  }
  return { byRule, byCondition };
}

function listKey({ view, texts }: Asker & { readonly kind: 'find' }): string {
  return viewKey(view, structuralKey(texts));
}

function findsOf(entry: EntrypointContext): readonly (Asker & { readonly kind: 'find' })[] {
  const isShared = (expr: CoreExpr): boolean => isSharedExpr(entry, expr);
  return entry.entrypoint.rules.flatMap((rule, index) =>
    rule.finds.map((find, position) => {
      const keys = textKeys(find.texts, { scope: new Map(), depth: 1, isShared });
      const asker = { kind: 'find', rule: index, id: `${index}.${position}`, ...find } as const;
      // A list is the same texts as an equal one, whatever is in it.
      const list = `list ${listKey({ ...asker, keys: [] })}`;
      return { ...asker, keys: [list, ...keys.map((key) => viewKey(find.view, key))] };
    }),
  );
}

/** The conditions of all rules that ask about texts which others can ask about, too. */
function conditionsOf(entry: EntrypointContext): readonly Asker[] {
  const isShared = (expr: CoreExpr): boolean => isSharedExpr(entry, expr);
  const found = new Map<CoreExpr, { readonly keys: Set<string>; readonly patterns: readonly CorePattern[] }>();
  const visit = (expr: CoreExpr, scope: TextScope): void => {
    const asked = askedPatterns(expr);
    if (asked) {
      const keys = textKeys(asked.of, { scope, depth: 0, isShared });
      const before = found.get(expr) ?? { keys: new Set<string>(), patterns: asked.patterns };
      for (const key of keys) before.keys.add(key);
      if (before.keys.size > 0) found.set(expr, before);
    }
    switch (expr.op) {
      case 'let':
        visit(expr.value, scope);
        return visit(expr.body, bind(scope, expr.id, expr.value));
      case 'chain':
        visit(expr.of, scope);
        return visit(expr.body, bind(scope, expr.id, expr.of));
      case 'loop': {
        visit(expr.range, scope);
        const inner = loopScope(expr, scope);
        if (expr.filter) visit(expr.filter, inner);
        return visit(expr.body, inner);
      }
      default:
        for (const child of coreChildren(expr)) visit(child, scope);
    }
  };
  for (const rule of entry.entrypoint.rules)
    for (const expr of [...decidingExprs(rule), ...outputExprs(rule)]) visit(expr, new Map());
  return [...found].map(([expr, { keys, patterns }], position) => ({
    kind: 'condition',
    id: `c${position}`,
    expr,
    keys: [...keys],
    runs: runsOf(patterns),
  }));
}

/** What is asked one after another: all at once what cannot fail, otherwise in the order in which errors are seen. */
export function runsOf(patterns: readonly CorePattern[]): readonly Omit<AskedGroup, 'group'>[] {
  const counts = (pattern: CorePattern): AskedGroup['counts'] => (pattern.where || pattern.near ? 'kept' : 'any');
  const runs: { readonly counts: AskedGroup['counts']; readonly patterns: CorePattern[] }[] = [];
  const inOrder = patterns.some(patternMayFail);
  for (const pattern of patterns) {
    const own = counts(pattern);
    const last = inOrder ? runs.at(-1) : runs.find((run) => run.counts === own);
    if (last?.counts === own && !(inOrder && own === 'kept')) last.patterns.push(pattern);
    else runs.push({ counts: own, patterns: [pattern] });
  }
  return runs.toSorted((a, b) => (inOrder || a.counts === b.counts ? 0 : a.counts === 'any' ? -1 : 1));
}

/** Askers that have a key in common, directly or by way of others, are together; both in the order of the askers. */
function apart(askers: readonly Asker[]): readonly (readonly Asker[])[] {
  const parents = new Map<string, string>();
  const rootOf = (key: string): string => {
    let root = key;
    for (let above = parents.get(root); above !== undefined; above = parents.get(root)) root = above;
    if (root !== key) parents.set(key, root);
    return root;
  };
  for (const { keys } of askers) {
    const [first = '', ...others] = keys.map(rootOf);
    for (const other of others) if (rootOf(other) !== rootOf(first)) parents.set(rootOf(other), rootOf(first));
  }
  const parts = new Map<string, Asker[]>();
  for (const asker of askers) {
    const root = rootOf(asker.keys[0] ?? '');
    const part = parts.get(root);
    if (part) part.push(asker);
    else parts.set(root, [asker]);
  }
  return [...parts.values()];
}

/** One set for all, and for each asker its groups: a find's in any order, a condition's in that of its runs. */
function planSet(
  { entrypoint }: EntrypointContext,
  askers: readonly Asker[],
): {
  readonly set: SetPlan;
  readonly groupsOf: ReadonlyMap<Asker, readonly number[]>;
} {
  const finds = askers.filter((asker) => asker.kind === 'find');
  // Patterns of finds, each once, by the finds that ask for them.
  const wanted = new Map<string, { readonly pattern: CorePattern; readonly by: Asker[] }>();
  for (const find of finds)
    for (const pattern of find.patterns) {
      const row = wanted.get(pattern.name) ?? { pattern, by: [] };
      wanted.set(pattern.name, row);
      if (row.by.at(-1) !== find) row.by.push(find);
    }
  const groups = new Map<string, { readonly number: number; readonly patterns: CorePattern[] }>();
  const groupOf = (key: string): { readonly number: number; readonly patterns: CorePattern[] } => {
    const group = groups.get(key) ?? { number: groups.size, patterns: [] };
    groups.set(key, group);
    return group;
  };
  const groupsOf = new Map<Asker, number[]>(askers.map((asker) => [asker, []]));
  for (const { pattern, by } of wanted.values()) {
    const { number, patterns } = groupOf(by.map(({ id }) => id).join(' '));
    if (patterns.length === 0) for (const find of by) groupsOf.get(find)?.push(number);
    patterns.push(pattern);
  }
  for (const asker of askers) {
    if (asker.kind === 'find') continue;
    for (const run of asker.runs) {
      const { number, patterns } = groupOf(`${run.counts} ${run.patterns.map(({ name }) => name).join(' ')}`);
      if (patterns.length === 0) patterns.push(...run.patterns);
      groupsOf.get(asker)?.push(number);
    }
  }
  const lists = new Set(finds.map(listKey));
  const patterns = [...groups.values()].flatMap((group) =>
    group.patterns.map((pattern) => ({ pattern, group: group.number })),
  );
  const texts = lists.size === 1 && finds.length === askers.length ? 'asked once' : 'asked again';
  const inParts =
    entrypoint.parts === 'itself' && finds.some((find) => find.view === 'plain' && isAnswerText(find.texts));
  const key = askers[0]?.keys[0] ?? '';
  return { set: { key, patterns, texts, come: inParts ? 'in parts' : 'whole' }, groupsOf };
}
