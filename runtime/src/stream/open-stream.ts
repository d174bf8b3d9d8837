// A policy's plan for a provider → a stream that decides as the response passes. What the policy cannot decide on a stream, it does
// not let begin.

import type { ProviderStream, StreamPlan } from '../contract/index.ts';
import { ok, problem } from '../load/problem.ts';
import type { Outcome } from '../load/problem.ts';
import type { DecideDocument, ResponseHead } from './answer-decision.ts';
import { createPlainStream } from './plain-stream.ts';
import { createRedactionStream, type RedactionStream } from './redaction-stream.ts';
import type { ScanProgress, TextMatch, TextScanner } from './text-scanner.ts';
import { createWholeScanners } from './whole-scanner.ts';

/** What is asked for. */
export interface StreamRequest {
  /** Full name of the response's entrypoint, or `Surface.event` where that is unambiguous. */
  readonly entrypoint: string;
  /** Whose events come, or `text` for text without any. */
  readonly from: { readonly provider: string } | 'text';
  /** Fields of the event that are known by now; `provider` is set by `from`. */
  readonly head: ResponseHead;
}

/** A response on its way. */
export interface ResponseStream extends RedactionStream {
  /** What rules have found so far; `text` counts the texts of the response in the order in which they began. */
  readonly matches: () => readonly (TextMatch & { readonly text: number })[];
}

/** What a policy lends to its streams. */
export interface StreamPolicy {
  readonly plan: StreamPlan;
  readonly decide: DecideDocument;
}

/** Opens a stream, or says why the policy does not let this one pass. */
export function openStream({ plan, decide }: StreamPolicy, request: StreamRequest): Outcome<ResponseStream> {
  const [gap] = plan.gaps;
  if (plan.scan === 'refused' && gap !== undefined)
    return problem('no_stream', `\`${gap.rule}\` cannot be enforced on a stream: ${gap.why}`);
  const found: (TextMatch & { readonly text: number })[] = [];
  let count = 0;
  const noted = (scanner: TextScanner): TextScanner => {
    const text = count++;
    const note = (progress: ScanProgress): ScanProgress => {
      found.push(...progress.matches.map((match) => ({ ...match, text })));
      return progress;
    };
    return { push: (piece) => note(scanner.push(piece)), end: () => note(scanner.end()) };
  };
  const matches = (): typeof found => found;
  if (request.from === 'text') {
    const stream = createPlainStream(noted(createWholeScanners(decide, request.head)()));
    return ok({ ...stream, matches });
  }
  const { provider } = request.from;
  const shape = plan.providers.find((known) => known.provider === provider);
  if (shape === undefined)
    return problem('no_stream', `the policy does not know how a response of \`${provider}\` streams`);
  return ok({ ...framedStream(shape, { decide, head: { ...request.head, provider }, noted }), matches });
}

interface Scanning {
  readonly decide: DecideDocument;
  readonly head: ResponseHead;
  readonly noted: (scanner: TextScanner) => TextScanner;
}

function framedStream({ format, texts }: ProviderStream, { decide, head, noted }: Scanning): RedactionStream {
  const createJoined = createWholeScanners(decide, head);
  return createRedactionStream({
    format,
    texts,
    createScanner: (join) => noted(join === 'stream' ? createJoined() : createWholeScanners(decide, head)()),
  });
}
