// From a test's expectations and the decision that was made to what does not hold. Pure: editor, playground and command line
// show the same.

import type { ExpectationModel, OutcomeName, TestModel } from '@rdp/language';
import type { Decision } from '@rdp/runtime/contract';
import { redactedText } from './redacted-text.ts';

/** An expectation that does not hold, and what was found instead. */
export interface Failure {
  readonly expectation: ExpectationModel;
  readonly message: string;
}

/** A document of a test, and what was decided on it. */
export interface Decided {
  readonly decision: Decision;
  readonly document: Uint8Array;
}

/**
 * The expectations of `test` that are not met. Of several documents one has to meet each, as one that is stopped stops them together:
 * `allowed` has to hold for all, and so has that something does not happen.
 */
export function judge(test: TestModel, decided: readonly Decided[]): readonly Failure[] {
  return test.expect.flatMap((expectation) => {
    const complaints = decided.map(({ decision, document }) => complaintOf(expectation, decision, document));
    const isAllowed = expectation.kind === 'outcome' && expectation.outcome === 'allowed';
    const ofAll = expectation.negated !== isAllowed;
    const message =
      ofAll || !complaints.includes(undefined) ? complaints.find((text) => text !== undefined) : undefined;
    return message === undefined ? [] : [{ expectation, message }];
  });
}

function complaintOf(expectation: ExpectationModel, decision: Decision, document: Uint8Array): string | undefined {
  switch (expectation.kind) {
    case 'fires': {
      const fired = (decision.because ?? []).some(({ rule }) => rule === expectation.rule);
      if (fired !== expectation.negated) return undefined;
      return fired ? `\`${expectation.rule}\` fires` : `\`${expectation.rule}\` does not fire: ${firedRules(decision)}`;
    }
    case 'outcome': {
      const holds = isOutcome(expectation.outcome, expectation.by, decision);
      if (holds !== expectation.negated) return undefined;
      const by = expectation.by === undefined ? '' : ` by \`${expectation.by}\``;
      return `expected ${expectation.negated ? 'not ' : ''}${expectation.outcome}${by}; ${outcomeText(decision)}`;
    }
    case 'redacted': {
      const text = redactedText(document, decision.edits ?? [], expectation.path);
      const same = text === expectation.text;
      if (same !== expectation.negated) return undefined;
      return `expected ${JSON.stringify(expectation.text)} at ${expectation.path}; it is ${text === undefined ? 'no text' : JSON.stringify(text)}`;
    }
  }
}

function isOutcome(outcome: OutcomeName, by: string | undefined, decision: Decision): boolean {
  const acted = (rules: readonly { readonly rule: string }[] | undefined): boolean =>
    rules !== undefined && (by === undefined || rules.some(({ rule }) => rule === by));
  switch (outcome) {
    case 'allowed':
      return !['block', 'approve', 'quarantine'].includes(decision.action);
    case 'blocked':
      return decision.action === 'block' && (by === undefined || acted(decision.because));
    case 'alerted':
      return acted(decision.alerts);
    case 'limited':
      return acted(decision.limits);
    case 'quarantined':
      return acted(decision.quarantine);
    case 'needs_approval':
      return acted(decision.approvals);
    case 'malformed':
      return decision.reason === 'malformed_input';
  }
}

function outcomeText(decision: Decision): string {
  const why = decision.reason ?? decision.message;
  return `the action is ${decision.action}${why === undefined ? '' : ` (${why})`}: ${firedRules(decision)}`;
}

function firedRules(decision: Decision): string {
  const rules = (decision.because ?? []).map(({ rule }) => `\`${rule}\``);
  return rules.length === 0 ? 'no rule fires' : `${rules.join(', ')} ${rules.length === 1 ? 'fires' : 'fire'}`;
}
