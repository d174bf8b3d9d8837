// One rule of an admission event → the expressions of a native policy: conditions under which it is asked at all, variables, whether it
// fires, and what it says then; or why CEL cannot say it.
// INVARIANT: it fires exactly where the rule does, and has an error where the rule has one. Never weaker: what could deny by an error
// in the enforcer is refused where the policy would only warn.
// Rules that it names are put in its place. Leaves objects to `emit/k8s`.

import type { CoreEntrypoint, CoreExpr, CoreRule } from '@rdp/language';
import { foldRule } from '../../ir/passes/fold.ts';
import { mayFail } from '../../ir/may-fail.ts';
import { settledRules } from '../../ir/settled.ts';
import { walkExpr } from '../../ir/walk-core.ts';
import { binary, both, call, celBool, celInt, celName, conditional, negated, select, type Cel } from './cel.ts';
import { emitChange } from './emit-change.ts';
import { emitMaybe, emitPlace, emitValue } from './emit-expression.ts';
import { emitFinds } from './emit-find.ts';
import { emitSettled } from './emit-settled.ts';
import { createEmission, type CelVariable, type Emission } from './emission.ts';

/** What a policy is asked to do about a rule that fires. */
export type NativeAction = 'Deny' | 'Warn' | 'Audit';

/** A rule in CEL. */
export interface CelRule {
  /** The policy is not asked where one of these is false; they cannot fail and name no variable. */
  readonly matchConditions: readonly { readonly name: string; readonly expression: Cel }[];
  readonly variables: readonly CelVariable[];
  /** Whether the rule fires, where the match conditions hold. */
  readonly fired: Cel;
  /** Text for who asked; undefined when the rule has none of its own. */
  readonly message: Cel | undefined;
  /** What the rule read, as texts. */
  readonly facts: readonly { readonly name: string; readonly value: Cel }[];
  /** The patches of a `set`, for an object on which it fires. */
  readonly change: Cel | undefined;
}

/** A rule in CEL, or why it is not. */
export type EmittedRule =
  | { readonly kind: 'cel'; readonly rule: CelRule }
  /** One line, lower-case at its start unless it begins with a name, without a stop. */
  | { readonly kind: 'refused'; readonly reason: string };

/** What the emission depends on beside the rule. */
export interface RuleQuestion {
  readonly entrypoint: CoreEntrypoint;
  readonly index: number;
  /** 36 of Kubernetes 1.36. */
  readonly minor: number;
  /** Whether requests without an object come: `DELETE`. */
  readonly objectMayBeNull: boolean;
  /** Whether updates come. */
  readonly updates: 'asked' | 'unasked';
  /** Whether an error has to deny, as in the enforcer, though the policy would only warn or note. */
  readonly onlyReports: boolean;
}

/** The rule at `index`. */
export function emitRule(question: RuleQuestion): EmittedRule {
  const rules = question.entrypoint.rules.map(foldRule);
  const rule = rules[question.index];
  if (rule === undefined) return { kind: 'refused', reason: 'there is no such rule' };
  if (question.onlyReports && [...decidingOf(rule), ...(messageOf(rule) ?? [])].some(mayFail)) {
    return { kind: 'refused', reason: 'an error of the rule has to deny, and this policy would only report it' };
  }
  const em = createEmission({ ...question, rules, recursion });
  const { conditions, rest } = splitCondition(em, rule);
  const exempt = rule.exemptions.length > 0 && !decidingOf(rule).some(mayFail) ? matchExemptions(em, rule) : undefined;
  const fired = emitFired(em, { ...rule, condition: rest, exemptions: exempt ? [] : rule.exemptions });
  const [message] = messageOf(rule) ?? [];
  const settled = question.updates === 'asked' ? settledRules(question.entrypoint).rules[question.index] : undefined;
  const emitted: CelRule = {
    matchConditions: [
      ...conditions.map((expression, i) => ({ name: `when-${i + 1}`, expression })),
      ...(exempt ?? []).map((expression, i) => ({ name: `not-exempt-${i + 1}`, expression })),
    ],
    variables: em.variables,
    // Asked last, and an error of what stands ahead is absorbed: what has one now had it before.
    fired: settled && (settled.reads || settled.ends) ? both(fired, negated(emitSettled(em, settled))) : fired,
    message: message && emitText(em, message),
    facts: factsOf(em, rule),
    change: rule.action?.kind === 'set' ? emitChange(em, rule.action) : undefined,
  };
  const [reason] = em.reasons;
  return reason === undefined ? { kind: 'cel', rule: emitted } : { kind: 'refused', reason };
}

const recursion = { value: emitValue, maybe: emitMaybe, place: emitPlace, fired: emitRuleFired };

function decidingOf(rule: CoreRule): readonly CoreExpr[] {
  return [
    ...(rule.condition ? [rule.condition] : []),
    ...rule.finds.map((find) => find.texts),
    ...rule.scores.map((score) => score.condition),
    ...rule.exemptions,
  ];
}

