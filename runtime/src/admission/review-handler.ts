// Requests of HTTP/1.1 and HTTP/2 → bodies for the reviewer, and its replies → responses.
//
// INVARIANT: nobody can make the process hold more than `bufferLimit` bytes of bodies, whatever is sent and however slowly; and a
// body that is too large is refused by name, as its head has the uid, so that it does not pass where webhooks that fail are ignored.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

import { refuseReview, type ReviewPhase } from './review-answer.ts';
import { readEnvelope } from './review-envelope.ts';
import type { Reviewer } from './decide-review.ts';
import type { Rejection, ReviewMetrics } from './review-metrics.ts';

export interface HandlerOptions {
  readonly review: Reviewer;
  readonly metrics: ReviewMetrics;
  readonly limits: BodyLimits;
  /** Tells clients to come back on another connection. */
  readonly isDraining: () => boolean;
}

export interface BodyLimits {
  /** Bytes of one body. */
  readonly bodyLimit: number;
  /** Bytes of all bodies that are being received. */
  readonly bufferLimit: number;
}

export type HttpRequest = IncomingMessage | Http2ServerRequest;
export type HttpResponse = ServerResponse | Http2ServerResponse;

export interface ReviewHandler {
  readonly handle: (request: HttpRequest, response: HttpResponse) => void;
  /** Requests that are not answered yet. */
  readonly pending: () => number;
}

/** Where a review is asked for. */
export interface ReviewRoute {
  readonly phase: ReviewPhase;
  readonly entrypoint: string | undefined;
  /** Milliseconds that the API server waits. */
  readonly timeout: number;
}

/** What of a body is kept to say no to. */
const headKept = 65_536;
/** How many times `bodyLimit` is read and thrown away before the connection is. */
const patience = 4;
/** The longest that an API server waits for a webhook. */
const longestTimeout = 30_000;

/** `/validate` and `/mutate`, with an entrypoint behind them or none. */
export function routeOf(url: string): ReviewRoute | undefined {
  const [path = '', query = ''] = url.split('?', 2);
  const [, phase, entrypoint] = /^\/(validate|mutate)(?:\/([\w./-]+))?$/.exec(path) ?? [];
  if (phase !== 'validate' && phase !== 'mutate') return undefined;
  return { phase, entrypoint, timeout: timeoutOf(query) };
}

/** API servers send `timeout=10s`. */
function timeoutOf(query: string): number {
  const [, amount, unit] = /(?:^|&)timeout=(\d{1,6}(?:\.\d+)?)(m?s)(?:&|$)/.exec(query) ?? [];
  if (amount === undefined) return longestTimeout;
  return Math.min(longestTimeout, Number(amount) * (unit === 's' ? 1000 : 1));
}

/** Makes the handler of one server. */
export function createReviewHandler(options: HandlerOptions): ReviewHandler {
  const { metrics, limits } = options;
  let buffered = 0;
  let pending = 0;

  const handle = (request: HttpRequest, response: HttpResponse): void => {
    const began = performance.now();
    const route = routeOf(request.url ?? '');
    const fault = route === undefined ? notFound : faultOf(request);
    if (route === undefined || fault !== undefined) {
      refuse(request, response, fault ?? notFound, options);
      return;
    }
    const declared = Number(request.headers['content-length'] ?? 0);
    const chunks: Buffer[] = [];
    let size = 0;
    let kept = 0;
    let why: Rejection | undefined = declared > limits.bodyLimit ? 'too_large' : undefined;
    let isOver = false;
    pending += 1;

    const over = (): void => {
      if (isOver) return;
      isOver = true;
      pending -= 1;
      buffered -= kept;
    };
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limits.bodyLimit) why = 'too_large';
      else if (buffered + chunk.length > limits.bufferLimit) why ??= 'busy';
      if (size > limits.bodyLimit * patience) {
        over();
        request.destroy();
        return;
      }
      if (why !== undefined && kept >= headKept) return;
      chunks.push(chunk);
      kept += chunk.length;
      buffered += chunk.length;
    });
    request.on('end', () => {
      if (isOver) return;
      over();
      const body = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, kept);
      if (why === undefined && performance.now() - began > route.timeout) why = 'late';
      if (why === undefined) {
        const { status, text } = options.review({ ...route, body, began });
        respond(response, status, text, options);
        return;
      }
      metrics.rejected(why);
      const text = refusalOf(body, why);
      respond(response, text.status, text.text, options);
    });
    const aborted = (): void => {
      if (isOver) return;
      metrics.rejected('aborted');
      over();
    };
    request.on('close', aborted);
    request.on('error', aborted);
  };
  return { handle, pending: () => pending };
}

/** Says no to the review that the body's head belongs to; to a body without one by the status alone. */
function refusalOf(head: Buffer, why: Rejection): { readonly status: number; readonly text: string } {
  const [status, message] =
    why === 'too_large'
      ? [413, 'the review is larger than the policy server takes']
      : why === 'late'
        ? [504, 'the review took longer to arrive than the API server waits']
        : [429, 'the policy server holds as many reviews as it can'];
  const envelope = readEnvelope(head, 'head');
  if (envelope === undefined || envelope.uid === '') return { status, text: JSON.stringify({ error: message }) };
  return { status: 200, text: refuseReview(envelope.uid, status, message) };
}

interface Fault {
  readonly status: 404 | 405 | 415;
  readonly reason: Rejection;
}

const notFound: Fault = { status: 404, reason: 'path' };

function faultOf({ method, headers }: HttpRequest): Fault | undefined {
  if (method !== 'POST') return { status: 405, reason: 'method' };
  if (!isJson(headers['content-type'])) return { status: 415, reason: 'content_type' };
  const encoding = headers['content-encoding'];
  return encoding === undefined || encoding === 'identity' ? undefined : { status: 415, reason: 'content_type' };
}

/** Whether the type is JSON in UTF-8. */
export function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(contentType ?? '');
}

function refuse(
  request: HttpRequest,
  response: HttpResponse,
  { status, reason }: Fault,
  options: HandlerOptions,
): void {
  options.metrics.rejected(reason);
  request.resume();
  const text = JSON.stringify({ error: reason });
  if (status === 405) response.setHeader('allow', 'POST');
  respond(response, status, text, options);
}

function respond(response: HttpResponse, status: number, text: string, options: HandlerOptions): void {
  const isFirst = !('stream' in response);
  if (isFirst && options.isDraining()) response.setHeader('connection', 'close');
  response.setHeader('content-type', 'application/json');
  response.setHeader('content-length', Buffer.byteLength(text));
  response.statusCode = status;
  response.end(text);
}
