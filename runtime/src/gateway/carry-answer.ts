// The answer of a service → the answer to the client: as it is where no rule is about it, whole with the decision's edits, or piece by piece
// through a stream that decides as it passes.
//
// INVARIANT: of an answer that is decided on nothing goes out before it was decided. What cannot be decided on, or not in time, or not in
// its bounds, is refused; a stream that is cut says so in its own format.

import type { Decision, StreamFormat } from '../contract/index.ts';
import { countedTokens, type Usage } from '../enforce/carry-out.ts';
import { operationOf } from '../telemetry/operation-of.ts';
import { billedUsage, refuseInStream } from '../provider/index.ts';
import type { ResponseStream } from '../stream/open-stream.ts';
import { isTaken } from '../server/listen.ts';
import { isServiceError, type ServiceAnswer } from './call-service.ts';
import { codingOf, decodeBody, decodePieces, decoderFor } from './content-coding.ts';
import { plainRefusal, type Exchange, type GatewayDoor } from './exchange.ts';
import type { ExchangeEnd } from './gateway-metrics.ts';
import { editedBody, exchangeDocument } from './exchange-document.ts';
import { contextOf, decide, eventOf, isReadableCharset, refuse, type Asked } from './exchange-steps.ts';
import { headerValue, type Header } from './message-headers.ts';
import {
  bothPassed,
  carryHead,
  headersOf,
  headOf,
  passThrough,
  statusOf,
  type Answered,
  type Planned,
} from './pass-answer.ts';
import type { Refusal } from './refusal.ts';
import { writeHead, writePiece } from './write-answer.ts';

/** Hands an answer on. */
export async function answerExchange(
  door: GatewayDoor,
  exchange: Exchange,
  answer: ServiceAnswer,
  asked: Asked,
): Promise<Answered> {
  const plan = eventOf(exchange, 'response');
  if (plan?.body === 'unread') return carryHead(door, exchange, answer, { ...asked, plan });
  if (plan === undefined || isEmpty(exchange, answer)) return passThrough(exchange, answer, asked);
  if (exchange.routed.surface.kind === 'llm' && answer.status < 400) {
    const contentType = headerValue(answer.headers, 'content-type');
    const format = streamFormat(contentType);
    if (format !== undefined) return carryStream(door, exchange, answer, { ...asked, plan, format, contentType });
    const looked = await lookAhead(answer);
    if (looked.first === listBegins && codingOf(headerValue(answer.headers, 'content-encoding')) === undefined)
      return carryStream(door, exchange, looked.answer, { ...asked, plan, format: 'json', contentType });
    return carryWhole(door, exchange, looked.answer, { ...asked, plan });
  }
  return carryWhole(door, exchange, answer, { ...asked, plan });
}

/** `[`: no whole answer of a model is a list, so that this is one of its pieces. */
const listBegins = 0x5b;

/** The first byte of an answer that is no white space, without taking it away. */
async function lookAhead(
  answer: ServiceAnswer,
): Promise<{ readonly first: number | undefined; readonly answer: ServiceAnswer }> {
  const rest = answer.body[Symbol.asyncIterator]();
  const seen: Buffer[] = [];
  let first: number | undefined;
  try {
    while (first === undefined) {
      const next = await rest.next();
      if (next.done === true) break;
      seen.push(next.value);
      first = next.value.find((byte) => byte > 0x20);
    }
  } catch {
    // Whoever asks for what comes next is told.
  }
  const again: AsyncIterator<Buffer> = {
    next: () => {
      const value = seen.shift();
      return value === undefined ? rest.next() : Promise.resolve({ done: false, value });
    },
    return: () => rest.return?.() ?? Promise.resolve({ done: true, value: undefined }),
  };
  return { first, answer: { ...answer, body: { [Symbol.asyncIterator]: () => again } } };
}

/** Between the frames of a content type; undefined where an answer is no stream of frames. One array of JSON is read as a whole. */
function streamFormat(contentType: string): StreamFormat | undefined {
  const [type = ''] = contentType.toLowerCase().split(';', 1);
  if (type.trim() === 'text/event-stream') return 'sse';
  if (type.trim() === 'application/vnd.amazon.eventstream') return 'eventstream';
  return /^application\/(x-ndjson|ndjson|jsonl|x-jsonlines|stream\+json)$/.test(type.trim()) ? 'ndjson' : undefined;
}

/** Whether there is nothing to decide on (RFC 9110, 6.4.1). */
function isEmpty({ method }: Exchange, { status }: ServiceAnswer): boolean {
  return method === 'HEAD' || status === 204 || status === 304;
}

/** What no longer is true of a body that was edited. */
const ofTheBody: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-length',
  'content-md5',
  'content-digest',
  'repr-digest',
  'digest',
  'etag',
]);

