// A policy that compiles → what is to be said of each rule beyond its text: the bound on its work, and who enforces it where.

import { costOf, lowerPrograms, plansOf, printSteps, reportOf } from '@rdp/compiler';
import type { Workspace } from '@rdp/language';
import { policyOf, type Problem, type ReadText } from './policy.ts';

/** What stands for one rule on one cluster. */
export interface RulePoint {
  readonly cluster: string;
  /** `admission webhook`; undefined for a gap. */
  readonly point: string | undefined;
  readonly status: 'enforced' | 'observed' | 'accepted' | 'gap';
  /** Why it is not enforced. */
  readonly reason: string | undefined;
}

export interface RuleFacts {
  /** A bound on the steps of a decision in the length `n` of the document: `3 n + 12`. */
  readonly cost: string | undefined;
  readonly points: readonly RulePoint[];
}

/** By package and rule: `shop.checkout.StopSecrets`. */
export type FactsByRule = ReadonlyMap<string, RuleFacts>;

export type RuleFactsAnswer = { readonly kind: 'facts'; readonly facts: FactsByRule } | Problem;

const known = new WeakMap<Workspace, Promise<RuleFactsAnswer>>();

/** The facts of a snapshot's rules; worked out once for a snapshot. */
export function ruleFactsOf(snapshot: Workspace, read: ReadText): Promise<RuleFactsAnswer> {
  const before = known.get(snapshot);
  if (before) return before;
  const facts = workOut(snapshot, read);
  known.set(snapshot, facts);
  return facts;
}

async function workOut(snapshot: Workspace, read: ReadText): Promise<RuleFactsAnswer> {
  const policy = await policyOf(snapshot, read);
  if (policy.kind === 'problem') return policy;
  const costs = new Map<string, string>();
  for (const program of policy.programs) {
    for (const entrypoint of lowerPrograms([program], { internal: 'omit' }).entrypoints) {
      for (const { name, steps } of costOf(entrypoint).rules) {
        const key = `${program.package}.${name}`;
        // The event's own entrypoint comes first; that of its exchange reads the same rule.
        if (!costs.has(key)) costs.set(key, printSteps(steps));
      }
    }
  }
  const points = new Map<string, RulePoint[]>();
  if (policy.model.deploys.length > 0) {
    for (const row of reportOf(policy.model, plansOf(policy.model, policy.programs)).rules) {
      const key = `${row.package}.${row.rule}`;
      const { cluster, point, status, reason } = row;
      const all = points.get(key) ?? [];
      points.set(key, all);
      all.push({ cluster: cluster ?? '', point: point ?? undefined, status, reason: reason ?? undefined });
    }
  }
  const facts = new Map<string, RuleFacts>();
  for (const key of new Set([...costs.keys(), ...points.keys()])) {
    facts.set(key, { cost: costs.get(key), points: points.get(key) ?? [] });
  }
  return { kind: 'facts', facts };
}

/** Paragraphs about a rule, in Markdown. */
export function describeFacts({ cost, points }: RuleFacts): readonly string[] {
  const lines = points.map(({ cluster, point, status, reason }) => {
    const where = cluster === '' ? '' : ` on \`${cluster}\``;
    return `- ${point ?? 'nobody'}${where}${status === 'enforced' ? '' : ` (${status}${reason ? `: ${reason}` : ''})`}`;
  });
  return [
    ...(cost === undefined ? [] : [`At most \`${cost}\` steps for a document of \`n\` bytes.`]),
    ...(lines.length === 0 ? [] : [`Enforced by\n${lines.join('\n')}`]),
  ];
}

/** Who enforces a rule, in a few words; undefined where no deployment says. */
export function shortFacts({ points }: RuleFacts): string | undefined {
  const [first] = points;
  if (first === undefined) return undefined;
  const names = new Set(points.map(({ point, status }) => (status === 'gap' ? 'gap' : (point ?? status))));
  return [...names].toSorted().join(', ');
}
