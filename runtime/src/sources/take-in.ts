// Records of a source → decisions of a policy on what they tell of → an inventory. So a log is read with the same rules as traffic:
// what `record` and `flow` say of it is noted. Nothing is enforced; it is over.

import type { SurfacePlan } from '../contract/index.ts';
import type { Enforcer } from '../enforce/enforcer.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { ReadRecord, SourceEvent } from './source-event.ts';

export interface TakeInOptions {
  readonly read: ReadRecord;
  readonly enforcer: Pick<Enforcer, 'decide' | 'stats'>;
  readonly inventory: Pick<Inventory, 'note'>;
  /** The surface that a record without a host is of: `Checkout`, or with its package. */
  readonly surface: string | undefined;
}

/** What became of the records. */
export interface TakenIn {
  readonly records: number;
  /** Lines that are none of the source's form, the first few with their numbers. */
  readonly unread: number;
  readonly unreadLines: readonly number[];
  /** Decisions that were made; a record may be about several surfaces, or none. */
  readonly decisions: number;
  /** Decisions that failed, by reason. */
  readonly failed: Readonly<Record<string, number>>;
  /** Events that no surface of the policy is about. */
  readonly unclaimed: number;
}

const linesNamed = 5;

/** Takes in records, a line each; empty lines are none. */
export async function takeIn(lines: AsyncIterable<string>, options: TakeInOptions): Promise<TakenIn> {
  const { read, enforcer, inventory, surface } = options;
  const surfaces = enforcer.stats().surfaces;
  let [records, unread, decisions, unclaimed, number] = [0, 0, 0, 0, 0];
  const unreadLines: number[] = [];
  const failed: Record<string, number> = {};
  for await (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    records += 1;
    const events = read(line);
    if (events === undefined) {
      unread += 1;
      if (unreadLines.length < linesNamed) unreadLines.push(number);
      continue;
    }
    for (const event of events) {
      const concerned = surfacesOf(event, surfaces, surface);
      if (concerned.length === 0) unclaimed += 1;
      for (const { name, entrypoint } of concerned.flatMap((plan) => claimsOf(plan, event))) {
        const decision = enforcer.decide(entrypoint, Buffer.from(JSON.stringify(event.document)));
        decisions += 1;
        if (decision.reason !== undefined && decision.reason !== 'default_deny')
          failed[decision.reason] = (failed[decision.reason] ?? 0) + 1;
        inventory.note(decision, { surface: name, client: clientOf(event), now: event.at });
      }
    }
  }
  return { records, unread, unreadLines, decisions, failed, unclaimed };
}

interface Claim {
  readonly name: string;
  readonly entrypoint: string;
}

/** The surfaces that an event is of. Of an API that which has its host; of models and networks all. */
function surfacesOf(
  event: SourceEvent,
  surfaces: readonly SurfacePlan[],
  wanted: string | undefined,
): readonly SurfacePlan[] {
  const ofKind = surfaces.filter(({ kind }) => kind === event.kind);
  return event.kind === 'api' ? apiOf(event.host, ofKind, wanted) : ofKind;
}

/** The entrypoint of a surface for an event, where rules are about it. */
function claimsOf({ surface, events }: SurfacePlan, { event }: SourceEvent): readonly Claim[] {
  return events.filter((plan) => plan.event === event).map(({ entrypoint }) => ({ name: surface, entrypoint }));
}

function apiOf(host: string, apis: readonly SurfacePlan[], wanted: string | undefined): readonly SurfacePlan[] {
  if (wanted !== undefined) return apis.filter(({ surface }) => surface === wanted || surface.endsWith(`.${wanted}`));
  const answering = apis.filter(({ hosts }) => hosts.includes(host));
  if (answering.length > 0) return answering;
  return host === '' && apis.length === 1 ? apis : [];
}

function clientOf({ document }: SourceEvent): Parameters<Inventory['note']>[1]['client'] {
  const said = (document['client'] ?? document['source'] ?? {}) as Readonly<Record<string, string | undefined>>; // written by the readers
  return { workload: said['workload'] ?? '', id: '', ip: said['ip'] ?? '', subject: said['subject'] ?? '' };
}
