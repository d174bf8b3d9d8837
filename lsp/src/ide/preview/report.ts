// A policy → who enforces each rule on each cluster, or why nobody does: what a compile writes as `report.json`, ahead of one.

import { plansOf, reportOf, type EnforcementReport } from '@rdp/compiler';
import type { Workspace } from '@rdp/language';
import { policyOf, type Problem, type ReadText } from './policy.ts';

export type ReportAnswer = { readonly kind: 'report'; readonly report: EnforcementReport } | Problem;

/** The report on a snapshot. */
export async function reportOn(snapshot: Workspace, read: ReadText): Promise<ReportAnswer> {
  const policy = await policyOf(snapshot, read);
  if (policy.kind === 'problem') return policy;
  return { kind: 'report', report: reportOf(policy.model, plansOf(policy.model, policy.programs)) };
}
