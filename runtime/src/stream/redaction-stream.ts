// A response that streams → the same response without what the policy takes out of it: frames go out in their order, as soon as all
// text in them is decided, with the edits spliced into their bytes.
//
// INVARIANT: no byte of a frame goes out before its texts are decided. What cannot be read for sure (a payload that is no JSON,
// half a character, a frame beyond the limit, more than may wait) ends the stream with a block; nothing goes out after that.

import type { Decision, ProviderStream, StreamFormat, StreamText } from '../contract/index.ts';
import { applyEdits } from '../enforce/edits.ts';
import { failedDecision } from '../enforce/failure.ts';
import { findTexts } from './find-texts.ts';
import type { ByteRange, Frame } from './frame.ts';
import { createFramer } from './frames.ts';
import { valueAt } from './pointer-tree.ts';
import { createReporter, type StreamReport } from './stream-report.ts';
import { createTextChannel, type ChannelOutcome, type TextChannel, type WaitingFrame } from './text-channel.ts';
import type { TextScanner } from './text-scanner.ts';

/** What may go to the client now; after a block nothing may. */
export type StreamOutput =
  | { readonly kind: 'pass'; readonly bytes: Uint8Array }
  /** `bytes` were decided before; the connection ends behind them. */
  | { readonly kind: 'blocked'; readonly bytes: Uint8Array; readonly decision: Decision };

export interface RedactionStream {
  readonly push: (chunk: Uint8Array) => StreamOutput;
  readonly end: () => StreamOutput;
  /** Bytes that came and did not go out. */
  readonly held: () => number;
}

/** A stream of events, of which more is known than its texts. */
export interface EventStream extends RedactionStream {
  readonly report: () => StreamReport;
}

export interface RedactionStreamOptions {
  readonly format: StreamFormat;
  /** What stands where in a payload. */
  readonly stream: Pick<ProviderStream, 'texts' | 'calls' | 'usage' | 'finish'>;
  /** A scanner for one text more, of pieces or whole in its frame. */
  readonly createScanner: (join: StreamText['join']) => TextScanner;
  /** Bytes that a frame may have. */
  readonly frameLimit?: number;
  /** Bytes that may wait to go out. */
  readonly heldLimit?: number;
  /** Where an event has an empty list at this pointer, it is noted and goes no further. */
  readonly drop?: string | undefined;
  /** Nothing goes out before the end, when it is asked whether anything may. */
  readonly held?: { readonly decideOnEnd: (report: StreamReport) => Decision | undefined };
}

const defaultFrameLimit = 4 * 1024 * 1024;
const defaultHeldLimit = 32 * 1024 * 1024;
/** Texts of one response, such as its choices and its blocks: each keeps a scanner. */
const mostTexts = 4096;
/** What ends a stream of OpenAI's and of those that follow it; no JSON. */
const endMark = '[DONE]';

