// From what the rules came to, to the decision's JSON text: keys in the contract's order, empty arrays left out, rules in
// source order in every section. Output expressions of one rule are evaluated in section order; the first error counts.

import type { CoreAction, CoreExpr, CoreRule, CoreUsage } from '@rdp/language';
import { type ActionName, actionsByStrength } from '@rdp/runtime/contract';
import type { IrEntrypoint } from '../ir.ts';
import { actionName, hasHash, placeOfRule } from '../rule-words.ts';
import { type Context, evaluate } from './evaluate.ts';
import { hashKey, hashToken } from './hmac.ts';
import { makeEdits } from './make-edits.ts';
import type { RuleOutcome } from './rule-outcome.ts';
import { isSettled } from './settled.ts';
import { type ErrorWord, EvaluationError } from './value.ts';
import { jsonString, writeValue } from './write-json.ts';
import { writePatches } from './write-patches.ts';

/** All that a decision is made of. `fail` is told of rules whose output has no value. */
export interface DecisionParts {
  readonly entrypoint: IrEntrypoint;
  /** The document as it is. */
  readonly input: Uint8Array;
  readonly outcomes: ReadonlyMap<number, RuleOutcome>;
  readonly context: Context;
  readonly fail: (index: number, error: EvaluationError) => void;
}

type Members = readonly (readonly [string, string | undefined])[];

function object(members: Members): string {
  const written = members.filter((member): member is readonly [string, string] => member[1] !== undefined);
  return `{${written.map(([key, value]) => `"${key}":${value}`).join(',')}}`;
}

function array(items: readonly string[]): string | undefined {
  return items.length > 0 ? `[${items.join(',')}]` : undefined;
}

/** The decision about a document that has not the event's shape, or of which no event can be made: then nowhere in it. */
export function malformedDecision(
  entrypoint: IrEntrypoint,
  error: {
    readonly reason: string;
    readonly path?: string;
    readonly byte?: number;
    readonly field?: string | undefined;
  },
): string {
  return object([
    ['version', '1'],
    ['action', jsonString(entrypoint.onMalformed)],
    ['reason', '"malformed_input"'],
    ['status', entrypoint.onMalformed === 'block' ? '400' : undefined],
    ['message', jsonString(error.reason)],
    ['path', error.path === undefined ? undefined : jsonString(error.path)],
    ['byte', error.byte === undefined ? undefined : String(error.byte)],
    ['field', error.field === undefined ? undefined : jsonString(error.field)],
  ]);
}

/** The decision when an expression of `rule` has no value. */
export function errorDecision(rule: CoreRule, word: ErrorWord): string {
  return object([
    ['version', '1'],
    ['action', '"block"'],
    ['reason', '"evaluation_error"'],
    ['status', '500'],
    ['message', jsonString(word)],
    ['because', `[${object([nameOf(rule), ['at', jsonString(placeOfRule(rule))]])}]`],
  ]);
}

function nameOf(rule: CoreRule): readonly [string, string] {
  return ['rule', jsonString(rule.name)];
}

/** Whether what nothing permits is an update that changes nothing of that. */
function leavesDenied({ entrypoint, input, context }: DecisionParts): boolean {
  const { denial } = entrypoint.settled;
  return denial !== undefined && isSettled(denial, { input, at: entrypoint.at, event: context.input });
}

interface Sections {
  readonly findings: string[];
  readonly limits: string[];
  readonly approvals: string[];
  readonly quarantine: string[];
  readonly alerts: string[];
  readonly patches: string[];
  readonly records: string[];
  readonly flows: string[];
  readonly observed: string[];
  readonly because: string[];
}

