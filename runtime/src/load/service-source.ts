// An OPA bundle service over HTTP → a bundle source: polled with the ETag of the bundle in force, with long polling where the
// server offers it.
//
// INVARIANT: a bundle that was refused is asked for again, because only the bundle in force lends its ETag; failures make the
// polling slower, never faster, and never end it.

import { createHash } from 'node:crypto';

import { ok, problem, reasonOf } from './problem.ts';
import type { Outcome } from './problem.ts';
import type { BundleSource, Changed, SourceContent } from './source.ts';

export interface ServiceSourceOptions {
  readonly url: string;
  /** Sent with each request, `authorization` for instance. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Seconds between two requests: at least, at most. */
  readonly interval?: { readonly least: number; readonly most: number };
  /** Seconds the server may hold a request until there is something new; not asked for unless said. */
  readonly longPoll?: number;
  /** Seconds for one request, beyond `longPoll`. */
  readonly timeout?: number;
  /** Bytes that an answer may have. */
  readonly sizeLimit?: number;
  /** Node's own unless said. */
  readonly fetch?: typeof fetch;
}

const defaultInterval = { least: 60, most: 120 };
const defaultTimeout = 30;
const defaultSizeLimit = 64 * 1024 * 1024;
/** What servers send; the digests that stand in for a missing ETag do not look like it. */
const etag = /^(?:W\/)?"/;
const longPollType = 'application/vnd.openpolicyagent.bundles';

/** Bundles from a service; `http:` is meant for this machine and for meshes that encrypt by themselves. */
export function serviceSource(options: ServiceSourceOptions): BundleSource {
  const address = new URL(options.url);
  const name = address.origin + address.pathname;
  const state: PollState = { held: false };
  return {
    name,
    read: (seen) => download(options, name, seen, state),
    watch: (changed) => poll(options, changed, state),
  };
}

/** Whether the server held the last request, so that there is no need to wait before the next. */
interface PollState {
  held: boolean;
}

async function download(
  options: ServiceSourceOptions,
  name: string,
  seen: string | undefined,
  state: PollState,
): Promise<Outcome<SourceContent>> {
  const longPoll = options.longPoll ?? 0;
  const headers: Record<string, string> = { ...options.headers, prefer: 'modes=snapshot' };
  if (longPoll > 0 && seen !== undefined) headers['prefer'] += `;wait=${longPoll}`;
  if (seen !== undefined && etag.test(seen)) headers['if-none-match'] = seen;
  const limit = ((options.timeout ?? defaultTimeout) + longPoll) * 1000;
  state.held = false;
  try {
    const answer = await (options.fetch ?? fetch)(options.url, { headers, signal: AbortSignal.timeout(limit) });
    state.held = longPoll > 0 && (answer.headers.get('content-type') ?? '').startsWith(longPollType);
    if (answer.status === 304) return ok({ kind: 'unchanged' });
    if (answer.status !== 200) return problem('unreadable', `\`${name}\` answered ${answer.status}`);
    const bytes = await readBody(answer, options.sizeLimit ?? defaultSizeLimit);
    if (bytes === undefined) return problem('too_large', `\`${name}\` sent more bytes than a bundle may have`);
    const tag = answer.headers.get('etag') ?? createHash('sha256').update(bytes).digest('hex');
    return ok(tag === seen ? { kind: 'unchanged' } : { kind: 'archive', bytes, tag });
  } catch (error) {
    return problem('unreadable', `\`${name}\` cannot be read: ${reasonOf(error)}`);
  }
}

async function readBody(answer: Response, sizeLimit: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.length;
    if (size > sizeLimit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function poll(options: ServiceSourceOptions, changed: Changed, state: PollState): () => void {
  const { least, most } = options.interval ?? defaultInterval;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const ask = async (): Promise<void> => {
    failures = (await changed()) === 'fine' ? 0 : failures + 1;
    if (!stopped) wait();
  };
  const wait = (): void => {
    const held = state.held && failures === 0;
    timer = setTimeout(() => void ask(), held ? 0 : delay(least, most, failures) * 1000);
    timer.unref();
  };
  wait();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** Somewhere between the two, so that a fleet does not ask at once; doubled with each failure, up to the longer. */
function delay(least: number, most: number, failures: number): number {
  const spread = least + Math.random() * (most - least);
  return failures === 0 ? spread : Math.min(most, least * 2 ** Math.min(failures, 10)) * (0.5 + Math.random() / 2);
}
