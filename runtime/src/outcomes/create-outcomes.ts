// Limits, approvals, quarantine and log → what doors ask of outcomes. What a decision asks for is carried out from the strongest
// on, and each step may end the call.
//
// INVARIANT: nothing passes unless all of it was carried out, and (with `audit: 'block'`) was written down. What was taken of limits
// for a call that is refused after all is given back. Nothing rejects: a part that throws is a refusal.

import { randomUUID } from 'node:crypto';

import type { ApprovalDesk } from '../approval/approval-desk.ts';
import { showAction } from '../approval/show-action.ts';
import { decisionEntry, type CarriedOut } from '../audit/decision-entry.ts';
import type { DecisionLog } from '../audit/decision-log.ts';
import type { Decision } from '../contract/index.ts';
import type { CallContext, Outcomes, Passed, RefusalReason, Refused, Usage, Verdict } from '../enforce/carry-out.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { chargeOf, isSettled, settledCost } from '../limits/charges.ts';
import type { LimitState, LimitStore } from '../limits/limit-store.ts';
import { rateHeaders, retryAfter } from '../limits/rate-headers.ts';
import { reasonOf } from '../load/problem.ts';
import type { Quarantine } from '../quarantine/quarantine.ts';
import { malformedMessage } from './malformed-message.ts';
import type { OutcomeMetrics } from './outcome-metrics.ts';
import { targetsOf } from './targets.ts';

export interface OutcomesOptions {
  readonly limits: LimitStore;
  readonly approvals: ApprovalDesk;
  readonly quarantine: Quarantine;
  readonly log: DecisionLog;
  /** Where `record` and `flow` go; nowhere without one. */
  readonly inventory?: Pick<Inventory, 'note'> | undefined;
  /** `block`: what cannot be written down does not pass. `drop`: it passes, and is counted. */
  readonly audit: 'block' | 'drop';
  /** `notable`: no entry for what simply passes, within its limits. */
  readonly logged: 'all' | 'notable';
  /** Milliseconds that a call waits for approvers. */
  readonly approvalWait: number;
  readonly metrics: OutcomeMetrics;
  /** Of the bundle in force. */
  readonly revision: () => string | undefined;
}

/** What carrying out found on its way. */
interface Trail {
  id: string | undefined;
  /** Milliseconds of `performance.now`; limits are counted as of then. */
  readonly began: number;
  states: readonly LimitState[];
  uncounted: readonly string[];
  approval: CarriedOut['approval'];
}

function newTrail(): Trail {
  return { id: undefined, began: performance.now(), states: [], uncounted: [], approval: undefined };
}

/** Most decisions are neither logged nor shown to anybody, and need none. */
function idOf(trail: Trail): string {
  return (trail.id ??= randomUUID());
}

