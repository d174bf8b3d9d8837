// Which threats the rules of a policy stand against, edition by edition, and where they do: enforced, only observed, or nowhere.

import type { Model } from '@rdp/language';
import { compareText } from '../emit/compare-text.ts';
import type { RuleStatus } from './plan.ts';

/** One threat, the rules that cover it, and what becomes of them. */
export interface ThreatCoverage {
  /** `owasp.llm.v2026.LLM02` */
  readonly threat: string;
  readonly title: string;
  readonly rules: readonly string[];
  /** `shop-eu: admission webhook`; sorted, each once. */
  readonly enforced: readonly string[];
  readonly observed: readonly string[];
  /** Clusters on which a rule that covers the threat is not carried out; where there is no cluster, why. */
  readonly gaps: readonly string[];
  /** What of it no enforcer can see, whatever the rules are; null where the list says nothing of it. */
  readonly residual: string | null;
}

/** What becomes of one rule on one cluster, as far as coverage asks. */
export interface PlannedCover {
  readonly covers: readonly string[];
  readonly cluster: string | null;
  readonly point: string | null;
  readonly status: RuleStatus;
  /** Of a gap. */
  readonly reason: string | null;
}

/** Coverage of every threat of the editions that the policy names at all; sorted by edition, in the order of its list. */
export function coverageOf(model: Model, rows: readonly PlannedCover[]): readonly ThreatCoverage[] {
  const named = new Set(model.rules.flatMap(({ covers }) => covers.map(editionOf)));
  return [...model.threats]
    .filter(([id]) => named.has(editionOf(id)))
    .toSorted(([a], [b]) => compareText(editionOf(a), editionOf(b)))
    .map(([threat, { title, residual }]) => {
      const rules = model.rules.filter(({ covers }) => covers.includes(threat));
      const against = rows.filter((row) => row.covers.includes(threat));
      const places = (kept: readonly PlannedCover[]): readonly string[] => [...new Set(kept.map(placeOf))].toSorted();
      return {
        threat,
        title,
        rules: rules.map(({ name }) => name),
        enforced: places(against.filter(({ status }) => status === 'enforced')),
        observed: places(against.filter(({ status }) => status === 'observed')),
        gaps: places(against.filter(({ status }) => status === 'gap' || status === 'accepted')),
        residual: residual ?? null,
      };
    });
}

/** The edition of a threat: `owasp.llm.v2026`. */
export function editionOf(threat: string): string {
  return threat.slice(0, threat.lastIndexOf('.'));
}

function placeOf({ cluster, point, reason }: PlannedCover): string {
  const where = cluster ?? reason ?? 'everywhere';
  return point === null ? where : `${where}: ${point}`;
}
