// The events of a stream → what they say beside text: tool calls, the count of tokens, why the model stopped. Nothing is decided here.

import type { ProviderStream, StreamCall, TokenUsage } from '../contract/index.ts';
import { isThere } from './find-texts.ts';
import { pointerTree, valueAt, visitPointers } from './pointer-tree.ts';

/** A tool call as the response's event has it. */
export interface ReportedCall {
  readonly name: string;
  /** JSON, or JSON as text, as the provider's responses have it that do not stream. */
  readonly arguments: unknown;
}

/** What was said so far. */
export interface StreamReport {
  readonly calls: readonly ReportedCall[];
  /** As the provider counts; undefined when it has not. */
  readonly usage: TokenUsage | undefined;
  readonly finishReason: string;
  /** False when the calls were longer than what is kept of them: then there are none. */
  readonly isWhole: boolean;
}

/** Takes in one event after another. */
export interface StreamReporter {
  readonly note: (event: unknown) => void;
  readonly report: () => StreamReport;
}

type Kind = keyof ProviderStream['usage'];

type Place =
  | { readonly kind: 'call'; readonly path: string; readonly call: StreamCall }
  | { readonly kind: 'count'; readonly path: string; readonly of: Kind; readonly slot: string }
  | { readonly kind: 'finish'; readonly path: string };

interface OpenCall {
  name: string;
  text: string;
  form: 'text' | 'json';
  value: unknown;
}

/** Characters of calls, and what a call costs beside them. */
const keptLimit = 4 * 1024 * 1024;
const costOfCall = 256;

/** A reporter for the events of a provider. */
export function createReporter(stream: Pick<ProviderStream, 'calls' | 'usage' | 'finish'>): StreamReporter {
  const tree = pointerTree<Place>(placesOf(stream), ({ path }) => path);
  let calls: OpenCall[] = [];
  let cost = 0;
  const open = new Map<string, OpenCall>();
  const counts = new Map<string, { readonly of: Kind; readonly count: number }>();
  let finishReason = '';
  let event = 0;

  const spend = (characters: number): 'kept' | 'let_go' => {
    cost += characters;
    if (cost <= keptLimit) return 'kept';
    calls = [];
    open.clear();
    return 'let_go';
  };
  const noteCall = (call: StreamCall, value: unknown, indexes: readonly number[], payload: unknown): void => {
    if (spend(typeof value === 'string' ? value.length : JSON.stringify(value ?? null).length) === 'let_go') return;
    const by = call.by.map((pointer) => valueAt(payload, pointer, indexes) ?? null);
    const isTold = by.some((part) => part !== null);
    const key = JSON.stringify(by.length === 0 ? [call.id, event, indexes] : [call.id, by, isTold ? [] : indexes]);
    const known = open.get(key);
    if (call.part === 'name') {
      if (typeof value !== 'string' || value === '') return;
      if (known !== undefined && !(known.name !== '' && begins(known, value, isTold))) {
        known.name = value;
        return;
      }
      add(key).name = value;
      return;
    }
    const into = known ?? add(key);
    if (call.part === 'value') into.value = value;
    else if (typeof value === 'string') {
      into.text += value;
      into.form = call.part === 'json' ? 'json' : 'text';
    }
  };
  const add = (key: string): OpenCall => {
    const call: OpenCall = { name: '', text: '', form: 'text', value: undefined };
    if (spend(costOfCall + key.length) === 'let_go') return call;
    open.set(key, call);
    calls.push(call);
    return call;
  };
  return {
    note: (payload) => {
      event++;
      visitPointers(tree, payload, (place, value, indexes) => {
        if (place.kind === 'call') {
          if (isThere(place.call, payload)) noteCall(place.call, value, indexes, payload);
        } else if (place.kind === 'finish') {
          if (typeof value === 'string' && value !== '') finishReason = value;
        } else if (typeof value === 'number') counts.set(place.slot, { of: place.of, count: value });
      });
    },
    report: () => ({
      calls: calls.filter(({ name }) => name !== '').map((call) => ({ name: call.name, arguments: argumentsOf(call) })),
      usage: counts.size === 0 ? undefined : usageOf([...counts.values()]),
      finishReason,
      isWhole: cost <= keptLimit,
    }),
  };
}

/** Whether a name begins another call, where calls are not told apart or one of the same place is complete. */
function begins(known: OpenCall, name: string, isTold: boolean): boolean {
  if (!isTold) return true;
  if (known.value !== undefined || known.text === '') return known.name !== name && known.value !== undefined;
  return parsedText(known.text) !== undefined;
}

function placesOf({ calls, usage, finish }: Pick<ProviderStream, 'calls' | 'usage' | 'finish'>): readonly Place[] {
  const kinds: readonly Kind[] = ['input', 'output', 'more_input', 'more_output'];
  return [
    ...calls.map((call) => ({ kind: 'call', path: call.path, call }) as const),
    ...kinds.flatMap((of) =>
      usage[of].flatMap((alternatives, index) =>
        alternatives.map((path) => ({ kind: 'count', path, of, slot: `${of} ${index}` }) as const),
      ),
    ),
    ...finish.map((path) => ({ kind: 'finish', path }) as const),
  ];
}

function usageOf(counts: readonly { readonly of: Kind; readonly count: number }[]): TokenUsage {
  const sum = (kind: Kind): number => counts.reduce((total, { of, count }) => total + (of === kind ? count : 0), 0);
  return {
    input: sum('input'),
    output: sum('output'),
    more_input: sum('more_input'),
    more_output: sum('more_output'),
  };
}

function argumentsOf({ text, form, value }: OpenCall): unknown {
  if (value !== undefined) return value;
  if (form === 'text') return text;
  return text === '' ? {} : (parsedText(text) ?? text);
}

function parsedText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
