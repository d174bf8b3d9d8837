// An exchange of HTTP → its end: the request is decided on, goes to its service with the decision's edits, and the answer comes back the
// same way. For surfaces of APIs and of models.
//
// INVARIANT: nothing goes to a service before the request's decision was carried out, and nothing to the client before the answer's was.
// Without edits a body goes on byte for byte. Whatever fails ends the exchange with an answer, or with its connection.

import type { Decision, EventPlan, ProviderPlan } from '../contract/index.ts';
import type { Passed, Usage } from '../enforce/carry-out.ts';
import { askForUsage, tellProvider } from '../provider/index.ts';
import { answerExchange } from './carry-answer.ts';
import { isServiceError, type ServiceAnswer } from './call-service.ts';
import { codingOf, decodeBody, readableCodings } from './content-coding.ts';
import { plainRefusal, type Exchange, type GatewayDoor } from './exchange.ts';
import type { ExchangeEnd } from './gateway-metrics.ts';
import { operationOf } from '../telemetry/operation-of.ts';
import { editedBody, exchangeDocument, type ExchangeDocument, type MessageHead } from './exchange-document.ts';
import {
  contextOf,
  decide,
  eventOf,
  isReadableCharset,
  refuse,
  type Asked,
  type Over,
  openingOfExchange,
} from './exchange-steps.ts';
import { endToEnd, headerValue, joinedHeaders, type Header } from './message-headers.ts';
import { readBody } from './read-body.ts';
import type { Refusal } from './refusal.ts';

/** Carries an exchange; never rejects. */
export async function carryExchange(door: GatewayDoor, exchange: Exchange): Promise<ExchangeEnd> {
  const asked = eventOf(exchange, 'request');
  const taken =
    asked?.body === 'unread'
      ? await decideHead(door, exchange, asked)
      : isRead(door, exchange, asked)
        ? await decideRequest(door, exchange, asked)
        : untouched(door, exchange);
  if (taken.kind === 'over') return taken.end;
  let settled: Usage | undefined = nothingUsed;
  try {
    const answer = await callService(door, exchange, taken);
    if (answer === undefined) return exchange.signal.aborted ? 'left' : 'failed';
    settled = undefined;
    const { end, usage } = await answerExchange(door, exchange, answer, taken);
    settled = usage;
    if (usage !== undefined) exchange.span?.know({ usage });
    return end;
  } finally {
    await taken.passed.settle(settled);
    taken.release();
  }
}

const nothingUsed: Usage = { input: 0, output: 0, from: 'counted' };

/** A request that may go on. */
interface Taken extends Asked {
  readonly kind: 'taken';
  readonly body: Uint8Array | 'stream' | undefined;
  /** Whether the body is another than the one that came. */
  readonly changed: 'changed' | 'as_it_came';
  readonly release: () => void;
}

const passedPlainly: Passed = { kind: 'pass', edits: [], headers: {}, settle: () => Promise.resolve() };

/**
 * Whether the body of a request is read: when rules are about it, and when somebody has to know the model that it names, which is where
 * something is in quarantine, and rules are about the answer.
 */
function isRead(door: GatewayDoor, exchange: Exchange, asked: EventPlan | undefined): boolean {
  const { surface } = exchange.routed;
  if (asked !== undefined) return true;
  if (surface.kind !== 'llm' || surface.default === 'deny' || !hasBody(exchange)) return false;
  const isJson = /\bjson\b/i.test(headerValue(exchange.headers, 'content-type'));
  return door.outcomes.holding() || (isJson && eventOf(exchange, 'response') !== undefined);
}

const unasked = { decision: { version: 1, action: 'allow' }, verdict: passedPlainly } as const;

/** A request that no rule is about: it streams through, unless nothing passes here without a permit. */
function untouched(door: GatewayDoor, exchange: Exchange): Taken | Over {
  const { surface } = exchange.routed;
  if (surface.default === 'deny') return refuse(door, exchange, plainRefusal(403, 'nothing is permitted here'), 'last');
  const held = door.outcomes.held(contextOf(exchange, { event: 'request', entrypoint: `${surface.surface}.request` }));
  if (held !== undefined) return refuse(door, exchange, held, 'last');
  return streamed(exchange, passedPlainly);
}

/** A request whose body nobody has to read. */
function streamed(exchange: Exchange, passed: Passed, opening?: string): Taken {
  return {
    kind: 'taken',
    passed,
    model: undefined,
    opening,
    provider: exchange.routed.provider,
    drop: undefined,
    body: hasBody(exchange) ? 'stream' : undefined,
    changed: 'as_it_came',
    release: () => {},
  };
}