/** Ties the parts together. */
export function createOutcomes(options: OutcomesOptions): Outcomes {
  const { quarantine, metrics, log } = options;

  const note = (decision: Decision, verdict: Verdict, context: CallContext, trail: Trail): Noted => {
    metrics.carried({ decision, verdict, context });
    context.span?.decided({
      event: context.event,
      action: decision.action,
      verdict: verdict.kind,
      ...(verdict.kind === 'pass' ? {} : { reason: verdict.reason }),
      ...(verdict.kind === 'pass' || verdict.rule === undefined ? {} : { rule: verdict.rule }),
    });
    if (options.logged === 'notable' && verdict.kind === 'pass' && isPlain(decision, trail)) return undefined;
    const carrySeconds = (performance.now() - trail.began) / 1000;
    const { states, uncounted, approval } = trail;
    const found = { decisionId: idOf(trail), states, uncounted, approval };
    const carried = { decision, verdict, context, ...found, carrySeconds, revision: options.revision() };
    return log.write(decisionEntry(carried));
  };

  return {
    holding: () => !quarantine.isKnown() || quarantine.list().length > 0,
    held: (context) => {
      const found = quarantine.holds(targetsOf(context));
      if (found === undefined && quarantine.isKnown()) return undefined;
      const verdict =
        found === undefined
          ? refuse('quarantine', { status: 503, message: 'what is in quarantine is not known yet' })
          : refuse('quarantine', { status: 403, message: 'this is in quarantine', rule: found.rule });
      const trail = newTrail();
      void note({ version: 1, action: 'quarantine' }, verdict, context, trail);
      return verdict;
    },
    carryOut: async (decision, context) => {
      const trail = newTrail();
      options.inventory?.note(decision, context);
      const verdict = await carry(decision, context, trail, options);
      const noted = note(decision, verdict, context, trail);
      if (options.audit === 'drop' || noted === undefined) return verdict;
      const written = await inTime(noted);
      if (written === 'kept' || verdict.kind === 'refuse') return verdict;
      await verdict.settle(nothing);
      metrics.unlogged();
      return refuse('audit_unavailable', { status: 503, message: 'the decision could not be logged' });
    },
    afterwards: async (decision, context, end) => {
      const trail = newTrail();
      try {
        await quarantineAll(decision, context, options);
        await countDebt(decision, context, options);
      } catch (error) {
        metrics.failed(reasonOf(error));
      }
      const verdict: Verdict = end === 'whole' ? { ...passed(decision), edits: [] } : blocked(decision);
      const noted = note(decision, verdict, context, trail);
      if (options.audit === 'block' && noted !== undefined) await inTime(noted);
    },
  };
}

/** All that a decision says is owed, whatever the limit. */
async function countDebt(decision: Decision, context: CallContext, options: OutcomesOptions): Promise<void> {
  const limits = decision.limits ?? [];
  if (limits.length === 0) return;
  const scope = limitScope(context);
  const charges = limits.map((limit) => ({
    ...chargeOf(limit, { scope, size: context.size }),
    amount: Number.MAX_SAFE_INTEGER,
  }));
  const outcome = await options.limits.take(charges, performance.now());
  if (outcome.kind === 'unavailable') options.metrics.uncounted(outcome.why);
}

/** The scopes of entrypoints, of which a process has few; the same text each time is found without being read. */
const scopes = new Map<string, string>();

/** A limit is that of its event, in whichever form it was asked. */
function limitScope({ entrypoint }: CallContext): string {
  const known = scopes.get(entrypoint);
  if (known !== undefined) return known;
  const scope = entrypoint.replace(/\/http$/, '');
  scopes.set(entrypoint, scope);
  return scope;
}

/** Milliseconds that a call waits for its entry to be written. */
const logPatience = 5000;

/** A log whose reader stalls must not keep calls for ever. */
async function inTime(noted: Promise<'kept' | 'lost'>): Promise<'kept' | 'lost'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'lost'>((resolve) => {
    timer = setTimeout(() => resolve('lost'), logPatience);
  });
  const written = await Promise.race([noted, late]);
  clearTimeout(timer);
  return written;
}

type Noted = Promise<'kept' | 'lost'> | undefined;

const nothing: Usage = { input: 0, output: 0, from: 'provider' };

async function carry(
  decision: Decision,
  context: CallContext,
  trail: Trail,
  options: OutcomesOptions,
): Promise<Verdict> {
  try {
    const quarantined = isAsked(decision.quarantine) ? await quarantineAll(decision, context, options) : undefined;
    if (decision.action === 'block') return blocked(decision);
    if (quarantined !== undefined) return quarantined;
    if (!isPossible(decision))
      return refuse('not_possible', { status: 500, message: 'the policy asks for what cannot be done here' });
    if (!isAsked(decision.limits) && !isAsked(decision.approvals)) return passed(decision);
    const taken = await takeLimits(decision, context, trail, options);
    if (taken.kind === 'refuse') return taken;
    const unapproved = await approve(decision, context, trail, options);
    if (unapproved === undefined) return taken;
    await taken.settle('release');
    return unapproved;
  } catch (error) {
    options.metrics.failed(reasonOf(error));
    return refuse('not_possible', { status: 500, message: 'the decision could not be carried out' });
  }
}

function isAsked(section: readonly unknown[] | undefined): boolean {
  return section !== undefined && section.length > 0;
}

