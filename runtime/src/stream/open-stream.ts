// A policy's plan for a provider → a stream that decides as the response passes. What the policy cannot decide on a stream, it does
// not let begin.

import type { StreamPlan, StreamText } from '../contract/index.ts';
import { ok, problem } from '../load/problem.ts';
import type { Outcome } from '../load/problem.ts';
import type { DecideDocument, ResponseHead } from './answer-decision.ts';
import { createPartScanner, type DecidePart, type SkimPart } from './part-scanner.ts';
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
  /** Where the plan is incremental. */
  readonly decidePart: DecidePart;
  readonly skimPart: SkimPart;
}

/** Opens a stream, or says why the policy does not let this one pass. */
export function openStream(policy: StreamPolicy, request: StreamRequest): Outcome<ResponseStream> {
  const { plan } = policy;
  const [gap] = plan.gaps;
  if (plan.scan === 'refused' && gap !== undefined)
    return problem('no_stream', `\`${gap.rule}\` cannot be enforced on a stream: ${gap.why}`);
  const found: (TextMatch & { readonly text: number })[] = [];
  let count = 0;
  const noted = (scanner: TextScanner): TextScanner => {
    const text = count++;
    const note = (progress: ScanProgress): ScanProgress => {
      for (const match of progress.matches) found.push({ ...match, text });
      return progress;
    };
    return { push: (piece) => note(scanner.push(piece)), end: () => note(scanner.end()) };
  };
  const matches = (): typeof found => found;
  if (request.from === 'text') {
    const { stream } = createScanners(policy, request.head);
    return ok({ ...createPlainStream(noted(stream())), matches });
  }
  const { provider } = request.from;
  const shape = plan.providers.find((known) => known.provider === provider);
  if (shape === undefined)
    return problem('no_stream', `the policy does not know how a response of \`${provider}\` streams`);
  const scanners = createScanners(policy, { ...request.head, provider });
  const stream = createRedactionStream({ ...shape, createScanner: (join) => noted(scanners[join]()) });
  return ok({ ...stream, matches });
}

/** Scanners of texts, by how their pieces join. */
function createScanners(
  { plan, decide, decidePart, skimPart }: StreamPolicy,
  head: ResponseHead,
): Readonly<Record<StreamText['join'], () => TextScanner>> {
  const whole = {
    stream: createWholeScanners(decide, head),
    frame: (): TextScanner => createWholeScanners(decide, head)(),
  };
  if (plan.scan !== 'incremental') return whole;
  const part = (): TextScanner =>
    createPartScanner({ decide: decidePart, skim: skimPart, head, context: plan.context });
  if (plan.notes.length === 0) return { stream: part, frame: part };
  const noting = (notes: TextScanner): TextScanner => withNotes(part(), notes, new Set(plan.notes));
  return { stream: () => noting(whole.stream()), frame: () => noting(whole.frame()) };
}

/** A scanner that lets text go as `parts` does, and at the end knows what `rules` found in all of it, as `whole` does. */
function withNotes(parts: TextScanner, whole: TextScanner, rules: ReadonlySet<string>): TextScanner {
  return {
    push: (text) => {
      whole.push(text);
      return parts.push(text);
    },
    end: () => {
      const progress = parts.end();
      const noted = whole.end().matches.filter(({ rule }) => rules.has(rule));
      return { ...progress, matches: [...progress.matches, ...noted] };
    },
  };
}
