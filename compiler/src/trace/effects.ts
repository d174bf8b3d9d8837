// A decision → what each rule added to it, in words. Reads the decision alone, so that it cannot say anything else.

import type { CoreRule } from '@rdp/language';
import type { Decision } from '@rdp/runtime/contract';
import { actionName } from '../ir/rule-words.ts';

/** What `rule`, which fired, added to `decision`. */
export function effectsOf(rule: CoreRule, decision: Decision): readonly string[] {
  const own = <T extends { readonly rule: string }>(items: readonly T[] | undefined): readonly T[] =>
    (items ?? []).filter((item) => item.rule === rule.name);
  const edits = own(decision.edits);
  const patches = own(decision.patches);
  return [
    ...own(decision.findings).map(({ severity, message }) => `finding, ${severity}${said(message)}`),
    ...(rule.action?.kind === 'block' && rule.mode === 'enforce' ? [blockEffect(rule.action.status, decision)] : []),
    ...(rule.action?.kind === 'permit' && rule.mode === 'enforce' ? ['permit'] : []),
    ...(edits.length > 0 ? [`${plural(edits.length, 'edit')}: ${edits.map(({ path }) => path).join(', ')}`] : []),
    ...own(decision.limits).map(
      ({ amount, unit, window, key }) => `limit ${amount} ${unit} in ${window} s for ${JSON.stringify(key)}`,
    ),
    ...own(decision.approvals).map(({ by }) => `approval by ${by}`),
    ...own(decision.quarantine).map(({ target }) => `quarantine of ${target}`),
    ...own(decision.alerts).map(({ message }) => `alert${said(message)}`),
    ...(patches.length > 0
      ? [`${plural(patches.length, 'change')}: ${patches.map(({ path }) => path).join(', ')}`]
      : []),
    ...own(decision.records).map(({ kind }) => `record ${kind}`),
    ...own(decision.flows).map(({ from, to }) => `flow ${from} → ${to}`),
    ...own(decision.observed).map(({ action, mode, message }) => `would ${action}${said(message)}; mode ${mode}`),
  ];
}

/** Whether the action of `decision` is that of `rule`, which fired. */
export function decidesAction(rule: CoreRule, decision: Decision): boolean {
  if (rule.mode !== 'enforce' || rule.action === undefined || decision.reason !== undefined) return false;
  const action = actionName(rule.action);
  return action !== 'allow' && action === decision.action;
}

/** The message is that of the first rule that blocks; another one blocks as well. */
function blockEffect(status: number, { status: decided, message }: Decision): string {
  return `block ${status}${status === decided ? said(message) : ''}`;
}

function said(message: string | undefined): string {
  return message === undefined ? '' : `: ${JSON.stringify(message)}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
