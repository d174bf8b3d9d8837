// Requests of Node's servers for HTTP/1.1 and HTTP/2 → bodies for the reviewer, and its replies → responses.
//
// INVARIANT: nobody can make the process hold more than its budget of bodies, whatever is sent and however slowly; and a body that
// is too large is refused by name, as its head has the uid, so that it does not pass where webhooks that fail are ignored.

import type { BodyBudget } from '../server/body-budget.ts';
import type { HttpRequest, HttpResponse } from '../server/listen.ts';
import type { Reviewer } from './decide-review.ts';
import type { Rejection, ReviewMetrics } from './review-metrics.ts';
import { isJson, routeOf, undecidedReply } from './review-route.ts';

export interface HandlerOptions {
  readonly reviewer: Reviewer;
  readonly metrics: ReviewMetrics;
  /** Bytes of one body. */
  readonly bodyLimit: number;
  readonly budget: BodyBudget;
  /** Tells clients to come back on another connection. */
  readonly isDraining: () => boolean;
}

export interface ReviewHandler {
  readonly handle: (request: HttpRequest, response: HttpResponse) => void;
  /** Requests that are not answered yet. */
  readonly pending: () => number;
}

/** What of a body is kept to say no to. */
const headKept = 65_536;
/** How many times `bodyLimit` is read and thrown away before the connection is. */
const patience = 4;

/** Makes the handler of one server. */
export function createReviewHandler(options: HandlerOptions): ReviewHandler {
  const { metrics, budget, bodyLimit, reviewer } = options;
  let pending = 0;

  const handle = (request: HttpRequest, response: HttpResponse): void => {
    const began = performance.now();
    const route = routeOf(request.url ?? '');
    const fault = route === undefined ? notFound : faultOf(request);
    if (route === undefined || fault !== undefined) {
      refuse(request, response, fault ?? notFound, options);
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    let kept = 0;
    let why: Rejection | undefined =
      Number(request.headers['content-length'] ?? 0) > bodyLimit ? 'too_large' : undefined;
    let isRead = false;
    let isOver = false;
    pending += 1;

    const over = (): void => {
      isOver = true;
      pending -= 1;
      budget.give(kept);
    };
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (isOver) return;
      if (size > bodyLimit) why = 'too_large';
      if (size > bodyLimit * patience) {
        metrics.rejected('too_large');
        over();
        request.destroy();
        return;
      }
      if (why !== undefined && kept >= headKept) return;
      if (budget.take(chunk.length) === 'refused') {
        why ??= 'busy';
        return;
      }
      chunks.push(chunk);
      kept += chunk.length;
    });
    request.on('end', () => {
      if (isOver) return;
      const body = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, kept);
      const reply = (): void => {
        over();
        if (response.destroyed) return;
        if (why === undefined && performance.now() - began > route.timeout) why = 'late';
        if (why !== undefined) metrics.rejected(why);
        const { status, text } =
          why === undefined ? reviewer.review({ ...route, body, began }) : undecidedReply(body, why);
        respond(response, status, text, options);
      };
      isRead = true;
      const waiting = why === undefined ? reviewer.prepare(body) : undefined;
      if (waiting === undefined) reply();
      else void waiting.then(reply);
    });
    const aborted = (): void => {
      if (isOver || isRead) return;
      metrics.rejected('aborted');
      over();
    };
    request.on('close', aborted);
    request.on('error', aborted);
  };
  return { handle, pending: () => pending };
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

function refuse(
  request: HttpRequest,
  response: HttpResponse,
  { status, reason }: Fault,
  options: HandlerOptions,
): void {
  options.metrics.rejected(reason);
  request.resume();
  if (status === 405) response.setHeader('allow', 'POST');
  respond(response, status, JSON.stringify({ error: reason }), options);
}

function respond(response: HttpResponse, status: number, text: string, options: HandlerOptions): void {
  const isFirst = !('stream' in response);
  if (isFirst && options.isDraining()) response.setHeader('connection', 'close');
  response.setHeader('content-type', 'application/json');
  response.setHeader('content-length', Buffer.byteLength(text));
  response.statusCode = status;
  response.end(text);
}