async function carryWhole(
  door: GatewayDoor,
  exchange: Exchange,
  answer: ServiceAnswer,
  asked: Planned,
): Promise<Answered> {
  const { plan } = asked;
  const over = (refusal: Refusal, end: ExchangeEnd = 'refused', usage?: Usage): Answered => {
    refuse(door, exchange, { ...refusal, status: statusOf(refusal, answer) });
    return { end, usage };
  };
  if (answer.status === 206) {
    answer.discard();
    return over(plainRefusal(502, 'the service answered with a part, which cannot be decided on'));
  }
  const read = await readWhole(door, answer);
  if (read.kind === 'fault') return over(plainRefusal(read.status, read.message), read.end);
  try {
    const coding = codingOf(headerValue(answer.headers, 'content-encoding'));
    const decoded = decodeBody(read.bytes, coding, door.limits.answer);
    const plain = decoded instanceof Promise ? await decoded : decoded;
    if (plain.kind !== 'bytes')
      return over(plainRefusal(502, 'the answer of the service is compressed in a way that cannot be read'), 'failed');
    if (!isReadableCharset(headerValue(answer.headers, 'content-type')))
      return over(plainRefusal(502, 'the answer of the service is in a character set that cannot be read'), 'failed');
    const document = exchangeDocument(headOf(exchange, answer, asked), plain.bytes);
    const context = contextOf(exchange, {
      event: plan.event,
      entrypoint: plan.exchange ?? plan.entrypoint,
      provider: asked.provider,
      document,
      size: read.bytes.length,
    });
    const { decision, verdict } = await decide(door, context, document);
    const usage = billedUsage(decision.usage) ?? countedWhole(exchange, answer, plain.bytes.length);
    if (verdict.kind === 'refuse') return over(verdict, 'refused', usage);
    await verdict.settle(usage);
    const headers = headersOf(answer, { ...asked, passed: bothPassed(asked.passed, verdict) });
    if (verdict.edits.length === 0) {
      finish(exchange, answer.status, headers, read.bytes);
      return { end: 'passed', usage };
    }
    const edited = editedBody(document, verdict.edits);
    if (edited === undefined)
      return over(
        plainRefusal(502, 'what has to be edited in the answer cannot be: it stands in no body that is text'),
      );
    finish(
      exchange,
      answer.status,
      headers.filter(([name]) => !ofTheBody.has(name)),
      edited,
    );
    return { end: 'edited', usage };
  } finally {
    read.release();
  }
}

/** Of an answer that says nothing of its tokens: its text, as a limit counts text, and the estimate of what was asked. */
function countedUsage(bytes: number): Usage | undefined {
  return bytes === 0 ? undefined : { input: undefined, output: countedTokens(bytes), from: 'counted' };
}

/** A whole answer counts as text, but for vectors, which are no tokens, and for what the service did not do. */
function countedWhole({ routed }: Exchange, { status }: ServiceAnswer, bytes: number): Usage | undefined {
  const isText = routed.surface.kind === 'llm' && operationOf(routed.target.split('?', 1)[0] ?? '') !== 'embeddings';
  return isText && status < 400 ? countedUsage(bytes) : undefined;
}

function finish({ response }: Exchange, status: number, headers: readonly Header[], body: Uint8Array): void {
  if (!isTaken(response)) return;
  writeHead(response, status, [
    ...headers.filter(([name]) => name !== 'content-length'),
    ['content-length', String(body.length)],
  ]);
  response.end(body);
}

type WholeBody =
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly release: () => void }
  | { readonly kind: 'fault'; readonly status: number; readonly message: string; readonly end: ExchangeEnd };

async function readWhole(door: GatewayDoor, answer: ServiceAnswer): Promise<WholeBody> {
  const pieces: Buffer[] = [];
  let size = 0;
  let kept = 0;
  const fault = (status: number, message: string, end: ExchangeEnd): WholeBody => {
    door.budget.give(kept);
    return { kind: 'fault', status, message, end };
  };
  try {
    for await (const piece of answer.body) {
      size += piece.length;
      if (size > door.limits.answer)
        return fault(502, `the answer of the service is larger than ${door.limits.answer} bytes`, 'failed');
      if (door.budget.take(piece.length) === 'refused')
        return fault(503, 'the gateway holds as much as it may; try again', 'failed');
      kept += piece.length;
      pieces.push(piece);
    }
  } catch (error) {
    const why = isServiceError(error) ? error.fault : 'broken';
    return fault(
      why === 'timeout' ? 504 : 502,
      `the service did not end its answer: ${why}`,
      why === 'left' ? 'left' : 'failed',
    );
  }
  const bytes = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces, size);
  return { kind: 'bytes', bytes, release: () => door.budget.give(kept) };
}

interface Streamed extends Planned {
  readonly format: StreamFormat;
  readonly contentType: string;
}

