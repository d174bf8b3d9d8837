// An exchange with an MCP server over streamable HTTP → its end. Messages go through a guard, those of a body and those of a stream alike.
// Source: Model Context Protocol, 2026-07-28, "Transports", and the revisions of 2025.
//
// INVARIANT: nothing of a server's answer goes out before the guard has seen the message that it is part of.

import { createGuard, type Guard, type Guarded } from '../mcp/guard.ts';
import { createPendingCalls, type PendingCalls } from '../mcp/pending-calls.ts';
import { createLineFramer } from '../stream/line-frames.ts';
import type { Frame } from '../stream/frame.ts';
import { isServiceError, type ServiceAnswer } from './call-service.ts';
import { errorMessage, rpcCodes } from '../mcp/message.ts';
import { headerMismatch } from '../mcp/header-mismatch.ts';
import { codingOf, decodeBody, decodePieces, decoderFor } from './content-coding.ts';
import { plainRefusal, type Exchange, type GatewayDoor } from './exchange.ts';
import { contextOf, refuse } from './exchange-steps.ts';
import type { ExchangeEnd } from './gateway-metrics.ts';
import { endToEnd, headerValue, type Header } from './message-headers.ts';
import { readBody } from './read-body.ts';
import { cutShort } from '../server/listen.ts';
import { writeHead, writePiece } from './write-answer.ts';

/** Calls that wait for their answers, of a gateway each. */
const pendingOf = new WeakMap<GatewayDoor, PendingCalls>();

/** Carries an exchange; never rejects. */
export async function carryTools(door: GatewayDoor, exchange: Exchange): Promise<ExchangeEnd> {
  const { method } = exchange;
  const guard = guardOf(door, exchange);
  const entrypoint = `${exchange.routed.surface.surface}.message`;
  const held = door.outcomes.held(contextOf(exchange, { event: 'message', entrypoint }));
  if (held !== undefined) return refuse(door, exchange, held, 'last').end;
  if (method === 'GET' || method === 'DELETE') return call(door, exchange, { guard, body: undefined, headers: {} });
  if (method !== 'POST')
    return refuse(door, exchange, plainRefusal(405, `\`${method}\` means nothing to an MCP server`), 'last').end;
  const read = await readMessageBody(door, exchange);
  if (read.kind === 'over') return read.end;
  try {
    const mismatch = headerMismatch(exchange.headers, read.bytes);
    if (mismatch !== undefined) return answer(exchange, mismatch);
    const guarded = await guard.fromClient(read.bytes);
    if (guarded.kind !== 'forward') return answer(exchange, guarded);
    if (guarded.bytes !== read.bytes && exchange.headers.some(([name]) => name.startsWith('mcp-param-')))
      return refuse(door, exchange, plainRefusal(403, 'what has to be edited stands in a header as well')).end;
    return await call(door, exchange, { guard, body: guarded.bytes, headers: guarded.headers });
  } finally {
    read.release();
  }
}

function guardOf(door: GatewayDoor, { routed, client, headers, signal, span }: Exchange): Guard {
  const pending = pendingOf.get(door) ?? createPendingCalls();
  pendingOf.set(door, pending);
  const { surface } = routed.surface;
  return createGuard(
    {
      decide: door.decide,
      outcomes: door.outcomes,
      pending,
      hidden: (about) => void door.log.write({ level: 'info', event: 'offer_hidden', surface, ...about }),
    },
    {
      surface: routed.surface,
      server: routed.server ?? '',
      client,
      session: headerValue(headers, 'mcp-session-id'),
      now: Date.now,
      signal,
      ...(span === undefined ? {} : { span }),
    },
  );
}

type MessageBody =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly release: () => void }
  | { readonly kind: 'over'; readonly end: ExchangeEnd };

async function readMessageBody(door: GatewayDoor, exchange: Exchange): Promise<MessageBody> {
  const read = await readBody(exchange.request, door.limits.request, door.budget);
  if (read.kind !== 'bytes') {
    door.metrics.rejected(read.kind);
    if (read.kind === 'aborted') return { kind: 'over', end: 'left' };
    const refusal =
      read.kind === 'busy'
        ? plainRefusal(503, 'the gateway holds as much as it may; try again')
        : plainRefusal(413, `the message is larger than ${door.limits.request} bytes, which is what the gateway takes`);
    return refuse(door, exchange, refusal, 'last');
  }
  const plain = await decodeBody(
    read.bytes,
    codingOf(headerValue(exchange.headers, 'content-encoding')),
    door.limits.request,
  );
  if (plain.kind === 'bytes') return { kind: 'bytes', bytes: plain.bytes, release: read.release };
  read.release();
  door.metrics.rejected(plain.kind === 'too_large' ? 'too_large' : 'coding');
  return refuse(door, exchange, plainRefusal(415, 'the message is compressed in a way that cannot be read'));
}

/**
 * In the server's place. JSON-RPC's errors are answers like others to HTTP; what is no message at all is a bad request, and one that may
 * not pass and waits for no answer a forbidden one.
 */
