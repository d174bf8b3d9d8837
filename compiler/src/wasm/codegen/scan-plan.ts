// Which patterns are looked for in the same texts: those of all finds of an entrypoint's rules that name the same texts are one
// set, scanned in one pass. Patterns that the same finds ask for are a group, verified together when a first rule asks.

import type { CoreExpr, CorePattern, CoreView } from '@rdp/language';
import { structuralKey } from '../../ir/expression-key.ts';
import type { EntrypointContext } from './context.ts';

/** The patterns that are looked for in some texts. */
export interface ScanPlan {
  readonly key: string;
  readonly texts: CoreExpr;
  readonly view: CoreView;
  /** In the order of the finds, each once; a pattern's number is its position. */
  readonly patterns: readonly { readonly pattern: CorePattern; readonly group: number }[];
}

/** What one find asks of a plan. */
export interface FindPlan {
  readonly plan: ScanPlan;
  readonly groups: readonly number[];
}

interface Plans {
  readonly byRule: ReadonlyMap<number, readonly FindPlan[]>;
}

const known = new WeakMap<EntrypointContext['entrypoint'], Plans>();

/** The finds of the rule at `rule`, in their order. */
export function findPlansOf(entry: EntrypointContext, rule: number): readonly FindPlan[] {
  const plans = known.get(entry.entrypoint) ?? makePlans(entry);
  known.set(entry.entrypoint, plans);
  return plans.byRule.get(rule) ?? [];
}

interface Asked {
  readonly texts: CoreExpr;
  readonly view: CoreView;
  /** By name: the pattern, and the finds that ask for it. */
  readonly patterns: Map<string, { readonly pattern: CorePattern; readonly finds: string[] }>;
}

function makePlans({ entrypoint }: EntrypointContext): Plans {
  const byKey = new Map<string, Asked>();
  const finds: { readonly rule: number; readonly id: string; readonly key: string }[] = [];
  entrypoint.rules.forEach((rule, index) =>
    rule.finds.forEach((find, position) => {
      const key = `${find.view}:${structuralKey(find.texts)}`;
      const id = `${index}.${position}`;
      const asked: Asked = byKey.get(key) ?? { texts: find.texts, view: find.view, patterns: new Map() };
      byKey.set(key, asked);
      finds.push({ rule: index, id, key });
      for (const pattern of find.patterns) {
        const row = asked.patterns.get(pattern.name) ?? { pattern, finds: [] };
        asked.patterns.set(pattern.name, row);
        if (row.finds.at(-1) !== id) row.finds.push(id);
      }
    }),
  );
  const plans = new Map([...byKey].map(([key, asked]) => [key, makePlan(key, asked)] as const));
  const byRule = new Map<number, FindPlan[]>();
  for (const { rule, id, key } of finds) {
    const made = plans.get(key);
    if (!made) continue;
    const groups = [...made.groups].flatMap(([askers, group]) => (askers.split(' ').includes(id) ? [group] : []));
    byRule.set(rule, [...(byRule.get(rule) ?? []), { plan: made.plan, groups }]);
  }
  return { byRule };
}

function makePlan(
  key: string,
  { texts, view, patterns }: Asked,
): { readonly plan: ScanPlan; readonly groups: ReadonlyMap<string, number> } {
  const groups = new Map<string, number>();
  const numbered = [...patterns.values()].map(({ pattern, finds }) => {
    const askers = finds.join(' ');
    const group = groups.get(askers) ?? groups.size;
    groups.set(askers, group);
    return { pattern, group };
  });
  return { plan: { key, texts, view, patterns: numbered }, groups };
}