/** Whether all that a decision asks for is there, and can be done at a door that speaks HTTP. */
function isPossible({ action, limits = [], approvals = [], patches = [] }: Decision): boolean {
  if (patches.length > 0) return false;
  switch (action) {
    case 'allow':
    case 'alert':
    case 'redact':
      return true;
    case 'limit':
      return limits.length > 0;
    case 'approve':
      return approvals.length > 0;
    case 'quarantine': // what is named there was refused before
    case 'block':
      return false;
    default:
      return false; // what another compiler's policy made up
  }
}

/** A decision that says nothing but that the call fits into its limits, which could be counted. */
function isPlain(decision: Decision, { uncounted }: Trail): boolean {
  if (uncounted.length > 0 || (decision.action !== 'allow' && decision.action !== 'limit')) return false;
  for (const key in decision) if (!plainMembers.has(key)) return false;
  return true;
}

/** `because` only says which limits these are. */
const plainMembers: ReadonlySet<string> = new Set(['version', 'action', 'limits', 'because', 'usage']);

interface RefusalParts {
  readonly status: number;
  readonly message: string;
  readonly rule?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

function refuse(reason: RefusalReason, { status, message, rule, headers = {} }: RefusalParts): Refused {
  return { kind: 'refuse', status, message, headers, reason, rule };
}

function blocked(decision: Decision): Refused {
  const { reason, status, message, because } = decision;
  if (reason === undefined)
    return refuse('policy', {
      status: status ?? 403,
      message: message ?? 'this was stopped by policy',
      rule: blockingRule(decision),
    });
  if (reason === 'malformed_input')
    return refuse(reason, { status: status ?? 400, message: malformedMessage(decision), rule: because?.[0]?.rule });
  const kind = reason === 'default_deny' ? reason : 'policy_failure';
  // What nothing permits no rule refuses; those that fired only noted it.
  const rule = kind === 'default_deny' ? undefined : because?.[0]?.rule;
  return refuse(kind, { status: status ?? 500, message: message ?? reason, rule });
}

/** A block leaves no trace in the sections, so it is the first rule that fired and is in none. */
function blockingRule(decision: Decision): string | undefined {
  const { findings = [], edits = [], limits = [], approvals = [], quarantine = [], alerts = [] } = decision;
  const { records = [], flows = [], observed = [], patches = [] } = decision;
  const others = [findings, edits, limits, approvals, quarantine, alerts, records, flows, observed, patches];
  const elsewhere = new Set(others.flatMap((section) => section.map(({ rule }) => rule)));
  return decision.because?.find(({ rule }) => !elsewhere.has(rule))?.rule;
}

/** Holds what the decision says, whatever else it says; the call that brought it about is the first that does not pass. */
async function quarantineAll(
  { quarantine: asked }: Decision,
  { now }: CallContext,
  { quarantine, metrics }: OutcomesOptions,
): Promise<Refused | undefined> {
  const [first] = asked ?? [];
  if (asked === undefined || first === undefined) return undefined;
  // What has no name cannot be held: it would hold everything else that has none.
  const named = asked.filter(({ target }) => target !== '');
  const faults = await Promise.all(named.map(({ rule, target }) => quarantine.hold({ target, rule, since: now })));
  for (const fault of faults) if (fault !== undefined) metrics.failed(fault);
  return refuse('quarantine', { status: 403, message: 'this is in quarantine from now on', rule: first.rule });
}

/** A pass whose reservation can also be given back. */
interface Taken extends Omit<Passed, 'settle'> {
  readonly settle: (usage: Usage | 'release' | undefined) => Promise<void>;
}

async function takeLimits(
  decision: Decision,
  context: CallContext,
  trail: Trail,
  options: OutcomesOptions,
): Promise<Taken | Refused> {
  const edits = decision.edits ?? [];
  const limits = decision.limits ?? [];
  if (limits.length === 0) return passed(decision);
  const scope = limitScope(context);
  const charges = limits.map((limit) => chargeOf(limit, { scope, size: context.size }));
  const answer = options.limits.take(charges, trail.began);
  const outcome = answer instanceof Promise ? await answer : answer;
  if (outcome.kind === 'unavailable') {
    const strict = limits.find((limit) => limit.on_error !== 'allow');
    options.metrics.uncounted(outcome.why);
    if (strict !== undefined)
      return refuse('limit_unavailable', {
        status: 503,
        message: 'limits cannot be counted at the moment',
        headers: { 'retry-after': '1' },
        rule: strict.rule,
      });
    trail.uncounted = limits.map(({ rule }) => rule);
    return passed(decision);
  }
  trail.states = outcome.states;
  const headers = rateHeaders(outcome.states);
  if (outcome.kind === 'over') {
    const index = charges.findIndex((charge) => outcome.over.some((state) => state.charge === charge));
    return refuse('rate_limit', {
      status: 429,
      message: 'too many requests: a limit of the policy is reached',
      headers: { ...headers, ...retryAfter(outcome.over) },
      rule: limits[index]?.rule,
    });
  }
  return { kind: 'pass', edits, headers, settle: settler(decision, outcome.states, options) };
}

const noSettling = (): Promise<void> => Promise.resolve();

/** Nothing was taken for it. */
function passed({ edits = [] }: Decision): Taken {
  return { kind: 'pass', edits, headers: {}, settle: noSettling };
}

/** The first call counts; the store's trouble is the store's to report. */
function settler(
  decision: Decision,
  states: readonly LimitState[],
  { limits, metrics }: OutcomesOptions,
): Taken['settle'] {
  let isOpen = true;
  return async (usage) => {
    if (!isOpen || usage === undefined) {
      isOpen = false;
      return;
    }
    isOpen = false;
    const costs = states.map(({ charge }, index) => {
      const limit = decision.limits?.[index];
      if (usage === 'release') return 0;
      return limit === undefined ? charge.cost : settledCost(limit, charge, usage);
    });
    if (usage !== 'release' && !states.some(({ charge }) => isSettled(charge))) return;
    try {
      await limits.settle(states, costs, performance.now());
    } catch (error) {
      metrics.failed(reasonOf(error));
    }
  };
}

/** Undefined when nobody has to be asked, or all that have to be have granted. */
async function approve(
  decision: Decision,
  context: CallContext,
  trail: Trail,
  { approvals, approvalWait, metrics }: OutcomesOptions,
): Promise<Refused | undefined> {
  const asked = decision.approvals ?? [];
  const [first] = asked;
  if (first === undefined) return undefined;
  const { rule } = first;
  const action = showAction(context.document(), decision);
  if (action === undefined)
    return refuse('approval_unavailable', { status: 500, message: 'the action cannot be shown to anybody', rule });
  const since = Date.now();
  const question = {
    ...action,
    id: idOf(trail),
    by: [...new Set(asked.map(({ by }) => by))].toSorted(),
    rules: asked.map((one) => one.rule),
    entrypoint: context.entrypoint,
    client: { ...context.client },
    since,
    until: since + approvalWait,
  };
  const answer = await approvals.ask(question, context.signal);
  metrics.answered(answer.kind, (Date.now() - since) / 1000);
  trail.approval = { id: question.id, outcome: answer.kind, ...approversOf(answer) };
  switch (answer.kind) {
    case 'granted':
      return undefined;
    case 'refused':
      return refuse('approval_refused', { status: 403, message: 'this was not approved', rule });
    case 'timeout':
      return refuse('approval_timeout', { status: 403, message: 'nobody approved this in time', rule });
    case 'left':
      return refuse('client_left', { status: 499, message: 'the client left while this waited for approval', rule });
    case 'unavailable':
      return refuse('approval_unavailable', { status: 503, message: 'nobody can be asked to approve this', rule });
  }
}

function approversOf(answer: Awaited<ReturnType<ApprovalDesk['ask']>>): { readonly by: readonly string[] } | undefined {
  if (answer.kind === 'granted') return { by: answer.by };
  return answer.kind === 'refused' ? { by: [answer.by] } : undefined;
}
