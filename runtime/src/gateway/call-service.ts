// A request that may go on → the service's answer: its head, and a body that is taken at the reader's pace. Connections are kept in pools,
// one an origin.
//
// INVARIANT: a request is sent once. What a service says of lengths is held against it; an answer that ends early, or late, is a
// failure and no answer.

import { Pool, type Dispatcher } from 'undici';
import type { Readable } from 'node:stream';

import { repeatedHeader, type Header } from './message-headers.ts';

/** Milliseconds. */
export interface ServiceTimeouts {
  /** To a connection. */
  readonly connect: number;
  /** From a request to the head of its answer. */
  readonly head: number;
  /** Between two pieces of an answer. */
  readonly idle: number;
}

export interface ServiceOptions {
  readonly timeouts: ServiceTimeouts;
  /** PEM of authorities that services may have their certificates of, beside those that Node knows. */
  readonly authorities: string | undefined;
  /** Connections to one origin. */
  readonly connections: number;
}

export interface ServiceRequest {
  readonly origin: string;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: readonly Header[];
  readonly body: Uint8Array | Readable | undefined;
  readonly signal: AbortSignal;
}

/** Why there is no answer, or no more of one. */
export type ServiceFault = 'unreachable' | 'timeout' | 'broken' | 'left';

export interface ServiceAnswer {
  readonly status: number;
  readonly headers: readonly Header[];
  /** Pieces as they come; throws a `ServiceError`. */
  readonly body: AsyncIterable<Buffer>;
  /** Lets go of the rest. */
  readonly discard: () => void;
}

/** What a call or a body fails with. */
export type ServiceError = Error & { readonly fault: ServiceFault };

/** Tells what a call or a body fails with from other errors. */
export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'fault' in error;
}

function failure(fault: ServiceFault, message: string): ServiceError {
  return Object.assign(new Error(message), { fault });
}

export interface Services {
  /** Rejects with a `ServiceError`. */
  readonly send: (request: ServiceRequest) => Promise<ServiceAnswer>;
  /** The pool of an origin, for what is no request and answer. */
  readonly poolOf: (origin: string) => Pool;
  readonly close: () => Promise<void>;
}

/** Bytes that may wait to be taken before the service is asked to wait. */
const waitingLimit = 262_144;

/** Pools for as many origins as are asked for; a surface names few. */
export function createServices({ timeouts, authorities, connections }: ServiceOptions): Services {
  const pools = new Map<string, Pool>();
  const poolOf = (origin: string): Pool => {
    let pool = pools.get(origin);
    if (pool === undefined) {
      pool = new Pool(origin, {
        connections,
        pipelining: 1,
        headersTimeout: timeouts.head,
        bodyTimeout: timeouts.idle,
        connect: { timeout: timeouts.connect, ...(authorities === undefined ? {} : { ca: authorities }) },
      });
      pools.set(origin, pool);
    }
    return pool;
  };
  return {
    poolOf,
    send: (request) => send(poolOf(request.origin), request, timeouts),
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}

/** Answers ahead of the answer (1xx), which nobody here wants to know of: each starts the time of undici for a head anew. */
const mostInterim = 100;

function send(pool: Pool, request: ServiceRequest, timeouts: ServiceTimeouts): Promise<ServiceAnswer> {
  const { method, target, headers, body, signal } = request;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(left());
      return;
    }
    const pieces = createPieces();
    let controller: Dispatcher.DispatchController | undefined;
    let interim = 0;
    const began = Date.now();
    const abort = (): void => {
      controller?.abort(left());
      pieces.fail(left());
      reject(left());
    };
    const over = (): void => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort, { once: true });
    pool.dispatch(
      {
        method: method as Dispatcher.HttpMethod, // any token is one, which undici checks
        path: target,
        headers: headers.flat(),
        body: body ?? null,
      },
      {
        onRequestStart: (given) => {
          controller = given;
          if (signal.aborted) given.abort(left());
        },
        onResponseStart: (given, status) => {
          if (status < 200) {
            interim++;
            if (status === 101 || interim > mostInterim) given.abort(failure('broken', 'the service does not answer'));
            else if (Date.now() - began > timeouts.head) given.abort(failure('timeout', 'the service does not answer'));
            return;
          }
          const headers = rawPairs(given);
          const twice = repeatedHeader(headers);
          if (twice !== undefined) {
            given.abort(failure('broken', `\`${twice}\` is there twice`));
            return;
          }
          pieces.resume = () => given.resume();
          const discard = (): void => {
            over();
            given.abort(left());
          };
          resolve({ status, headers, body: pieces.iterable(discard), discard });
        },
        onResponseData: (given, chunk) => {
          if (pieces.push(chunk) === 'full') given.pause();
        },
        onResponseEnd: () => {
          over();
          pieces.end();
        },
        onResponseError: (_, error) => {
          over();
          const fault = serviceError(error);
          pieces.fail(fault);
          reject(fault);
        },
      },
    );
  });
}

function left(): ServiceError {
  return failure('left', 'the client has left');
}

function serviceError(error: Error): ServiceError {
  if (isServiceError(error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  if (/TIMEOUT/.test(code)) return failure('timeout', error.message);
  if (
    /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_)/.test(
      code,
    )
  )
    return failure('unreachable', error.message);
  return failure('broken', error.message);
}

function rawPairs({ rawHeaders }: Dispatcher.DispatchController): readonly Header[] {
  const pairs: Header[] = [];
  if (!Array.isArray(rawHeaders)) return pairs;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    pairs.push([latin(rawHeaders[at]).toLowerCase(), latin(rawHeaders[at + 1])]);
  return pairs;
}

function latin(bytes: Buffer | string | undefined): string {
  return typeof bytes === 'string' ? bytes : (bytes?.toString('latin1') ?? '');
}

/** Pieces between a sender that cannot wait at once and a reader that takes its time. */
interface Pieces {
  readonly push: (piece: Buffer) => 'full' | 'open';
  readonly end: () => void;
  readonly fail: (error: Error) => void;
  /** Asks the sender to go on. */
  resume: () => void;
  readonly iterable: (discard: () => void) => AsyncIterable<Buffer>;
}

function createPieces(): Pieces {
  let waiting: Buffer[] = [];
  let size = 0;
  let state: 'open' | 'ended' | { readonly error: Error } = 'open';
  let wake: (() => void) | undefined;
  const woken = (): void => {
    const reader = wake;
    wake = undefined;
    reader?.();
  };
  const pieces: Pieces = {
    resume: () => {},
    push: (piece) => {
      waiting.push(piece);
      size += piece.length;
      woken();
      return size > waitingLimit ? 'full' : 'open';
    },
    end: () => {
      state = 'ended';
      woken();
    },
    fail: (error) => {
      if (state === 'open') state = { error };
      woken();
    },
    iterable: (discard) => ({
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          while (waiting.length === 0 && state === 'open') await new Promise<void>((resolve) => (wake = resolve));
          const [first] = waiting;
          if (first !== undefined) {
            const value = waiting.length === 1 ? first : Buffer.concat(waiting);
            const wasFull = size > waitingLimit;
            waiting = [];
            size = 0;
            if (wasFull) pieces.resume();
            return { done: false, value };
          }
          if (typeof state === 'object') throw state.error;
          return { done: true, value: undefined };
        },
        return: () => {
          if (state === 'open') discard();
          return Promise.resolve({ done: true, value: undefined });
        },
      }),
    }),
  };
  return pieces;
}