/** The decision's text; not to be used when `fail` was called. */
export function writeDecision(parts: DecisionParts): string {
  const { entrypoint, outcomes } = parts;
  const fired = entrypoint.rules.flatMap((rule, index) => {
    const outcome = outcomes.get(index);
    return outcome?.fired ? [{ rule, index, outcome }] : [];
  });
  const sections: Sections = {
    findings: [],
    limits: [],
    approvals: [],
    quarantine: [],
    alerts: [],
    patches: [],
    records: [],
    flows: [],
    observed: [],
    because: [],
  };
  const enforced = fired.filter(({ rule }) => rule.action && rule.mode === 'enforce');
  const blocking = enforced.find(({ rule }) => rule.action?.kind === 'block');
  let head: Members = blocking?.rule.action?.kind === 'block' ? [['status', String(blocking.rule.action.status)]] : [];
  let failed = false;
  for (const { rule, index, outcome } of fired) {
    try {
      if (index === blocking?.index) head = [...head, ['message', blockMessage(rule, parts.context)]];
      if (writesHash(rule, outcomes)) hashKey(parts.context.data);
      writeRule(sections, rule, outcome, parts.context);
      if (rule.mode === 'enforce') sections.patches.push(...writePatches(parts, index));
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      parts.fail(index, error);
      failed = true;
    }
  }
  const strongest = Math.max(
    0,
    ...enforced.map(({ rule }) => (rule.action ? actionsByStrength.indexOf(actionName(rule.action)) : 0)),
  );
  let action: ActionName = actionsByStrength[strongest] ?? 'allow';
  const permitted = enforced.some(({ rule }) => rule.action?.kind === 'permit' || rule.action?.kind === 'approve');
  if (entrypoint.defaultDeny && !permitted && action !== 'block' && !leavesDenied(parts)) {
    action = 'block';
    head = [
      ['reason', '"default_deny"'],
      ['status', '403'],
      ['message', '"nothing permits this"'],
    ];
  }
  return object([
    ['version', '1'],
    ['action', jsonString(action)],
    ...head,
    ['findings', array(sections.findings)],
    ['edits', failed ? undefined : array(writeEdits(parts, enforced))],
    ['limits', array(sections.limits)],
    ['approvals', array(sections.approvals)],
    ['quarantine', array(sections.quarantine)],
    ['alerts', array(sections.alerts)],
    ['patches', array(sections.patches)],
    ['records', array(sections.records)],
    ['flows', array(sections.flows)],
    ['observed', array(sections.observed)],
    ['because', array(sections.because)],
    ['usage', entrypoint.usage && writeUsage(entrypoint.usage, parts.context)],
  ]);
}

function writeUsage(usage: CoreUsage, ctx: Context): string {
  return object(
    (['input', 'output', 'more_input', 'more_output'] as const).map((name) => [
      name,
      writeValue(evaluate(usage[name], ctx)),
    ]),
  );
}

/** Whether a fired rule puts a hash in the place of what another one found. */
function writesHash({ action, mode }: CoreRule, outcomes: DecisionParts['outcomes']): boolean {
  if (action?.kind !== 'redact' || mode !== 'enforce' || !hasHash(action.with)) return false;
  return (outcomes.get(action.rule)?.matches.length ?? 0) > 0;
}

function blockMessage(rule: CoreRule, ctx: Context): string | undefined {
  return rule.action?.kind === 'block' && rule.action.message ? text(rule.action.message, ctx) : undefined;
}

/** What a rule that is not enforced would have said. */
function actionMessage(action: CoreAction, ctx: Context): string | undefined {
  return (action.kind === 'block' || action.kind === 'alert') && action.message ? text(action.message, ctx) : undefined;
}

/** A string that the decision carries. */
function text(expr: CoreExpr, ctx: Context): string {
  const value = evaluate(expr, ctx);
  return value.kind === 'string' ? jsonString(value.value) : jsonString(writeValue(value));
}