function answer({ response }: Exchange, guarded: Exclude<Guarded, { readonly kind: 'forward' }>): ExchangeEnd {
  const headers = guarded.kind === 'unreadable' ? [] : Object.entries(guarded.headers);
  writeHead(response, { answer: 200, dropped: 403, unreadable: 400 }[guarded.kind], [
    ...headers,
    ['content-type', 'application/json'],
    ['content-length', String(guarded.bytes.length)],
  ]);
  response.end(guarded.bytes);
  return 'refused';
}

interface Called {
  readonly guard: Guard;
  readonly body: Uint8Array | undefined;
  /** For the response to the client. */
  readonly headers: Readonly<Record<string, string>>;
}

async function call(door: GatewayDoor, exchange: Exchange, called: Called): Promise<ExchangeEnd> {
  const { routed, method, signal } = exchange;
  const { origin, basePath } = routed.service;
  let service: ServiceAnswer;
  try {
    const headers = headersFor(door, exchange, called.body);
    service = await door.services.send({
      origin,
      method,
      target: `${basePath}${restOf(routed)}`,
      headers,
      body: called.body,
      signal,
    });
  } catch (error) {
    const fault = isServiceError(error) ? error.fault : 'broken';
    if (fault === 'left') return 'left';
    door.metrics.serviceFailed(routed.surface.surface, fault);
    refuse(door, exchange, plainRefusal(fault === 'timeout' ? 504 : 502, `the server gave no answer: ${fault}`));
    return 'failed';
  }
  const type = headerValue(service.headers, 'content-type').toLowerCase();
  if (type.startsWith('text/event-stream')) return carryEvents(door, exchange, service, called);
  return carryMessage(door, exchange, service, called);
}

/** The path at the server; its own address is one without a slash. */
function restOf({ service, target }: Exchange['routed']): string {
  return /^\/?$/.test(target) && service.basePath !== '' ? '' : target;
}

const remade: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'content-encoding',
  'accept-encoding',
  'expect',
  'traceparent',
  'tracestate',
  'via',
]);

function headersFor(
  door: GatewayDoor,
  { headers, routed, span }: Exchange,
  body: Uint8Array | undefined,
): readonly Header[] {
  const via = headers.filter(([name]) => name === 'via').map(([, value]) => value);
  return [
    ...endToEnd(headers, new Set([...remade, ...door.ownHeaders])),
    ['host', routed.service.authority],
    ['accept-encoding', 'identity'],
    ['via', [...via, `1.1 ${door.pseudonym}`].join(', ')],
    ...Object.entries(span?.call() ?? {}),
    ...(body === undefined ? [] : [['content-length', String(body.length)] as const]),
  ];
}

const ofTheBody: ReadonlySet<string> = new Set([
  'alt-svc',
  'content-encoding',
  'content-length',
  'content-digest',
  'repr-digest',
  'etag',
]);

function headersOf(service: ServiceAnswer, { headers }: Called): readonly Header[] {
  return [...endToEnd(service.headers, ofTheBody), ...Object.entries(headers)];
}

/** An answer that is one message, or none. */
async function carryMessage(
  door: GatewayDoor,
  exchange: Exchange,
  service: ServiceAnswer,
  called: Called,
): Promise<ExchangeEnd> {
  const pieces: Buffer[] = [];
  let size = 0;
  const over = (message: string): ExchangeEnd => {
    refuse(door, exchange, plainRefusal(502, message));
    return 'failed';
  };
  try {
    for await (const piece of service.body) {
      size += piece.length;
      if (size > door.limits.answer) return over(`the answer is larger than ${door.limits.answer} bytes`);
      pieces.push(piece);
    }
  } catch (error) {
    return over(`the server did not end its answer: ${isServiceError(error) ? error.fault : 'broken'}`);
  }
  const coding = codingOf(headerValue(service.headers, 'content-encoding'));
  const plain = await decodeBody(Buffer.concat(pieces), coding, door.limits.answer);
  if (plain.kind !== 'bytes') return over('the answer is compressed in a way that cannot be read');
  const isMessage = headerValue(service.headers, 'content-type').toLowerCase().includes('json');
  if (plain.bytes.length > 0 && !isMessage && service.status < 400) return over('the answer is no message');
  const guarded = isMessage && plain.bytes.length > 0 ? await called.guard.fromServer(plain.bytes) : undefined;
  if (guarded !== undefined && guarded.kind !== 'forward' && service.status < 400)
    return over(guarded.kind === 'unreadable' ? `the answer is no message: ${guarded.why}` : 'the answer is none');
  const bytes = guarded?.kind === 'forward' ? guarded.bytes : saidOfError(service, plain.bytes);
  writeHead(exchange.response, service.status, [
    ...headersOf(service, called),
    ['content-length', String(bytes.length)],
  ]);
  exchange.response.end(bytes);
  return bytes === plain.bytes ? 'passed' : 'edited';
}

/** What a server says of an error of HTTP, in words that nobody decided on, does not go on; that there is one does. */
function saidOfError({ status }: ServiceAnswer, said: Uint8Array): Uint8Array {
  return said.length === 0
    ? said
    : errorMessage(undefined, { code: rpcCodes.failed, message: `the server answered with ${status}` });
}