/** A text for sure: the server wants to see that it is one, and what comes of an object could be anything. */
function emitText(em: Emission, expr: CoreExpr): Cel {
  // In a message any order will do.
  walkExpr(expr, (inner) => em.orderless.add(inner));
  const text = emitValue(em, expr);
  return isText(text) ? text : call('string', text);
}

function isText(expr: Cel): boolean {
  if (expr.op === 'literal') return expr.value.kind === 'string';
  return expr.op === 'binary' && expr.operator === '+' && (isText(expr.left) || isText(expr.right));
}

function messageOf({ action, message }: CoreRule): readonly CoreExpr[] | undefined {
  if (action?.kind === 'block' || action?.kind === 'alert') return action.message && [action.message];
  return message && [message];
}

/** Parts of the condition that ask about the request alone and cannot fail stand ahead of the policy; the rest in it. */
function splitCondition(
  em: Emission,
  { condition }: CoreRule,
): { readonly conditions: readonly Cel[]; readonly rest: CoreExpr | undefined } {
  const parts = conjuncts(condition);
  const ahead = parts.filter((part) => !mayFail(part) && asksRequestAlone(part));
  const rest = parts.filter((part) => !ahead.includes(part));
  return {
    conditions: ahead.map((part) => emitValue(em, part)),
    rest: rest.reduce<CoreExpr | undefined>(
      (left, right) => (left ? { op: 'and', left, right, type: { kind: 'bool' } } : right),
      undefined,
    ),
  };
}

function conjuncts(expr: CoreExpr | undefined): readonly CoreExpr[] {
  if (expr === undefined) return [];
  return expr.op === 'and' ? [...conjuncts(expr.left), ...conjuncts(expr.right)] : [expr];
}

/** Of neither object, nor of a rule: what such a condition says needs no variable. */
function asksRequestAlone(expr: CoreExpr): boolean {
  let alone = true;
  walkExpr(expr, (inner) => {
    if (inner.op.startsWith('rule-') || inner.op === 'variant-test') alone = false;
    if (inner.op === 'field' && inner.of.op === 'input' && objectFields.has(inner.field.wire)) alone = false;
    if (inner.op === 'field' && (inner.type.kind === 'list' || inner.type.kind === 'map')) {
      // Such a read may become a variable.
      if (!isOfRequest(inner)) alone = false;
    }
  });
  return alone;
}

const objectFields: ReadonlySet<string> = new Set(['object', 'oldObject', 'namespaceObject', 'options']);

function isOfRequest(expr: CoreExpr): boolean {
  if (expr.op === 'input') return true;
  return expr.op === 'field' && !objectFields.has(expr.field.wire) && isOfRequest(expr.of);
}

/** Exemptions of a rule that cannot fail stand ahead of it, when they name no variable. */
function matchExemptions(em: Emission, rule: CoreRule): readonly Cel[] | undefined {
  if (!rule.exemptions.every(asksRequestAlone)) return undefined;
  return rule.exemptions.map((exemption) => negated(emitValue(em, exemption)));
}

/** Whether a rule fires: condition, finds, scores, exemptions, in this order, each asked only where those before it hold. */
function emitFired(em: Emission, rule: CoreRule): Cel {
  const strict = decidingOf(rule).some(mayFail);
  const parts: readonly Cel[] = [
    ...(rule.condition ? [emitValue(em, rule.condition)] : []),
    ...(rule.finds.length > 0 ? [emitFinds(em, rule)] : []),
    ...(rule.scores.length > 0 ? [emitThreshold(em, rule)] : []),
    ...rule.exemptions.map((exemption) => negated(emitValue(em, exemption))),
  ];
  const [last = celBool(true), ...before] = parts.toReversed();
  return before.reduce((rest, part) => (strict ? conditional(part, rest, celBool(false)) : both(part, rest)), last);
}

function emitThreshold(em: Emission, rule: CoreRule): Cel {
  const points = rule.scores.map((score) =>
    conditional(emitValue(em, score.condition), celInt(BigInt(score.points)), celInt(0n)),
  );
  return binary(
    '>=',
    points.reduce((left, right) => binary('+', left, right)),
    celInt(BigInt(rule.threshold)),
  );
}

/** A rule that another one names, as a variable. */
function emitRuleFired(em: Emission, index: number): Cel {
  const rule = em.rules[index];
  if (rule === undefined) return em.refuse('there is no such rule');
  const name = rule.name.slice(0, 1).toLowerCase() + rule.name.slice(1);
  return em.variable(`rule ${index}`, name, () => emitFired(em, rule));
}

/** Texts of the scalars that the rule read. */
function factsOf(em: Emission, rule: CoreRule): CelRule['facts'] {
  return rule.facts.flatMap(({ name, value }) => {
    if (value.type.kind === 'float') return [];
    // The server wants a text for sure, and what comes of an object could be anything.
    return [{ name, value: call('string', emitValue(em, value)) }];
  });
}

/** The policy's variable of that name. */
export function celVariable(name: string): Cel {
  return select(celName('variables'), name);
}
