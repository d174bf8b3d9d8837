// `policy.streams.json` of a bundle → the plans for responses that stream. A bundle without the file has none.
//
// INVARIANT: a file that is not what the compiler writes makes the bundle a bad one: no stream may pass by mistake.

import {
  streamsFile,
  type ProviderStream,
  type StreamCall,
  type StreamFormat,
  type StreamGap,
  type StreamPlan,
  type StreamText,
  type StreamUsage,
} from '../contract/index.ts';
import type { BundleFiles } from './archive.ts';
import { ok, problem } from './problem.ts';
import type { Outcome } from './problem.ts';
import { isListOf, isObject, isOneOf, isTextList, parseStrictly } from './read-json.ts';

/** The plans of a bundle. */
export function readStreams(files: BundleFiles): Outcome<readonly StreamPlan[]> {
  const bytes = files.get(streamsFile);
  if (bytes === undefined) return ok([]);
  const value = parseStrictly(bytes);
  if (!isObject(value) || value['version'] !== 1 || !isListOf(value['streams'], isPlan))
    return problem('bad_manifest', `\`${streamsFile}\` is not what the compiler writes`);
  return ok(value['streams']);
}

function isPlan(value: unknown): value is StreamPlan {
  return (
    isObject(value) &&
    typeof value['entrypoint'] === 'string' &&
    isOneOf(value['scan'], ['incremental', 'whole', 'held', 'refused']) &&
    isTextList(value['reads']) &&
    isListOf(value['gaps'], isGap) &&
    isTextList(value['notes']) &&
    typeof value['context'] === 'number' &&
    isListOf(value['providers'], isProvider)
  );
}

function isGap(value: unknown): value is StreamGap {
  return (
    isObject(value) &&
    typeof value['rule'] === 'string' &&
    isOneOf(value['needs'], ['text', 'response']) &&
    typeof value['why'] === 'string'
  );
}

function isProvider(value: unknown): value is ProviderStream {
  return (
    isObject(value) &&
    typeof value['provider'] === 'string' &&
    isListOf(value['formats'], isFormat) &&
    isListOf(value['texts'], isText) &&
    isListOf(value['calls'], isCall) &&
    isUsage(value['usage']) &&
    isTextList(value['finish'])
  );
}

function isFormat(value: unknown): value is StreamFormat {
  return isOneOf(value, ['sse', 'ndjson', 'json', 'eventstream']);
}

function isText(value: unknown): value is StreamText {
  return (
    isObject(value) &&
    typeof value['path'] === 'string' &&
    isOneOf(value['join'], ['stream', 'frame']) &&
    isTextList(value['by']) &&
    hasCases(value)
  );
}

function isCall(value: unknown): value is StreamCall {
  return (
    isObject(value) &&
    typeof value['id'] === 'string' &&
    typeof value['path'] === 'string' &&
    isOneOf(value['part'], ['name', 'piece', 'json', 'value']) &&
    isTextList(value['by']) &&
    hasCases(value)
  );
}

function hasCases(value: Readonly<Record<string, unknown>>): boolean {
  return [value['only'], value['except']].every(
    (one) => one === undefined || (isObject(one) && typeof one['path'] === 'string' && isTextList(one['values'])),
  );
}

function isUsage(value: unknown): value is StreamUsage {
  return (
    isObject(value) &&
    ['input', 'output', 'more_input', 'more_output'].every((name) => isListOf(value[name], isTextList))
  );
}
