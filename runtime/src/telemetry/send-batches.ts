// Items → requests with many of them, to a service that collects: gzip, again and again with growing pauses while it says that it may be
// tried again, and within bounded memory.
//
// INVARIANT: a service that is slow or away costs items, which are counted, and never time or memory of those who add them.

import { gzipSync } from 'node:zlib';

export interface BatchOptions<T> {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body of a request. */
  readonly write: (items: readonly T[]) => string;
  /** Items in one request. */
  readonly batchLimit: number;
  /** Items that may wait. */
  readonly waitingLimit: number;
  /** Milliseconds that items wait for others. */
  readonly delay: number;
  /** Milliseconds for an answer. */
  readonly timeout: number;
  readonly report: (why: string) => void;
}

export interface Batches<T> {
  /** Whether there was room. */
  readonly add: (item: T) => 'taken' | 'lost';
  readonly lost: () => number;
  readonly close: (milliseconds: number) => Promise<void>;
}

/** Milliseconds. */
const pauseLeast = 500;
const pauseMost = 30_000;

/** Sends until it is closed. */
export function sendBatches<T>(options: BatchOptions<T>): Batches<T> {
  let waiting: T[] = [];
  let lost = 0;
  let pause = 0;
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;
  let isClosing = false;

  const plan = (): void => {
    if (timer !== undefined || sending !== undefined || waiting.length === 0) return;
    const delay = pause > 0 ? pause : waiting.length >= options.batchLimit || isClosing ? 0 : options.delay;
    timer = setTimeout(() => {
      timer = undefined;
      sending = send().finally(() => {
        sending = undefined;
        plan();
      });
    }, delay);
    timer.unref();
  };
  const send = async (): Promise<void> => {
    const batch = waiting.slice(0, options.batchLimit);
    const answer = await post(options, batch);
    if (answer.kind === 'again') {
      pause = Math.min(pauseMost, Math.max(answer.after, pauseLeast, pause * 2));
      options.report(answer.why);
      return;
    }
    pause = 0;
    waiting = waiting.slice(batch.length);
    if (answer.kind === 'never') {
      lost += batch.length;
      options.report(answer.why);
    }
  };

  return {
    add: (item) => {
      if (waiting.length >= options.waitingLimit) {
        lost += 1;
        return 'lost';
      }
      waiting.push(item);
      if (waiting.length === options.batchLimit && pause === 0 && timer !== undefined) {
        clearTimeout(timer);
        timer = undefined;
      }
      plan();
      return 'taken';
    },
    lost: () => lost,
    close: async (milliseconds) => {
      isClosing = true;
      const end = Date.now() + milliseconds;
      if (timer !== undefined && pause === 0) {
        clearTimeout(timer);
        timer = undefined;
        plan();
      }
      while (waiting.length > 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
      clearTimeout(timer);
      lost += waiting.length;
      waiting = [];
    },
  };
}

type PostOutcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'again'; readonly after: number; readonly why: string }
  | { readonly kind: 'never'; readonly why: string };

/** Statuses that OTLP and OPA's services give when it may be tried again. */
const retried: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

async function post<T>(options: BatchOptions<T>, batch: readonly T[]): Promise<PostOutcome> {
  try {
    const response = await fetch(options.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip', ...options.headers },
      body: gzipSync(options.write(batch)),
      redirect: 'error',
      signal: AbortSignal.timeout(options.timeout),
    });
    await response.arrayBuffer();
    if (response.ok) return { kind: 'sent' };
    const why = `${new URL(options.url).host} answers ${response.status}`;
    if (!retried.has(response.status)) return { kind: 'never', why };
    const seconds = Number(response.headers.get('retry-after') ?? 0);
    return { kind: 'again', after: Number.isFinite(seconds) ? seconds * 1000 : 0, why };
  } catch {
    return { kind: 'again', after: 0, why: `${new URL(options.url).host} cannot be reached` };
  }
}
