// `policy.surfaces.json` of a bundle → what a gateway has to know of each surface. A bundle without the file has none.
//
// INVARIANT: a file that is not what the compiler writes makes the bundle a bad one: no exchange may be taken for another surface's.

import {
  surfacesFile,
  type EventPlan,
  type ProviderPlan,
  type RefusalShape,
  type SurfacePlan,
  type ToolPin,
  type UsageAsk,
} from '../contract/index.ts';
import type { BundleFiles } from './archive.ts';
import { ok, problem } from './problem.ts';
import type { Outcome } from './problem.ts';
import { isListOf, isObject, isOneOf, isTextList, parseStrictly } from './read-json.ts';

/** The plans of a bundle. */
export function readSurfaces(files: BundleFiles): Outcome<readonly SurfacePlan[]> {
  const bytes = files.get(surfacesFile);
  if (bytes === undefined) return ok([]);
  const value = parseStrictly(bytes);
  if (!isObject(value) || value['version'] !== 1 || !isListOf(value['surfaces'], isPlan))
    return problem('bad_manifest', `\`${surfacesFile}\` is not what the compiler writes`);
  return ok(value['surfaces']);
}

function isPlan(value: unknown): value is SurfacePlan {
  return (
    isObject(value) &&
    typeof value['surface'] === 'string' &&
    typeof value['kind'] === 'string' &&
    isTextList(value['hosts']) &&
    isTextList(value['addresses']) &&
    isTextList(value['servers']) &&
    isListOf(
      value['tools'],
      (tool): tool is ToolPin =>
        isTexts(tool, ['name', 'description', 'schema']) && isTextOrAbsent((tool as ToolPin).server), // an object, as tested
    ) &&
    isListOf(value['routes'], (route): route is SurfacePlan['routes'][number] =>
      isTexts(route, ['method', 'template']),
    ) &&
    isOneOf(value['default'], ['allow', 'deny']) &&
    isOneOf(value['onMalformed'], ['block', 'alert', 'allow']) &&
    isListOf(value['providers'], isProvider) &&
    isListOf(value['events'], isEvent)
  );
}

function isProvider(value: unknown): value is ProviderPlan {
  return (
    isObject(value) &&
    typeof value['name'] === 'string' &&
    isTextList(value['hosts']) &&
    isTextList(value['paths']) &&
    isListOf(value['anywhere'], isAnywhere) &&
    isTextList(value['keys']) &&
    isListOf(value['asks'], isAsk) &&
    (value['refusal'] === undefined || isRefusal(value['refusal']))
  );
}

function isAnywhere(value: unknown): value is ProviderPlan['anywhere'][number] {
  return isObject(value) && typeof value['path'] === 'string' && isTextOrAbsent(value['key']);
}

function isAsk(value: unknown): value is UsageAsk {
  return isObject(value) && isTextList(value['paths']) && isTexts(value, ['when', 'set', 'drop']);
}

function isRefusal(value: unknown): value is RefusalShape {
  return (
    isObject(value) &&
    typeof value['message'] === 'string' &&
    isTextOrAbsent(value['status']) &&
    isListOf(value['texts'], (text): text is RefusalShape['texts'][number] => isTexts(text, ['path', 'text'])) &&
    isListOf(value['headers'], (header): header is RefusalShape['headers'][number] =>
      isTexts(header, ['name', 'value']),
    ) &&
    isTextOrAbsent(value['event'])
  );
}

function isTexts(value: unknown, names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => typeof value[name] === 'string');
}

function isEvent(value: unknown): value is EventPlan {
  return (
    isObject(value) &&
    typeof value['event'] === 'string' &&
    typeof value['entrypoint'] === 'string' &&
    isTextOrAbsent(value['exchange']) &&
    (value['body'] === 'read' || value['body'] === 'unread')
  );
}

function isTextOrAbsent(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}
