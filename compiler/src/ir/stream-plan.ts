// Which responses can be decided on while they stream: an event's rules → a plan. A rule can act on a text that is not complete
// when what it says of the part holds for the whole: it fires by matches in the text alone, and by what is known before the first
// word of the answer.
// INVARIANT: one rule that needs the whole makes all of it wait; nothing is enforced in part.

import { coreChildren, isUnbounded, longestMatch, wordsTree } from '@rdp/language';
import type { CoreEntrypoint, CoreExpr, CorePattern, CoreRule, CoreView } from '@rdp/language';
import type { StreamGap, StreamPlan } from '@rdp/runtime/contract';

/** The list of a model's answers in its event, and the text of one; what the pieces of a stream make up. */
const [answers, answerText] = ['completions', 'text'];

/** Fields of the event that are known when the answer begins. */
const knownAhead: ReadonlySet<string> = new Set(['provider', 'model', 'client', 'session', 'time']);

/** Fields that the events of a stream tell when it is over. */
const toldAtEnd: ReadonlySet<string> = new Set(['tool_calls', 'usage', 'finish_reason']);

/** `reads`: fields that come with the response; without any a `response` is needed that no stream gives. */
type Gap = Omit<StreamGap, 'rule'> & { readonly reads?: readonly string[] };

/** The plan of an event whose documents stream; undefined for any other. */
export function planStream(entrypoint: CoreEntrypoint): StreamPlan | undefined {
  const providers = entrypoint.streams?.();
  if (providers === undefined) return undefined;
  const gaps = gapsOf(entrypoint);
  const scan = scanOf(gaps);
  const notes = scan === 'incremental' ? entrypoint.rules.filter((rule) => notesAfterwards(entrypoint, rule)) : [];
  return {
    entrypoint: entrypoint.name,
    scan,
    reads: scan === 'held' ? [...new Set(gaps.flatMap(({ reads }) => reads ?? []))].toSorted() : [],
    gaps: gaps.map(({ rule, needs, why }) => ({ rule, needs, why })),
    notes: notes.map(({ name }) => name),
    context: contextOf(entrypoint.rules),
    providers,
  };
}

function scanOf(gaps: readonly Gap[]): StreamPlan['scan'] {
  if (gaps.some(({ needs, reads }) => needs === 'response' && reads === undefined)) return 'refused';
  if (gaps.some(({ needs }) => needs === 'response')) return 'held';
  return gaps.length === 0 ? 'incremental' : 'whole';
}

/** The rules that do not let the event's answers pass as they come. */
function gapsOf(entrypoint: CoreEntrypoint): readonly (Gap & { readonly rule: string })[] {
  return entrypoint.rules.flatMap((rule) => {
    const gap = gapOfAction(entrypoint, rule);
    return gap === undefined ? [] : [{ rule: rule.name, ...gap }];
  });
}

/**
 * The event as it decides on parts of an answer that streams: the same rules, but those which only note something and need all of the
 * text for it never fire; they are asked when all is over. The entrypoint itself when there are none, undefined when it does not
 * decide on parts.
 */
export function partsOf(entrypoint: CoreEntrypoint): CoreEntrypoint | undefined {
  if (entrypoint.streams?.() === undefined || gapsOf(entrypoint).length > 0) return undefined;
  if (!entrypoint.rules.some((rule) => notesAfterwards(entrypoint, rule))) return entrypoint;
  const rules = entrypoint.rules.map((rule) => (notesAfterwards(entrypoint, rule) ? silenced(rule) : rule));
  return { ...entrypoint, name: `${entrypoint.name}#parts`, aliases: [], rules };
}

/** Whether a rule, which lets answers pass as they come, needs all of the text for what it notes. No other depends on it then. */
function notesAfterwards({ rules }: CoreEntrypoint, rule: CoreRule): boolean {
  return gapOfDetection(rules, rule) !== undefined;
}

/** The rule in its place, without anything to look at. */
function silenced(rule: CoreRule): CoreRule {
  const never: CoreExpr = { op: 'const', value: { kind: 'bool', value: false }, type: { kind: 'bool' } };
  return {
    ...rule,
    condition: never,
    finds: [],
    scores: [],
    threshold: 0,
    exemptions: [],
    message: undefined,
    records: [],
    flows: [],
    action: undefined,
    facts: [],
  };
}

/** What an enforced rule needs beyond the text so far. What only notes something does so when all is over. */
function gapOfAction({ rules, defaultDeny }: CoreEntrypoint, rule: CoreRule): Gap | undefined {
  const action = rule.action;
  if (action === undefined || rule.mode !== 'enforce') return undefined;
  switch (action.kind) {
    case 'alert':
    case 'limit':
    case 'quarantine':
      return undefined;
    case 'permit':
      // Where nothing passes without one, it must hold of the whole answer.
      return defaultDeny ? gapOfDetection(rules, rule) : undefined;
    case 'approve':
    case 'set':
      return { needs: 'response', why: 'it decides on the response as a whole' };
    case 'block':
      return first([gapOfCondition(rules, rule.condition), ...rule.exemptions.map((expr) => gapOfReads(rules, expr))]);
    case 'redact':
    case 'strip': {
      const found = rules[action.rule];
      return first([
        gapOfCondition(rules, rule.condition),
        ...rule.exemptions.map((expr) => gapOfReads(rules, expr)),
        found && gapOfDetection(rules, found),
      ]);
    }
  }
}