/** A request of which rules ask nothing but its head: its body streams on, whatever it is and however large. */
async function decideHead(door: GatewayDoor, exchange: Exchange, plan: EventPlan): Promise<Taken | Over> {
  const opening = openingOfExchange(exchange);
  const document = exchangeDocument(headOf(exchange, opening), noBody);
  const context = contextOf(exchange, { event: 'request', entrypoint: plan.exchange ?? plan.entrypoint, document });
  exchange.span?.know({ call: context.call });
  const over = (refusal: Refusal): Over => refuse(door, exchange, refusal, isSoonOver(exchange) ? 'kept' : 'last');
  const held = door.outcomes.held(context);
  if (held !== undefined) return over(held);
  const { verdict } = await decide(door, context, document);
  return verdict.kind === 'refuse' ? over(verdict) : streamed(exchange, verdict, opening);
}

const noBody = new Uint8Array(0);

/** Whether the rest of a request can be thrown away for less than a new connection costs. */
function isSoonOver(exchange: Exchange): boolean {
  return !hasBody(exchange) || Number(headerValue(exchange.headers, 'content-length') || Infinity) <= 65_536;
}

/** Without a plan no rule is about it, and it is only read. */
async function decideRequest(
  door: GatewayDoor,
  exchange: Exchange,
  plan: EventPlan | undefined,
): Promise<Taken | Over> {
  const { request, headers } = exchange;
  const read = await readBody(request, door.limits.request, door.budget);
  switch (read.kind) {
    case 'aborted':
      door.metrics.rejected('aborted');
      return { kind: 'over', end: 'left' };
    case 'busy':
      door.metrics.rejected('busy');
      return refuse(door, exchange, plainRefusal(503, 'the gateway holds as much as it may; try again'), 'last');
    case 'too_large':
      door.metrics.rejected('too_large');
      return refuse(door, exchange, tooLarge(door.limits.request), 'last');
    case 'bytes':
  }
  const over = (refusal: Refusal): Over => {
    read.release();
    return refuse(door, exchange, refusal);
  };
  const coding = codingOf(headerValue(headers, 'content-encoding'));
  const decoded = decodeBody(read.bytes, coding, door.limits.request);
  const plain = decoded instanceof Promise ? await decoded : decoded;
  if (plain.kind !== 'bytes') {
    door.metrics.rejected(plain.kind === 'too_large' ? 'too_large' : 'coding');
    return over(
      plain.kind === 'too_large'
        ? tooLarge(door.limits.request)
        : plain.kind === 'malformed'
          ? plainRefusal(400, 'the body of the request is not compressed as it says')
          : plainRefusal(
              415,
              `the body of the request is compressed in a way that cannot be read; one of ${readableCodings} can`,
            ),
    );
  }
  if (!isReadableCharset(headerValue(headers, 'content-type')))
    return over(plainRefusal(415, 'the text of the request is in a character set that cannot be read; send UTF-8'));
  const opening = openingOfExchange(exchange);
  const document = exchangeDocument(headOf(exchange, opening), plain.bytes);
  const provider = providerOf(exchange, document);
  const context = contextOf(exchange, {
    event: 'request',
    entrypoint: plan?.exchange ?? plan?.entrypoint ?? `${exchange.routed.surface.surface}.request`,
    provider,
    document,
    size: read.bytes.length,
  });
  exchange.span?.know({
    call: context.call,
    ...(exchange.routed.surface.kind === 'llm' ? { operation: operationOf(context.call.path ?? '') } : {}),
  });
  const held = door.outcomes.held(context);
  if (held !== undefined) return over(held);
  const { decision, verdict } = plan === undefined ? unasked : await decide(door, context, document);
  if (verdict.kind === 'refuse') return over(verdict);
  const edited = verdict.edits.length === 0 ? undefined : editedBody(document, verdict.edits);
  if (verdict.edits.length > 0 && edited === undefined) {
    await verdict.settle(nothingUsed);
    return over(plainRefusal(403, 'what has to be edited cannot be: it stands in no body that is text'));
  }
  const asked =
    provider === undefined || !isMetered(decision)
      ? undefined
      : askForUsage(provider, exchange.routed.target, edited ?? plain.bytes);
  const body = asked?.body ?? edited;
  return {
    kind: 'taken',
    passed: verdict,
    model: document.model,
    opening,
    provider,
    drop: asked?.drop,
    body: body ?? (read.bytes.length === 0 ? undefined : read.bytes),
    changed: body === undefined ? 'as_it_came' : 'changed',
    release: read.release,
  };
}

/** Whose format a request has: at a host of nobody its body has a say. */
function providerOf({ routed }: Exchange, { keys }: ExchangeDocument): ProviderPlan | undefined {
  const { surface, host, target } = routed;
  return surface.kind === 'llm' ? tellProvider(surface.providers, { host, path: target, keys }) : undefined;
}

