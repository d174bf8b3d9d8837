// One decision and who called → what it adds to the inventory: a state of its own, with a count of one.

import type { Decision } from '../contract/index.ts';
import type { ClientFacts } from '../enforce/carry-out.ts';
import { emptySketch, withName } from './sketch.ts';
import { sortedFields, type FieldValue, type InventoryState, type Sighting } from './state.ts';

/** Where and when a decision was made, and for whom. */
export interface Occasion {
  /** `shop.checkout.Chat` */
  readonly surface: string;
  readonly client: ClientFacts;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What `record` and `flow` of the decision say. */
export function observe(decision: Decision, { surface, client, now }: Occasion): InventoryState {
  const caller = client.workload || client.id || client.subject || client.ip;
  const found = (decision.findings ?? []).flatMap(({ matches }) => (matches ?? []).map(({ kind }) => kind));
  const seen: Omit<Sighting, 'rules'> = {
    first: now,
    last: now,
    count: 1,
    callers: caller === '' ? emptySketch : withName(emptySketch, caller),
    names: caller === '' ? [] : [caller],
    data: [...new Set(found)].toSorted(),
    surfaces: [surface],
    worst: decision.action,
  };
  return {
    version: 1,
    assets: (decision.records ?? []).map(({ rule, kind, fields }) => ({
      kind,
      fields: sortedFields(fields as Record<string, FieldValue>), // JSON, as the decision has it
      ...seen,
      rules: [rule],
    })),
    flows: (decision.flows ?? [])
      .filter(({ from, to }) => from !== '' && to !== '')
      .map(({ rule, from, to }) => ({ from, to, ...seen, rules: [rule] })),
    dropped: 0,
  };
}