/** Why a condition that holds for a part of the text may not hold for the whole. */
function gapOfCondition(rules: readonly CoreRule[], condition: CoreExpr | undefined): Gap | undefined {
  if (condition === undefined) return undefined;
  if (condition.op === 'and' || condition.op === 'or')
    return first([gapOfCondition(rules, condition.left), gapOfCondition(rules, condition.right)]);
  if (condition.op !== 'rule-fired') return gapOfReads(rules, condition);
  const rule = rules[condition.rule];
  return rule && gapOfDetection(rules, rule);
}

/** Why a detection is more than matches in the answer's text. */
function gapOfDetection(rules: readonly CoreRule[], rule: CoreRule): Gap | undefined {
  const needed = first([
    gapOfCondition(rules, rule.condition),
    ...rule.scores.map(({ condition }) => gapOfReads(rules, condition)),
    ...rule.exemptions.map((expr) => gapOfReads(rules, expr)),
    ...rule.finds.map(({ texts, view }) => (isAnswerText(texts) ? gapOfView(view) : gapOfReads(rules, texts))),
  ]);
  if (needed) return needed;
  if (rule.scores.length > 0) return { needs: 'text', why: `\`${rule.name}\` adds up points over the whole text` };
  if (rule.finds.some(({ view }) => view !== 'plain'))
    return { needs: 'text', why: `\`${rule.name}\` looks through what hides in the text, which has no longest run` };
  const unbounded = rule.finds.flatMap(({ patterns }) => patterns).find(({ body }) => isUnbounded(body));
  return unbounded && { needs: 'text', why: `\`${unbounded.kind}\` has no longest match` };
}

/** A view of a text is made of all of it. */
function gapOfView(view: CoreView): Gap | undefined {
  return view === 'plain' ? undefined : { needs: 'text', why: 'it looks into the normalised text' };
}

/** What an expression reads that is not known before the answer begins. */
function gapOfReads(rules: readonly CoreRule[], expr: CoreExpr): Gap | undefined {
  switch (expr.op) {
    case 'rule-fired':
    case 'rule-count':
    case 'rule-score':
    case 'rule-matches': {
      const rule = rules[expr.rule];
      const changing: Gap = { needs: 'text', why: 'what it asks of another rule can change until the text ends' };
      return first([changing, rule && gapOfDetection(rules, rule)]);
    }
    case 'input':
      return { needs: 'response', why: 'it reads the response as a whole' };
    case 'field': {
      if (expr.of.op !== 'input') return gapOfReads(rules, expr.of);
      const { name } = expr.field;
      if (knownAhead.has(name)) return undefined;
      if (name === answers) return { needs: 'text', why: 'it reads the answer as a whole' };
      const why = `it reads \`${name}\`, which comes with the response`;
      return { needs: 'response', why, ...(toldAtEnd.has(name) ? { reads: [name] } : {}) };
    }
    default:
      return first(coreChildren(expr).map((child) => gapOfReads(rules, child)));
  }
}

/** A gap that needs the response, or else any. */
function first(gaps: readonly (Gap | undefined)[]): Gap | undefined {
  const found = gaps.filter((gap) => gap !== undefined);
  const beyond = found.filter(({ needs }) => needs === 'response');
  const [atEnd] = beyond;
  if (atEnd === undefined) return found[0];
  const never = beyond.find(({ reads }) => reads === undefined);
  return never ?? { ...atEnd, reads: beyond.flatMap(({ reads = [] }) => reads) };
}

/** Code points behind (or before) a match in which a context word that is near enough ends (or begins). */
export function contextReach({ words, within }: NonNullable<CorePattern['near']>): number {
  const longest = longestMatch(wordsTree(words)) ?? 0;
  return within + longest + 1;
}

/** Bytes of a text that have to be kept before what is not decided. */
function contextOf(rules: readonly CoreRule[]): number {
  const patterns = rules.flatMap(({ finds }) => finds.flatMap((find) => find.patterns));
  return patterns.reduce((most, { near }) => Math.max(most, near ? 4 * contextReach(near) : 0), 4);
}

/** `completions[*].text` */
export function isAnswerText(texts: CoreExpr): boolean {
  return (
    texts.op === 'loop' &&
    texts.macro === 'map' &&
    texts.range.op === 'field' &&
    texts.range.of.op === 'input' &&
    texts.range.field.name === answers &&
    texts.body.op === 'field' &&
    texts.body.of.op === 'local' &&
    texts.body.of.id === texts.item &&
    texts.body.field.name === answerText
  );
}
