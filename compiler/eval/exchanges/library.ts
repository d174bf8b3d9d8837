// What the library makes of an exchange: the event that `…/http` is decided on, and what the texts and reports of a stream add up to.

import { checkProgram, type CoreProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import type { ProviderPlan, ProviderStream } from '@rdp/runtime/contract';
import { createRedactionStream } from '../../../runtime/src/stream/redaction-stream.ts';
import type { StreamReport } from '../../../runtime/src/stream/stream-report.ts';
import { evaluate } from '../../src/ir/interpret/evaluate.ts';
import { MalformedDocument } from '../../src/ir/interpret/json-scan.ts';
import { readDocument } from '../../src/ir/interpret/read-document.ts';
import { EvaluationError } from '../../src/ir/interpret/value.ts';
import { writeValue } from '../../src/ir/interpret/write-json.ts';
import type { Ir } from '../../src/ir/ir.ts';
import { lowerProgram } from '../../src/ir/lower.ts';
import { planStream } from '../../src/ir/stream-plan.ts';
import { createDifferential } from '../../test/differential.ts';

/** Uses every field, so that every field is made. */
const policy = `package exchanges
import std.ai
import std.llm
surface Chat: llm {}
pattern word = re"[A-Za-z0-9]{1,12}"
fn calls_of(calls: list<llm.ToolCall>) -> int = calls.map(c, size(c.name) + size(texts(c.arguments))).filter(n, n > 0).size()
fn offers_of(tools: list<llm.ToolOffer>) -> int = tools.map(t, size(t.name) + size(t.description)).size()
detect Asked on Chat.request {
  severity low
  find     word in prompts[*].text
  find     word in texts(calls[*].arguments)
  when     model != "" || stream || (max_tokens ?? 0) > 0 || calls_of(calls) + offers_of(tools) + prompts.filter(p, p.role == "").size() >= 0
  message  "{provider}"
}
detect Answered on Chat.response {
  severity low
  find     word in completions[*].text
  find     word in texts(tool_calls[*].arguments)
  when     model != "" || calls_of(tool_calls) + completions.filter(c, c.role == "").size() + usage.cached + usage.reasoning + tokens >= 0
  message  "{provider} {finish_reason}"
}
`;

/** The library, compiled so far that exchanges can be asked about. */
export interface Library {
  readonly ir: Ir;
  readonly streams: readonly ProviderStream[];
  readonly providers: readonly ProviderPlan[];
  /** The event of a body, or why there is none. */
  readonly eventOf: (event: 'request' | 'response', input: Uint8Array) => MadeEvent;
  /** Where a module decides otherwise than the interpreter. */
  readonly disagree: (event: 'request' | 'response', input: Uint8Array) => readonly string[];
}

export type MadeEvent =
  { readonly kind: 'event'; readonly event: LibraryEvent } | { readonly kind: 'malformed'; readonly reason: string };

interface SaidText {
  readonly role: string;
  readonly text: string;
}

/** The fields of both events that are compared. */
export interface LibraryEvent {
  readonly provider: string;
  readonly model: string;
  readonly prompts?: readonly SaidText[];
  readonly completions?: readonly SaidText[];
  readonly tools?: readonly { readonly name: string }[];
  readonly calls?: readonly { readonly name: string; readonly arguments: unknown }[];
  readonly tool_calls?: readonly { readonly name: string; readonly arguments: unknown }[];
  readonly usage?: { readonly input: number; readonly output: number };
}

/** Checks and lowers the policy. */
export function createLibrary(): Library {
  const program = programOf(policy);
  const ir = lowerProgram(program);
  const response = program.entrypoints.find(({ event, streams }) => event === 'response' && streams !== undefined);
  const differential = createDifferential(ir);
  return {
    ir,
    disagree: (event, input) => {
      const { interpreter, scalar, simd } = differential({ entrypoint: `exchanges/Chat/${event}/http`, input });
      return [...(scalar === interpreter ? [] : ['scalar']), ...(simd === interpreter ? [] : ['SIMD'])];
    },
    streams: (response && planStream(response)?.providers) ?? [],
    providers: program.surfaces?.[0]?.providers() ?? [],
    eventOf: (event, input) => {
      const entrypoint = ir.entrypoints.find(({ name }) => name === `exchanges/Chat/${event}/http`);
      if (entrypoint?.prepare === undefined) throw new Error('the policy has an entrypoint for exchanges');
      try {
        const document = readDocument(entrypoint, input);
        const made = evaluate(entrypoint.prepare, {
          input: document,
          locals: new Map(),
          rules: new Map(),
          data: undefined,
        });
        return { kind: 'event', event: JSON.parse(writeValue(made)) as LibraryEvent };
      } catch (error) {
        if (error instanceof MalformedDocument) return { kind: 'malformed', reason: error.reason };
        if (error instanceof EvaluationError) return { kind: 'malformed', reason: error.word };
        throw error;
      }
    },
  };
}

function programOf(text: string): CoreProgram {
  const { programs, diagnostics } = checkProgram({
    files: [{ path: 'exchanges.rdp', text }],
    documents: new Map(),
    std: stdFiles,
  });
  const [program] = programs ?? [];
  if (program === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return program;
}

/** What a stream that was cut somewhere comes to. */
export interface StreamResult {
  readonly texts: readonly string[];
  readonly report: StreamReport;
  readonly bytes: Uint8Array;
  /** Why it was stopped. */
  readonly stopped: string | undefined;
}

/** Runs a stream in chunks that end at `cuts`; `replace` is put in the place of each piece's first letters. */
export function runStream(
  stream: ProviderStream,
  options: {
    readonly format: ProviderStream['formats'][number];
    readonly chunks: readonly Uint8Array[];
    readonly replace?: { readonly length: number; readonly by: string };
  },
): StreamResult {
  const { format, chunks, replace } = options;
  const texts: { text: string; readonly join: 'stream' | 'frame' }[] = [];
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const opened = createRedactionStream({
    format,
    stream,
    createScanner: (join) => {
      const own = { text: '', join };
      texts.push(own);
      let safe = 0;
      return {
        push: (piece) => {
          const text = decoder.decode(piece);
          own.text += text;
          const start = safe;
          safe += piece.length;
          // Characters of one byte alone, so that the replacement begins and ends between characters.
          const length = replace && /^[ -~]+/.exec(text)?.[0].length;
          const edits =
            replace && length ? [{ start, end: start + Math.min(length, replace.length), text: replace.by }] : [];
          return { safe, edits, matches: [], block: undefined };
        },
        end: () => ({ safe, edits: [], matches: [], block: undefined }),
      };
    },
  });
  const outputs = [...chunks.map((chunk) => opened.push(chunk)), opened.end()];
  const blocked = outputs.find((output) => output.kind === 'blocked');
  return {
    texts: texts.filter(({ join, text }) => join === 'stream' && text !== '').map(({ text }) => text),
    report: opened.report(),
    bytes: Buffer.concat(outputs.map(({ bytes }) => bytes)),
    stopped: blocked?.kind === 'blocked' ? blocked.decision.message : undefined,
  };
}
