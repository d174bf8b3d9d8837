// What is seen at a level of a stop: the value that is being worked out and its parts, the elements around, the event, the rules so
// far, and at the end the decision.

import type { ShownMember, ShownValue, Trace } from '@rdp/compiler';
import { outcomeText, type Level, type Stop } from './stops.ts';

/** Variables under one heading. */
export interface ScopeContent {
  readonly name: string;
  readonly members: readonly ShownMember[];
}

/** The scopes at `level` of `stop`. */
export function scopesAt(trace: Trace, stop: Stop, level: number): readonly ScopeContent[] {
  const around = stop.levels.slice(0, level + 1);
  const own = around.at(-1);
  const values = own ? ownValues(own) : [];
  const elements = around.flatMap(({ kind, node, value }) =>
    kind === 'round' && node && value ? [member(node.label, value)] : [],
  );
  const rule = stop.rule && (own?.kind === 'rule' || own?.kind === 'event') ? ruleValues(stop) : [];
  const decision = stop.kind === 'decision' ? decisionValues(trace) : [];
  const event = trace.event?.members ?? [];
  return [
    { name: 'Value', members: values },
    { name: 'Elements', members: elements },
    { name: 'Rule', members: rule },
    { name: 'Decision', members: decision },
    { name: 'Event', members: event },
    { name: 'Rules so far', members: stop.before.map((known) => member(known.name, plain(outcomeText(known)))) },
  ].filter(({ members }) => members.length > 0);
}

function ownValues({ value, node }: Level): readonly ShownMember[] {
  if (value === undefined) return [];
  return [
    member('value', value),
    ...(node?.children ?? []).map((child) =>
      member(child.label, child.value.kind === 'skipped' ? plain('not evaluated') : child.value),
    ),
  ];
}

function ruleValues({ kind, rule }: Stop): readonly ShownMember[] {
  if (rule === undefined) return [];
  return [
    member('mode', plain(rule.mode)),
    ...(kind === 'outcome' ? [member('outcome', plain(outcomeText(rule)))] : []),
    ...(kind === 'outcome'
      ? rule.matches.map(({ kind: what, path, start, end, text }, index) =>
          member(
            `match ${index}`,
            plain(`${what} at ${path} ${start}–${end}${text === undefined ? '' : ` ${JSON.stringify(text)}`}`),
          ),
        )
      : []),
  ];
}

function decisionValues({ decision }: Trace): readonly ShownMember[] {
  return Object.entries(decision).map(([name, value]) => member(name, plain(JSON.stringify(value))));
}

function member(name: string, value: ShownValue): ShownMember {
  return { name, value, members: [] };
}

function plain(text: string): ShownValue {
  return { kind: 'value', text, masked: false };
}
