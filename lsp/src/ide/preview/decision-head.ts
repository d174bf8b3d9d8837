// A decision → what becomes of the document, in words. An action is the strongest of all that follow; a redaction that goes with a limit is
// what people look for, so it is said first.

import type { Decision } from '@rdp/runtime/contract';

/** What a decision comes to. */
export interface DecisionHead {
  /** The action whose colour it has. */
  readonly tone: Decision['action'];
  /** `Redacted, within a limit` */
  readonly text: string;
}

const words: Readonly<Record<Decision['action'], string>> = {
  allow: 'Allowed',
  alert: 'Allowed, with an alert',
  redact: 'Redacted',
  limit: 'Allowed within a limit',
  quarantine: 'Quarantined',
  approve: 'Needs approval',
  block: 'Blocked',
};

const besideEdits: Readonly<Partial<Record<Decision['action'], string>>> = {
  limit: ', within a limit',
  approve: ', and needs approval',
  quarantine: ', and quarantined',
};

/** What is said of a decision first. */
export function decisionHead({ action, edits = [] }: Pick<Decision, 'action' | 'edits'>): DecisionHead {
  if (edits.length === 0 || action === 'block') return { tone: action, text: words[action] };
  return { tone: 'redact', text: `${words.redact}${besideEdits[action] ?? ''}` };
}
