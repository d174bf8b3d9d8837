// The answer of a service → the answer to the client with its body as it comes: where no rule is about it, or none that looks into the body.
//
// INVARIANT: of an answer that rules are about nothing goes out before they were asked.

import type { EventPlan } from '../contract/index.ts';
import type { Passed, Usage } from '../enforce/carry-out.ts';
import type { ServiceAnswer } from './call-service.ts';
import { exchangeDocument, type MessageHead } from './exchange-document.ts';
import type { Exchange, GatewayDoor } from './exchange.ts';
import { contextOf, decide, openingOfExchange, refuse, type Asked } from './exchange-steps.ts';
import type { ExchangeEnd } from './gateway-metrics.ts';
import { endToEnd, headerValue, joinedHeaders, type Header } from './message-headers.ts';
import type { Refusal } from './refusal.ts';
import { cutShort } from '../server/listen.ts';
import { writeHead, writePiece } from './write-answer.ts';

/** How an answer ended. */
export interface Answered {
  readonly end: ExchangeEnd;
  /** What it came to; undefined when nobody knows. */
  readonly usage: Usage | undefined;
}

/** An answer that rules are about. */
export interface Planned extends Asked {
  readonly plan: EventPlan;
}

/** What rules read of an answer beside its body. */
export function headOf(exchange: Exchange, { status, headers }: ServiceAnswer, { opening }: Asked): MessageHead {
  return {
    opening: opening ?? openingOfExchange(exchange),
    status,
    contentType: headerValue(headers, 'content-type'),
    // Nobody reads the headers of an answer of a model.
    ...(exchange.routed.surface.kind === 'llm' ? {} : { headers: joinedHeaders(headers) }),
  };
}

/** Headers of an answer for the client. Another way to the service (`alt-svc`) would be one past the gateway. */
export function headersOf(answer: ServiceAnswer, asked: Asked): Header[] {
  const own = asked.passed.headers;
  const without = { has: (name: string) => name === 'alt-svc' || Object.hasOwn(own, name) };
  return [...endToEnd(answer.headers, without), ...Object.entries(own)];
}

/** Hands it on as it comes. */
export async function passThrough(exchange: Exchange, answer: ServiceAnswer, asked: Asked): Promise<Answered> {
  const { response } = exchange;
  writeHead(response, answer.status, headersOf(answer, asked));
  try {
    for await (const piece of answer.body)
      if ((await writePiece(response, piece)) === 'gone') return { end: 'left', usage: undefined };
  } catch {
    cutShort(response);
    return { end: exchange.signal.aborted ? 'left' : 'failed', usage: undefined };
  }
  response.end();
  return { end: 'passed', usage: undefined };
}

/** A service's own failure stays one, so that clients try again where they would have; what is wrong with an answer is no client's fault. */
export function statusOf({ status }: Refusal, answer: ServiceAnswer): number {
  if (answer.status >= 400) return answer.status;
  return status === 400 || status === 413 ? 502 : status;
}

/** Decides on the head, and hands the body on as it comes, whatever it is and however large. */
export async function carryHead(
  door: GatewayDoor,
  exchange: Exchange,
  answer: ServiceAnswer,
  asked: Planned,
): Promise<Answered> {
  const { event, exchange: form, entrypoint } = asked.plan;
  const document = exchangeDocument(headOf(exchange, answer, asked), noBody);
  const context = contextOf(exchange, { event, entrypoint: form ?? entrypoint, provider: asked.provider, document });
  const { verdict } = await decide(door, context, document);
  if (verdict.kind === 'refuse') {
    answer.discard();
    refuse(door, exchange, { ...verdict, status: statusOf(verdict, answer) });
    return { end: 'refused', usage: undefined };
  }
  await verdict.settle(undefined);
  return passThrough(exchange, answer, { ...asked, passed: bothPassed(asked.passed, verdict) });
}

const noBody = new Uint8Array(0);

/** What was decided of the answer, with what the client is told of the request, too. */
export function bothPassed(request: Passed, answer: Passed): Passed {
  return { ...answer, headers: { ...request.headers, ...answer.headers } };
}
