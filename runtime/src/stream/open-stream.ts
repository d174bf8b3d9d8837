// A policy's plan for a provider → a stream that decides as the response passes. What the policy cannot decide on a stream, it does
// not let begin.

import type { Decision, ProviderStream, StreamFormat, StreamPlan, StreamText } from '../contract/index.ts';
import { failedDecision } from '../enforce/failure.ts';
import { ok, problem } from '../load/problem.ts';
import type { Outcome } from '../load/problem.ts';
import { refusalOf, responseOf, type DecideDocument, type ResponseHead } from './answer-decision.ts';
import { createPartScanner, type DecidePart, type SkimPart } from './part-scanner.ts';
import { createPlainStream } from './plain-stream.ts';
import { createRedactionStream, type RedactionStream } from './redaction-stream.ts';
import type { StreamReport } from './stream-report.ts';
import type { ScanProgress, TextMatch, TextScanner } from './text-scanner.ts';
import { createWholeScanners } from './whole-scanner.ts';

/** What is asked for. */
export interface StreamRequest {
  /** Full name of the response's entrypoint, or `Surface.event` where that is unambiguous. */
  readonly entrypoint: string;
  /** Whose events come, and the content type of the response; or `text` for text without any. */
  readonly from: { readonly provider: string; readonly contentType?: string | undefined } | 'text';
  /** Fields of the event that are known by now; `provider` is set by `from`. */
  readonly head: ResponseHead;
  /** `UsageAsk.drop` of what the enforcer added to the request: events that are there for that alone are noted and left out. */
  readonly drop?: string | undefined;
  /** Bytes that may wait to go out. */
  readonly heldLimit?: number | undefined;
}

/** A response on its way. */
export interface ResponseStream extends RedactionStream {
  /** What rules have found so far, ten thousand matches at most; `text` counts the texts of the response in the order in which they began. */
  readonly matches: () => readonly (TextMatch & { readonly text: number })[];
  /** What the events said so far beside text: tool calls, the count of tokens. Of bare text nothing. */
  readonly report: () => StreamReport;
  /**
   * What the policy says of all that came, to be asked when it is over: what it notes, counts and holds then. Its edits are made and its
   * places are those of a document with the texts alone. Undefined when texts or calls were longer than what is kept of them.
   */
  readonly afterwards: () => Decision | undefined;
  /** Bytes of text that came. */
  readonly textSize: () => number;
}

/** Bytes of text that are kept of a response, to ask about it as a whole when it is over. */
const keptLimit = 4 * 1024 * 1024;
/** What a text costs beside its bytes. */
const costOfText = 64;
const mostFound = 10_000;

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
  const keeper = createKeeper();
  const noted = (scanner: TextScanner): TextScanner => {
    const text = count++;
    const keep = keeper.text();
    const note = (progress: ScanProgress): ScanProgress => {
      for (const match of progress.matches) if (found.length < mostFound) found.push({ ...match, text });
      return progress;
    };
    return {
      push: (piece) => {
        keep(piece);
        return note(scanner.push(piece));
      },
      end: () => note(scanner.end()),
    };
  };
  const afterwards = (head: ResponseHead): Decision | undefined => {
    const texts = keeper.texts();
    return texts === undefined ? undefined : policy.decide(responseOf(head, texts));
  };
  const matches = (): typeof found => found;
  if (request.from === 'text') {
    if (plan.scan === 'held' && gap !== undefined)
      return problem('no_stream', `\`${gap.rule}\` cannot be enforced on bare text: ${gap.why}`);
    const { stream } = createScanners(policy, () => request.head);
    return ok({
      ...createPlainStream(noted(stream())),
      matches,
      report: () => nothingReported,
      afterwards: () => afterwards(request.head),
      textSize: keeper.size,
    });
  }
  const { provider, contentType } = request.from;
  const shape = plan.providers.find((known) => known.provider === provider);
  if (shape === undefined)
    return problem('no_stream', `the policy does not know how a response of \`${provider}\` streams`);
  const format = formatOf(shape, contentType);
  if (format === undefined)
    return problem(
      'no_stream',
      `the policy does not know how a response of \`${provider}\` streams as \`${contentType ?? ''}\``,
    );
  const untold = plan.scan === 'held' ? plan.reads.find((field) => !tells(shape, field)) : undefined;
  if (untold !== undefined)
    return problem('no_stream', `a stream of \`${provider}\` does not tell \`${untold}\`, which the policy reads`);
  const head = { ...request.head, provider };
  const scanners = createScanners(policy, () =>
    plan.scan === 'held' ? { ...head, ...fieldsOf(stream.report()) } : head,
  );
  const decideOnEnd = (report: StreamReport): Decision | undefined =>
    report.isWhole
      ? refusalOf(policy.decide(responseOf({ ...head, ...fieldsOf(report) }, [])))
      : failedDecision('out_of_memory', 'the stream calls more tools than the enforcer keeps');
  const stream = createRedactionStream({
    format,
    stream: shape,
    drop: request.drop,
    createScanner: (join) => noted(scanners[join]()),
    ...(plan.scan === 'held' ? { held: { decideOnEnd } } : {}),
    ...(request.heldLimit === undefined ? {} : { heldLimit: request.heldLimit }),
  });
  return ok({
    ...stream,
    matches,
    afterwards: () => {
      const report = stream.report();
      return report.isWhole ? afterwards({ ...head, ...fieldsOf(report) }) : undefined;
    },
    textSize: keeper.size,
  });
}