/** Whether a limit is settled by what the provider counts, so that it has to count. */
function isMetered({ limits = [] }: Decision): boolean {
  return limits.some(({ unit }) => unit === 'tokens' || unit === 'usd');
}

/** Of a request, as rules read it. Nobody reads the headers of a call to a model. */
function headOf({ routed, headers }: Exchange, opening: string): MessageHead {
  return {
    opening,
    contentType: headerValue(headers, 'content-type'),
    ...(routed.surface.kind === 'llm' ? {} : { headers: joinedHeaders(headers) }),
  };
}

function tooLarge(limit: number): Refusal {
  return plainRefusal(413, `the body of the request is larger than ${limit} bytes, which is what the gateway takes`);
}

function hasBody({ headers }: Exchange): boolean {
  return headers.some(([name, value]) => name === 'transfer-encoding' || (name === 'content-length' && value !== '0'));
}

/** Headers of requests that are made anew, or are for the gateway. */
const remade: ReadonlySet<string> = new Set(['host', 'content-length', 'expect', 'via', 'traceparent', 'tracestate']);
/** Asks for a part of an answer, in which a rule would not find what it looks for in the whole. */
const partial: ReadonlySet<string> = new Set(['range', 'if-range']);
/** What no longer is true of a body that was edited. */
const ofTheBody: ReadonlySet<string> = new Set(['content-encoding', 'content-md5', 'content-digest', 'digest']);

function headersFor(door: GatewayDoor, exchange: Exchange, taken: Taken): readonly Header[] {
  const { headers, routed, client } = exchange;
  const answered = eventOf(exchange, 'response')?.body === 'read';
  const isChanged = taken.changed === 'changed';
  const without = {
    has: (name: string) =>
      remade.has(name) ||
      door.ownHeaders.has(name) ||
      (answered && (name === 'accept-encoding' || partial.has(name))) ||
      (isChanged && ofTheBody.has(name)),
  };
  const passed = endToEnd(headers, without);
  const accepted = headerValue(headers, 'accept-encoding');
  if (answered && accepted !== '') passed.push(['accept-encoding', bothCan(accepted)]);
  const via = headers.filter(([name]) => name === 'via').map(([, value]) => value);
  passed.push(['host', routed.service.authority], ['via', [...via, `1.1 ${door.pseudonym}`].join(', ')]);
  passed.push(...traceFields(exchange));
  // A provider of models is no part of the house: it learns nothing of who is in it.
  if (routed.surface.kind !== 'llm') passed.push(...forwarded(headers, client.ip));
  if (taken.body instanceof Uint8Array) passed.push(['content-length', String(taken.body.length)]);
  else if (taken.body === 'stream') passed.push(...headers.filter(([name]) => name === 'content-length'));
  return passed;
}

/** The trace goes on; the call begins with it. */
function traceFields({ span }: Exchange): readonly Header[] {
  return Object.entries(span?.call() ?? {});
}

/** The codings that the client accepts and the gateway reads. */
function bothCan(accepted: string): string {
  const readable = new Set(readableCodings.split(', '));
  const both = accepted.split(',').filter((part) => readable.has((part.split(';', 1)[0] ?? '').trim().toLowerCase()));
  return both.length === 0 ? 'identity' : both.map((part) => part.trim()).join(', ');
}

function forwarded(headers: readonly Header[], ip: string): readonly Header[] {
  if (headers.some(([name]) => name === 'x-forwarded-for')) return [];
  const host = headerValue(headers, 'host');
  return [['x-forwarded-for', ip], ...(host === '' ? [] : [['x-forwarded-host', host] as const])];
}

/** The answer of the service; without one the client has been told so. */
async function callService(door: GatewayDoor, exchange: Exchange, taken: Taken): Promise<ServiceAnswer | undefined> {
  const { routed, method, request, signal } = exchange;
  const { origin, basePath } = routed.service;
  const { body } = taken;
  try {
    return await door.services.send({
      origin,
      method,
      target: `${basePath}${routed.target}`,
      headers: headersFor(door, exchange, taken),
      body: body === 'stream' ? request : body,
      signal,
    });
  } catch (error) {
    const fault = isServiceError(error) ? error.fault : 'broken';
    if (fault !== 'left') {
      door.metrics.serviceFailed(routed.surface.surface, fault);
      door.log.write({
        level: 'error',
        event: 'service_failed',
        surface: routed.surface.surface,
        host: routed.host,
        fault,
        problem: error instanceof Error ? error.message : String(error),
      });
    }
    const status = fault === 'timeout' ? 504 : 502;
    refuse(
      door,
      exchange,
      plainRefusal(status, `the service gave no answer: ${fault}`),
      body === 'stream' ? 'last' : 'kept',
    );
    return undefined;
  }
}