/** A stream of frames that have texts in them. */
export function createRedactionStream(options: RedactionStreamOptions): EventStream {
  const { stream, held, drop, heldLimit = defaultHeldLimit } = options;
  const framer = createFramer(options.format, options.frameLimit ?? defaultFrameLimit);
  const reporter = createReporter(stream);
  const channels = new Map<string, TextChannel>();
  let queue: WaitingFrame[] = [];
  /** Bytes of the queue. */
  let queued = 0;
  let block: Decision | undefined;

  const take = (frame: Frame): void => {
    const waiting: WaitingFrame = {
      bytes: frame.bytes,
      wrapped: frame.wrapped,
      edits: [],
      waiting: 0,
      isDropped: false,
    };
    queue.push(waiting);
    queued += frame.bytes.length;
    if (frame.isForeign) {
      block = failedDecision('malformed_input', 'this is no stream of events');
      return;
    }
    const payload = payloadOf(frame);
    if (payload.bytes.length === 0 || isEndMark(payload.bytes)) return;
    const read = findTexts(payload.bytes, stream.texts);
    if (read === undefined) {
      block = failedDecision('malformed_input', 'invalid_json');
      return;
    }
    reporter.note(read.value);
    waiting.isDropped = drop !== undefined && isEmptyList(valueAt(read.value, drop, []));
    for (const { text, channel: name, raw } of read.places) {
      const own = text.join === 'frame';
      const channel = (own ? undefined : channels.get(name)) ?? createTextChannel(options.createScanner(text.join));
      // What is decided at the end is decided with all that is known then.
      if (!own || held) channels.set(own ? `${channels.size} ${name}` : name, channel);
      if (channels.size > mostTexts) block = tooMuch('more texts are in the stream than the enforcer tells apart');
      settle(
        channel.add({
          frame: waiting,
          raw: payload.bytes.subarray(raw.start, raw.end),
          frameAt: (offset) => payload.frameAt(raw.start + offset),
        }),
      );
      if (own && !held && block === undefined) settle(channel.end());
      if (block !== undefined) return;
    }
  };
  const settle = (outcome: ChannelOutcome): void => {
    if (outcome.kind === 'malformed') block = failedDecision('malformed_input', 'invalid_json');
    if (outcome.kind === 'blocked') block = outcome.decision;
  };
  const release = (): StreamOutput => {
    const pieces: Uint8Array[] = [];
    let sent = 0;
    for (const frame of queue) {
      if (frame.waiting > 0 || (held && !ended) || (block !== undefined && sent === queue.length - 1)) break;
      const edited = wireOf(frame);
      if (edited === undefined) {
        block = failedDecision('internal_error', 'edits of a stream overlap');
        break;
      }
      pieces.push(edited);
      sent++;
    }
    if (sent > 0) {
      for (const frame of queue.slice(0, sent)) queued -= frame.bytes.length;
      queue = queue.slice(sent);
    }
    if (queued > heldLimit) block ??= tooMuch('more of the stream is undecided than the enforcer keeps');
    const bytes = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
    if (block === undefined) return { kind: 'pass', bytes };
    queue = [];
    queued = 0;
    return { kind: 'blocked', bytes, decision: block };
  };
  let ended = false;
  const nothing = new Uint8Array(0);

  return {
    push: (chunk) => {
      if (block !== undefined) return { kind: 'blocked', bytes: nothing, decision: block };
      const frames = framer.push(chunk);
      if (frames === undefined) block = tooMuch('an event of the stream is larger than the enforcer takes');
      for (const frame of frames ?? []) if (block === undefined) take(frame);
      return release();
    },
    end: () => {
      if (block !== undefined) return { kind: 'blocked', bytes: nothing, decision: block };
      for (const frame of framer.end()) if (block === undefined) take(frame);
      for (const channel of channels.values()) if (block === undefined) settle(channel.end());
      if (block === undefined) block = held?.decideOnEnd(reporter.report());
      // Of what was held nothing was decided on before.
      if (held && block !== undefined) queue = [];
      ended = true;
      return release();
    },
    held: () => queued + framer.held(),
    report: reporter.report,
  };
}

function tooMuch(message: string): Decision {
  return failedDecision('out_of_memory', message);
}

/** What a frame is on the wire, with its edits; undefined when they overlap. */
function wireOf({ bytes, edits, wrapped, isDropped }: WaitingFrame): Uint8Array | undefined {
  if (isDropped) return new Uint8Array(0);
  if (edits.length === 0) return wrapped?.wire ?? bytes;
  const edited = applyEdits(
    bytes,
    edits.toSorted((a, b) => a.bytes[0] - b.bytes[0]),
  );
  return edited && wrapped ? wrapped.wrap(edited) : edited;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

interface Payload {
  readonly bytes: Uint8Array;
  readonly frameAt: (offset: number) => number;
}

/** The payload of a frame; the lines of several `data` fields are joined by line feeds. */
function payloadOf({ bytes, data }: Frame): Payload {
  const [only] = data;
  if (only === undefined) return { bytes: new Uint8Array(0), frameAt: (offset) => offset };
  if (data.length === 1)
    return { bytes: bytes.subarray(only.start, only.end), frameAt: (offset) => only.start + offset };
  const lines = data.map(({ start, end }) => bytes.subarray(start, end));
  const joined = Buffer.concat(lines.flatMap((line, index) => (index === 0 ? [line] : [Buffer.from('\n'), line])));
  return { bytes: joined, frameAt: (offset) => placeIn(data, offset) };
}

function placeIn(lines: readonly ByteRange[], offset: number): number {
  let before = 0;
  for (const { start, end } of lines) {
    if (offset <= before + end - start) return start + offset - before;
    before += end - start + 1;
  }
  return lines.at(-1)?.end ?? 0;
}

function isEndMark(payload: Uint8Array): boolean {
  return payload.length === endMark.length && new TextDecoder().decode(payload) === endMark;
}