interface Keeper {
  /** Takes the pieces of one more text. */
  readonly text: () => (piece: Uint8Array) => void;
  /** All of them, in the order in which they began; undefined when they are too long. */
  readonly texts: () => readonly string[] | undefined;
  /** Bytes, also of what is not kept. */
  readonly size: () => number;
}

function createKeeper(): Keeper {
  let texts: Uint8Array[][] = [];
  let size = 0;
  let cost = 0;
  /** Once it is too much, none of it is asked for. */
  const spend = (bytes: number): 'kept' | 'let_go' => {
    cost += bytes;
    if (cost <= keptLimit) return 'kept';
    texts = [];
    return 'let_go';
  };
  return {
    text: () => {
      const pieces: Uint8Array[] = [];
      if (spend(costOfText) === 'kept') texts.push(pieces);
      return (piece) => {
        size += piece.length;
        if (spend(piece.length) === 'kept') pieces.push(piece.slice());
        else pieces.length = 0;
      };
    },
    size: () => size,
    texts: () => (cost > keptLimit ? undefined : texts.map((pieces) => Buffer.concat(pieces).toString('utf8'))),
  };
}

const nothingReported: StreamReport = { calls: [], usage: undefined, finishReason: '', isWhole: true };

const contentTypes: readonly (readonly [pattern: RegExp, format: StreamFormat])[] = [
  [/^text\/event-stream\b/i, 'sse'],
  [/^application\/(?:x-ndjson|ndjson|jsonl|x-jsonlines|stream\+json)\b/i, 'ndjson'],
  [/^application\/vnd\.amazon\.eventstream\b/i, 'eventstream'],
  [/^application\/json\b/i, 'json'],
];

/** The format that a content type says, where the provider streams so; its first where nothing is said. */
function formatOf({ formats }: ProviderStream, contentType: string | undefined): StreamFormat | undefined {
  if (contentType === undefined || contentType === '') return formats[0];
  const said = contentTypes.find(([pattern]) => pattern.test(contentType))?.[1];
  return said !== undefined && formats.includes(said) ? said : undefined;
}

/** Whether the events of a stream tell a field of the response. */
function tells({ calls, usage, finish }: ProviderStream, field: string): boolean {
  if (field === 'tool_calls') return calls.length > 0;
  if (field === 'usage') return usage.input.length + usage.output.length > 0;
  return field === 'finish_reason' ? finish.length > 0 : false;
}

function fieldsOf({ calls, usage, finishReason }: StreamReport): ResponseHead {
  return { tool_calls: calls, ...(usage ? { usage } : {}), finish_reason: finishReason };
}

/** Scanners of texts, by how their pieces join. */
function createScanners(
  { plan, decide, decidePart, skimPart }: StreamPolicy,
  head: () => ResponseHead,
): Readonly<Record<StreamText['join'], () => TextScanner>> {
  const whole = {
    stream: createWholeScanners(decide, head),
    frame: (): TextScanner => createWholeScanners(decide, head)(),
  };
  if (plan.scan !== 'incremental') return whole;
  const part = (): TextScanner =>
    createPartScanner({ decide: decidePart, skim: skimPart, head: head(), context: plan.context });
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