/** A stream of messages, each an event. */
async function carryEvents(
  door: GatewayDoor,
  exchange: Exchange,
  service: ServiceAnswer,
  called: Called,
): Promise<ExchangeEnd> {
  const { response, signal } = exchange;
  const coding = codingOf(headerValue(service.headers, 'content-encoding'));
  const decoder = coding === undefined ? undefined : decoderFor(coding);
  if (coding !== undefined && decoder === undefined) {
    service.discard();
    refuse(door, exchange, plainRefusal(502, 'the answer is compressed in a way that cannot be read'));
    return 'failed';
  }
  writeHead(response, service.status, headersOf(service, called));
  if ('flushHeaders' in response) response.flushHeaders();
  const framer = createLineFramer('sse', door.limits.answer);
  let end: ExchangeEnd = 'passed';
  const pass = async (frames: readonly Frame[] | undefined): Promise<'on' | 'cut' | 'gone'> => {
    if (frames === undefined) return 'cut';
    for (const frame of frames) {
      const guarded = await guardedFrame(frame, called.guard);
      if (guarded === undefined) return 'cut';
      const { bytes, forServer } = guarded;
      if (forServer !== undefined) void tellServer(door, exchange, forServer);
      if (bytes !== frame.bytes) end = 'edited';
      if ((await writePiece(response, bytes)) === 'gone') return 'gone';
    }
    return 'on';
  };
  try {
    for await (const piece of decoder === undefined ? service.body : decodePieces(service.body, decoder)) {
      const state = await pass(framer.push(piece));
      if (state !== 'on') return finish(exchange, service, state);
    }
    const state = await pass(framer.end());
    if (state !== 'on') return finish(exchange, service, state);
  } catch {
    cutShort(response);
    return signal.aborted ? 'left' : 'failed';
  }
  response.end();
  return end;
}

function finish({ response }: Exchange, service: ServiceAnswer, state: 'cut' | 'gone'): ExchangeEnd {
  service.discard();
  if (state === 'gone') return 'left';
  cutShort(response);
  return 'cut';
}

/** An event as it goes on, and what the server gets in the client's place. */
interface GuardedFrame {
  readonly bytes: Uint8Array;
  readonly forServer?: Uint8Array;
}

/** Undefined when it is no message, and then the stream ends. Events without data carry none. */
async function guardedFrame(frame: Frame, guard: Guard): Promise<GuardedFrame | undefined> {
  if (frame.isForeign) return undefined;
  const payload = Buffer.concat(
    frame.data.flatMap(({ start, end }, index) => [
      ...(index === 0 ? [] : [Buffer.from('\n')]),
      frame.bytes.subarray(start, end),
    ]),
  );
  if (payload.toString('utf8').trim() === '') return { bytes: frame.bytes };
  const guarded = await guard.fromServer(payload);
  if (guarded.kind === 'unreadable') return undefined;
  if (guarded.kind === 'forward' && guarded.bytes === payload) return { bytes: frame.bytes };
  const kept = Buffer.from(frame.bytes)
    .toString('utf8')
    .split(/\r\n|\r|\n/)
    .filter((line) => line !== '' && !/^data(?::|$)/.test(line));
  if (guarded.kind === 'forward') return { bytes: eventOf([...kept, ...dataLines(guarded.bytes)]) };
  // The id goes on, so that a client that comes back asks for what is behind it.
  const bytes = eventOf(kept.filter((line) => line.startsWith('id:')));
  return guarded.kind === 'dropped' ? { bytes } : { bytes, forServer: guarded.bytes };
}

function dataLines(bytes: Uint8Array): readonly string[] {
  return Buffer.from(bytes)
    .toString('utf8')
    .split('\n')
    .map((line) => `data: ${line}`);
}

function eventOf(lines: readonly string[]): Uint8Array {
  return lines.length === 0 ? new Uint8Array(0) : Buffer.from(`${lines.join('\n')}\n\n`);
}

/** An answer to a request of the server's, which the client does not get to see. */
async function tellServer(door: GatewayDoor, exchange: Exchange, body: Uint8Array): Promise<void> {
  try {
    const { origin, basePath } = exchange.routed.service;
    const service = await door.services.send({
      origin,
      method: 'POST',
      target: `${basePath}${restOf(exchange.routed)}`,
      headers: [
        ...headersFor(door, exchange, body).filter(([name]) => !ofTheRequest.has(name)),
        ['content-type', 'application/json'],
        ['accept', 'application/json, text/event-stream'],
      ],
      body,
      signal: exchange.signal,
    });
    service.discard();
  } catch (error) {
    if (isServiceError(error) && error.fault === 'left') return;
    door.metrics.serviceFailed(exchange.routed.surface.surface, 'untold');
  }
}

/** What another request of the same session has of its own. */
const ofTheRequest: ReadonlySet<string> = new Set([
  'content-type',
  'accept',
  'last-event-id',
  'mcp-method',
  'mcp-name',
]);
