// Which entrypoints report the tokens of a response: those of surfaces where something is limited by tokens or money. A surface that
// has no rule on its responses gets the entrypoint for that alone.

import type { CoreEntrypoint, CoreUsage } from '../core.ts';
import type { Field } from '../types.ts';
import type { BoundEvent } from './bind-entrypoint.ts';
import { bindEntrypoint } from './bind-entrypoint.ts';
import type { SurfaceEvent } from './bind-event.ts';
import { fieldsOfInput, fieldType } from './bind-event.ts';
import type { Binder } from './binder.ts';
import { withStreams } from './provider-stream.ts';

/** The events of a package; `all` are the events of a surface, by name. */
export function withUsage(
  binder: Binder,
  events: readonly BoundEvent[],
  all: (event: SurfaceEvent) => ReadonlyMap<string, SurfaceEvent>,
): readonly BoundEvent[] {
  const responses = new Set(
    events.filter(limitsTokens).flatMap(({ event }) => {
      const response = event.unit.package === 'std.llm' ? all(event).get('response') : undefined;
      return response ? [response] : [];
    }),
  );
  const missing = [...responses].filter((response) => !events.some(({ event }) => event === response));
  const added = missing.map((event) => ({
    event,
    rules: [],
    entrypoint: withStreams(binder, event, bindEntrypoint(binder, event, { rules: [] })),
  }));
  return [...events, ...added].map((bound) => {
    const usage = responses.has(bound.event) ? usageOf(bound.event) : undefined;
    return usage === undefined ? bound : { ...bound, entrypoint: { ...bound.entrypoint, usage } };
  });
}

const knownLimits = new WeakMap<CoreEntrypoint['rules'], boolean>();

function limitsTokens({ entrypoint: { rules } }: { readonly entrypoint: CoreEntrypoint }): boolean {
  const known = knownLimits.get(rules);
  if (known !== undefined) return known;
  const limits = rules.some(
    ({ action }) => action?.kind === 'limit' && (action.unit === 'tokens' || action.unit === 'usd'),
  );
  knownLimits.set(rules, limits);
  return limits;
}

/** The numbers of the event's `usage`; undefined where it has none. */
function usageOf(event: SurfaceEvent): CoreUsage | undefined {
  const usage = event.record.fields().get('usage');
  if (usage?.type.kind !== 'record' || usage.presence === 'optional') return undefined;
  const of = fieldsOfInput(event)(usage);
  const { record } = usage.type;
  const read = (name: string): CoreUsage['input'] | undefined => {
    const field: Field | undefined = record.fields().get(name);
    return field && { op: 'field', of, field, type: fieldType(field) };
  };
  const [input, output, moreInput, moreOutput] = ['input', 'output', 'more_input', 'more_output'].map(read);
  return (
    input && output && moreInput && moreOutput && { input, output, more_input: moreInput, more_output: moreOutput }
  );
}
