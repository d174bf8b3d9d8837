// Whatever keeps a policy from deciding → the decision that stands in for it. Always a block, always with a reason.

import { actionsByStrength } from '../contract/index.ts';
import type { BlockReason, Decision } from '../contract/index.ts';
import { isObject } from '../load/read-json.ts';
import { reasonOf } from '../load/problem.ts';

/** HTTP status that an enforcer answers with when a decision has none of its own. */
const statusOf: Readonly<Record<BlockReason, number>> = {
  malformed_input: 400,
  evaluation_error: 500,
  default_deny: 403,
  out_of_memory: 413,
  unknown_entrypoint: 500,
  bundle_unavailable: 503,
  internal_error: 500,
};

/** A block that no rule asked for. */
export function failedDecision(reason: BlockReason, message: string): Decision {
  return Object.freeze({ version: 1, action: 'block', reason, status: statusOf[reason], message });
}

/** What a call into a module threw: the host throws abort messages as text, the engine a RangeError when memory cannot grow. */
export function thrownDecision(error: unknown): Decision {
  const reason = reasonOf(error);
  const aborted = typeof error === 'string' || error instanceof RangeError;
  return aborted && /memory/i.test(reason)
    ? failedDecision('out_of_memory', 'the document or its facts do not fit into the memory of the policy')
    : failedDecision('internal_error', `the policy stopped: ${reason}`);
}

/** What another compiler's policy returned: a decision of our form, or true and false as most such policies have it. */
export function foreignDecision(result: unknown): Decision {
  if (result === true) return allowed;
  if (result === false) return failedDecision('default_deny', 'the policy does not allow this');
  return isDecision(result) ? result : failedDecision('internal_error', 'the result of the policy is no decision');
}

const allowed: Decision = Object.freeze({ version: 1, action: 'allow' });

/** Tells our form of a decision from every other value; members beyond the action are the module's business. */
export function isDecision(value: unknown): value is Decision {
  if (!isObject(value) || value['version'] !== 1) return false;
  return actionsByStrength.some((action) => action === value['action']);
}
