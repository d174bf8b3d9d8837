// What is done alike for a request and for its answer: asking the policy and carrying out what it says, and answering in the service's place.

import type { Decision, EventPlan, ProviderPlan } from '../contract/index.ts';
import type { CallContext, Passed, Refused } from '../enforce/carry-out.ts';
import type { Exchange, GatewayDoor } from './exchange.ts';
import type { ExchangeEnd } from './gateway-metrics.ts';
import { bytesOf, openingOf, withBytes, type ExchangeDocument } from './exchange-document.ts';
import { refusalResponse, type Refusal } from './refusal.ts';
import { writeRefusal } from './write-answer.ts';

/** What the answer has to know of its request. */
export interface Asked {
  /** What was decided of the request lets it pass. */
  readonly passed: Passed;
  readonly model: string | undefined;
  /** What the request's document begins with, where there is one. */
  readonly opening: string | undefined;
  /** Whose format the exchange has. */
  readonly provider: ProviderPlan | undefined;
  /** Of what the request was made to ask for, events of a stream that are there for that alone. */
  readonly drop: string | undefined;
}

/** The event of a surface that has rules. */
export function eventOf({ routed }: Pick<Exchange, 'routed'>, name: string): EventPlan | undefined {
  return routed.surface.events.find(({ event }) => event === name);
}

/** A decision, and what became of carrying it out. */
export interface Decided {
  readonly decision: Decision;
  readonly verdict: Passed | Refused;
}

/** What the documents of an exchange begin with. */
export function openingOfExchange({ method, routed, client, now }: Omit<Exchange, 'request' | 'response'>): string {
  return openingOf({ method, target: routed.target, host: routed.host, client, now });
}

/** Decides on a document and carries the decision out. */
export async function decide(door: GatewayDoor, context: CallContext, document: ExchangeDocument): Promise<Decided> {
  const began = performance.now();
  const decision = withBytes(document, (bytes) => door.decide(context.entrypoint, bytes));
  const decideSeconds = (performance.now() - began) / 1000;
  return { decision, verdict: await door.outcomes.carryOut(decision, { ...context, decideSeconds }) };
}

/** What is said of a call along with a decision about it. */
export function contextOf(
  { routed, client, method, now, signal, span }: Omit<Exchange, 'request' | 'response'>,
  about: {
    readonly event: string;
    readonly entrypoint: string;
    readonly provider?: ProviderPlan | undefined;
    readonly document?: ExchangeDocument;
    readonly size?: number;
  },
): CallContext {
  const { document, provider = routed.provider } = about;
  return {
    entrypoint: about.entrypoint,
    surface: routed.surface.surface,
    event: about.event,
    client,
    call: {
      host: routed.host,
      method,
      path: routed.target.split('?', 1)[0] ?? '',
      ...(provider === undefined ? {} : { provider: provider.name }),
      ...(document?.model === undefined ? {} : { model: document.model }),
    },
    document: () => (document === undefined ? nothing : bytesOf(document)),
    size: about.size ?? 0,
    now,
    decideSeconds: 0,
    signal,
    ...(span === undefined ? {} : { span }),
  };
}

const nothing = new Uint8Array(0);

/** Character sets in which patterns are found: those of which ASCII is the beginning. */
export function isReadableCharset(contentType: string): boolean {
  const [, name] = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType) ?? [];
  return name === undefined || /^(utf-?8|us-ascii|ascii|iso-8859-\d+|latin1|windows-125\d)$/i.test(name);
}

/** An exchange that is over. */
export interface Over {
  readonly kind: 'over';
  readonly end: ExchangeEnd;
}

/** Answers in the service's place. */
export function refuse(
  door: GatewayDoor,
  { response, request, routed }: Exchange,
  refusal: Refusal,
  connection: 'kept' | 'last' = 'kept',
): Over {
  if (connection === 'last') request.resume();
  writeRefusal(response, refusalResponse(refusal, routed.speaker), door.isDraining() ? 'last' : connection);
  return { kind: 'over', end: 'refused' };
}
