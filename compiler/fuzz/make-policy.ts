// Random policies as source text: an event of a random shape, and rules of every verb with all kinds of clauses over it.

import { type ExpressionScope, makeExpression, patternNames, patternText } from './make-expression.ts';
import type { Random } from './random.ts';
import { eventText, type EventShape, type FieldShape, makeEvent, type RecordShape, type Shape } from './shapes.ts';

/** A policy and the shape of its one event. */
export interface RandomPolicy {
  readonly text: string;
  readonly event: EventShape;
}

/** A random policy in the package `fuzz.p`. */
export function makePolicy(random: Random): RandomPolicy {
  const event = makeEvent(random);
  const values = event.event.fields.map(({ name, shape, presence }) => ({
    text: name,
    shape: presence === 'optional' ? ({ kind: 'optional', of: shape } as const) : shape,
  }));
  const scope: ExpressionScope = {
    random,
    values,
    records: event.records,
    rules: [],
    temper: random.chance(0.6) ? 'careful' : 'bold',
    bound: 0,
  };
  const rules: string[] = [];
  const detects: string[] = [];
  const named: string[] = [];
  const count = 2 + random.below(7);
  for (let i = 0; i < count; i++) {
    const inner = random.chance(0.4)
      ? { ...scope, rules: named, values: [...values, ...detects.map(matchesOf)] }
      : scope;
    const verb = random.pick(['discover', 'detect', 'detect', 'defend', 'defend'] as const);
    const name = `${verb.slice(0, 2).toUpperCase()}${i}`;
    const body = clauses(verb, inner, detects);
    rules.push(`${verb} ${name} on S.probe {\n${body}\n}`);
    if (body.includes('find ')) detects.push(name);
    if (verb !== 'defend') named.push(name);
    if (random.chance(0.1))
      rules.push(
        `exempt ${name} {\n  when ${makeExpression(scope, 'bool', 2)}\n  until 2999-01-01\n  owner "o"\n  reason "r"\n}`,
      );
  }
  const surface = `surface S: data {${random.chance(0.2) ? ' default deny,' : ''}${random.chance(0.15) ? ` on_malformed ${random.pick(['alert', 'allow'])}` : ''} }`;
  const text = `package fuzz.p\n${eventText(event)}${surface}\nset known = ["a", "ab", "é"]\ndata blocked: set<string> from "blocked.json"\n${patternText}\n${rules.join('\n')}\n`;
  return { text, event };
}

/** The matches of a detection. Their text is sensitive, so that it may stand in conditions alone; it is left to those of tests. */
function matchesOf(detection: string): ExpressionScope['values'][number] {
  const field = (name: string, kind: 'string' | 'int'): FieldShape => ({
    name,
    wire: name,
    shape: { kind },
    presence: 'required',
    default: undefined,
  });
  const fields = [field('kind', 'string'), field('path', 'string'), field('start', 'int'), field('end', 'int')];
  return {
    text: `${detection}.matches`,
    shape: { kind: 'list', of: { kind: 'record', record: { name: 'Match', fields } } },
  };
}

function clauses(verb: 'discover' | 'detect' | 'defend', scope: ExpressionScope, detects: readonly string[]): string {
  const { random } = scope;
  const make = (kind: Shape['kind']): string => makeExpression(scope, kind, 2);
  const lines: string[] = [];
  if (random.chance(verb === 'discover' ? 0.6 : 0.8)) lines.push(`when ${makeExpression(scope, 'bool', 3)}`);
  if (verb === 'discover') {
    lines.push(`flow ${make('string')} -> ${make('string')}`);
    return indent(lines);
  }
  if (verb === 'detect') {
    lines.unshift(`severity ${random.pick(['low', 'medium', 'high', 'critical'])}`);
    const text = textPaths(scope.values);
    if (text.length > 0 && random.chance(0.6))
      lines.push(
        `find ${random.pick(patternNames)}${random.chance(0.4) ? `, ${random.pick(patternNames)}` : ''} in ${viewed(random, random.pick(text))}`,
      );
    if (random.chance(0.3)) {
      const scores = 1 + random.below(3);
      for (let i = 0; i < scores; i++) lines.push(`score ${1 + random.below(4)} when ${make('bool')}`);
      lines.push(`threshold ${1 + random.below(5)}`);
    }
    if (lines.length === 1) lines.push(`when ${make('bool')}`);
    if (random.chance(0.5)) lines.push(`message ${template(scope)}`);
    return indent(lines);
  }
  if (random.chance(0.2)) lines.unshift(`mode ${random.pick(['observe', 'warn'])}`);
  const redacted = detects.length > 0 ? random.pick(detects) : undefined;
  const actions = [
    `block ${random.chance(0.5) ? `4${random.below(10)}${random.below(10)} ` : ''}${template(scope)}`,
    'block',
    'permit',
    'alert',
    `alert ${template(scope)}`,
    `limit ${1 + random.below(100)} requests per ${random.pick(['1m', '1h'])} by ${make('string')}`,
    `quarantine ${make('string')}`,
    `approve by ${random.pick(['"ops"', make('string')])}`,
    ...(redacted === undefined
      ? []
      : [
          `redact ${redacted}`,
          `redact ${redacted} with "<{kind}\\"é>"`,
          `redact ${redacted} with ${random.pick(['mask("*")', 'mask("•", 2)', 'last(4)', 'hash', '"{hash} {kind}"'])}`,
          `strip ${redacted}`,
        ]),
  ];
  lines.push(random.pick(actions));
  return indent(lines);
}

/** A text as it is, or one of its views. */
function viewed(random: ExpressionScope['random'], text: string): string {
  return random.pick([text, text, `normalized(${text})`, `normalized(${text}, leet)`]);
}

function template(scope: ExpressionScope): string {
  const holes = scope.values.filter(({ shape }) => ['string', 'int', 'bool', 'float', 'uint'].includes(shape.kind));
  const hole = holes.length > 0 ? `{${scope.random.pick(holes).text}}` : '';
  return scope.random.pick([`"plain"`, `"with ${hole} and {{x}}"`, `"${hole}"`, `"é\\n\\"${hole}"`]);
}

/** Paths with `[*]` that `find` can search. */
function textPaths(values: ExpressionScope['values']): readonly string[] {
  const below = (text: string, shape: Shape, depth: number): readonly string[] => {
    if (shape.kind === 'string') return [text];
    if (depth === 0) return [];
    if (shape.kind === 'list') return below(`${text}[*]`, shape.of, depth - 1);
    return shape.kind === 'record' ? inRecord(text, shape.record, depth - 1) : [];
  };
  const inRecord = (text: string, record: RecordShape, depth: number): readonly string[] =>
    record.fields.flatMap(({ name, shape, presence }) =>
      presence === 'optional' ? [] : below(`${text}.${name}`, shape, depth),
    );
  return values.flatMap(({ text, shape }) => below(text, shape, 4));
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n');
}