async function carryStream(
  door: GatewayDoor,
  exchange: Exchange,
  answer: ServiceAnswer,
  asked: Streamed,
): Promise<Answered> {
  const { routed, client, now, response } = exchange;
  const over = (refusal: Refusal): Answered => {
    answer.discard();
    refuse(door, exchange, refusal);
    return { end: 'refused', usage: undefined };
  };
  const provider = asked.provider?.name;
  if (provider === undefined) return over(plainRefusal(502, 'nobody knows how this answer streams'));
  const coding = codingOf(headerValue(answer.headers, 'content-encoding'));
  const decoder = coding === undefined ? undefined : decoderFor(coding);
  if (coding !== undefined && decoder === undefined)
    return over(plainRefusal(502, 'the answer of the service is compressed in a way that cannot be read'));
  const opened = door.openStream({
    entrypoint: asked.plan.entrypoint,
    from: { provider, contentType: asked.contentType },
    drop: asked.drop,
    heldLimit: door.limits.answer,
    head: {
      client,
      time: new Date(now).toISOString(),
      ...(asked.model === undefined ? {} : { model: asked.model }),
    },
  });
  if (opened.kind === 'problem')
    return over(plainRefusal(403, `this answer may not stream: ${opened.problem.message}`));
  // The head waits for the first piece: as long as nothing has gone out, a refusal can still have its own status.
  const write = (bytes: Uint8Array): Promise<'written' | 'gone'> => {
    if (bytes.length > 0 && !response.headersSent) exchange.span?.firstChunk();
    if (bytes.length > 0 && !response.headersSent)
      writeHead(
        response,
        answer.status,
        headersOf(answer, asked).filter(([name]) => !ofTheBody.has(name)),
      );
    return writePiece(response, bytes);
  };
  const pieces = decoder === undefined ? answer.body : decodePieces(answer.body, decoder);
  const used = (): Usage | undefined =>
    billedUsage(opened.value.report().usage) ?? countedUsage(opened.value.textSize());
  let size = 0;
  /** However it ends: whoever leaves early has had what passed. */
  const noteAll = async (stopped: Decision | undefined): Promise<void> => {
    const context = contextOf(exchange, {
      event: asked.plan.event,
      entrypoint: asked.plan.entrypoint,
      provider: asked.provider,
      size,
    });
    const after = opened.value.afterwards();
    if (after === undefined)
      door.log.write({ level: 'warn', event: 'long_answer', problem: 'it streamed too long to be noted as a whole' });
    const known = after ?? tooLongToNote(foundIn(opened.value));
    const decision = stopped === undefined ? known : { ...known, ...stopped };
    await door.outcomes.afterwards(decision, context, stopped === undefined ? 'whole' : 'cut');
  };
  const cut = async (decision: Pick<Decision, 'status' | 'message'>): Promise<Answered> => {
    const refusal = plainRefusal(decision.status ?? 403, decision.message ?? 'stopped by policy');
    if (!response.headersSent) return over({ ...refusal, status: statusOf(refusal, answer) });
    await writePiece(response, refuseInStream((asked.provider ?? routed.speaker)?.refusal, asked.format, refusal));
    response.end();
    return { end: 'cut', usage: used() };
  };
  /** What waits is held like any body. */
  let kept = 0;
  const keep = (bytes: number): 'taken' | 'refused' => {
    const more = bytes - kept;
    if (more > 0 && door.budget.take(more) === 'refused') return 'refused';
    if (more < 0) door.budget.give(-more);
    kept = bytes;
    return 'taken';
  };
  let stopped: Decision | undefined;
  try {
    for await (const piece of pieces) {
      size += piece.length;
      const output = opened.value.push(piece);
      if (keep(opened.value.held()) === 'refused') return await cut(busy);
      if ((await write(output.bytes)) === 'gone') return { end: 'left', usage: used() };
      if (output.kind === 'blocked') return await cut((stopped = output.decision));
    }
    const output = opened.value.end();
    if ((await write(output.bytes)) === 'gone') return { end: 'left', usage: used() };
    if (output.kind === 'blocked') return await cut((stopped = output.decision));
  } catch (error) {
    if (exchange.signal.aborted) return { end: 'left', usage: used() };
    const why = isServiceError(error) ? error.fault : 'broken';
    await cut({ status: 502, message: `the service did not end its answer: ${why}` });
    return { end: 'failed', usage: used() };
  } finally {
    keep(0);
    await noteAll(stopped);
  }
  if (!response.headersSent) writeHead(response, answer.status, headersOf(answer, asked));
  response.end();
  return { end: foundIn(opened.value) ? 'edited' : 'passed', usage: used() };
}

/** Of an answer that nobody kept all of: that it passed, and whether something was taken out of it. */
function tooLongToNote(isEdited: boolean): Decision {
  return { version: 1, action: isEdited ? 'redact' : 'allow', message: 'it streamed too long to be noted as a whole' };
}

const busy = { status: 503, message: 'the gateway holds as much as it may; try again' } as const;

function foundIn(stream: ResponseStream): boolean {
  return stream.matches().length > 0;
}