function writeRule(sections: Sections, rule: CoreRule, outcome: RuleOutcome, ctx: Context): void {
  if (rule.verb === 'detect') sections.findings.push(writeFinding(rule, outcome, ctx));
  if (rule.action && rule.mode === 'enforce') writeAction(sections, rule, rule.action, ctx);
  for (const record of rule.records)
    sections.records.push(
      object([
        nameOf(rule),
        ['kind', jsonString(record.kind)],
        ['fields', object(record.fields.map(({ name, value }) => [name, writeValue(evaluate(value, ctx))]))],
      ]),
    );
  for (const flow of rule.flows)
    sections.flows.push(object([nameOf(rule), ['from', text(flow.from, ctx)], ['to', text(flow.to, ctx)]]));
  if (rule.action && rule.mode !== 'enforce')
    sections.observed.push(
      object([
        nameOf(rule),
        ['action', jsonString(actionName(rule.action))],
        ['mode', jsonString(rule.mode)],
        ['message', actionMessage(rule.action, ctx)],
      ]),
    );
  const facts = rule.facts.map(({ name, value }) => `${jsonString(name)}:${writeValue(evaluate(value, ctx))}`);
  sections.because.push(
    object([
      nameOf(rule),
      ['at', jsonString(placeOfRule(rule))],
      ['facts', facts.length > 0 ? `{${facts.join(',')}}` : undefined],
    ]),
  );
}

function writeFinding(rule: CoreRule, outcome: RuleOutcome, ctx: Context): string {
  return object([
    nameOf(rule),
    ['severity', jsonString(rule.severity)],
    ['covers', array(rule.covers.map(jsonString))],
    ['message', rule.message && text(rule.message, ctx)],
    ['score', rule.scores.length > 0 ? String(outcome.score) : undefined],
    [
      'matches',
      array(
        outcome.matches.map((match) =>
          object([
            ['kind', jsonString(match.kind)],
            ['path', jsonString(match.path)],
            ['start', String(match.start)],
            ['end', String(match.end)],
            ['bytes', `[${match.from},${match.to}]`],
          ]),
        ),
      ),
    ],
  ]);
}

function writeAction(sections: Sections, rule: CoreRule, action: CoreAction, ctx: Context): void {
  switch (action.kind) {
    case 'limit':
      sections.limits.push(
        object([
          nameOf(rule),
          ['key', text(action.key, ctx)],
          ['unit', jsonString(action.unit)],
          ['amount', String(action.amount)],
          ['window', String(action.window)],
          ['cost', action.cost && writeValue(evaluate(action.cost, ctx))],
          [
            'price',
            action.price &&
              `[${writeValue(evaluate(action.price.input, ctx))},${writeValue(evaluate(action.price.output, ctx))}]`,
          ],
          ['on_error', action.onError === 'allow' ? '"allow"' : undefined],
        ]),
      );
      return;
    case 'approve':
      sections.approvals.push(object([nameOf(rule), ['by', text(action.by, ctx)]]));
      return;
    case 'quarantine':
      sections.quarantine.push(object([nameOf(rule), ['target', text(action.target, ctx)]]));
      return;
    case 'alert':
      sections.alerts.push(object([nameOf(rule), ['message', action.message && text(action.message, ctx)]]));
      return;
    case 'set':
    case 'block':
    case 'redact':
    case 'strip':
    case 'permit':
      return;
  }
}

function writeEdits(
  { entrypoint, outcomes, context }: DecisionParts,
  enforced: readonly { readonly rule: CoreRule; readonly index: number }[],
): readonly string[] {
  const candidates = enforced.flatMap(({ rule, index }) => {
    const action = rule.action;
    if (action?.kind !== 'redact' && action?.kind !== 'strip') return [];
    const severity = entrypoint.rules[action.rule]?.severity ?? 'low';
    const redaction = action.kind === 'redact' ? action.with : undefined;
    const matches = outcomes.get(action.rule)?.matches ?? [];
    return matches.map((match) => ({ match, rule, order: index, severity, with: redaction }));
  });
  if (candidates.length === 0) return [];
  const hash = (text: string): string => hashToken(hashKey(context.data), text);
  return makeEdits(candidates, hash).map((edit) =>
    object([
      ['rule', jsonString(edit.rule)],
      ['path', jsonString(edit.path)],
      ['start', String(edit.start)],
      ['end', String(edit.end)],
      ['bytes', `[${edit.from},${edit.to}]`],
      ['text', jsonString(edit.text)],
    ]),
  );
}
