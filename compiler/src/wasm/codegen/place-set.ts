// Sets of patterns in static data, each once.

import type { CorePattern } from '@rdp/language';
import { type CompiledPattern, compilePattern } from '../../pattern/compile-pattern.ts';
import { placeScan, type ScannedPattern, type TextsCome } from '../../pattern/place-scan.ts';
import { contextReach } from '../../ir/stream-plan.ts';
import type { EntrypointContext } from './context.ts';
import type { SetPlan } from './scan-plan.ts';

function compiledPattern(body: CorePattern['body']): CompiledPattern {
  const compiled = compilePattern(body);
  if (compiled.kind === 'fault') throw new Error(`unchecked pattern: ${compiled.fault.message}`);
  return compiled;
}

/** Address of a set of patterns. */
export function placeSet(
  entry: EntrypointContext,
  patterns: readonly (Pick<CorePattern, 'body'> & {
    readonly group: number;
    /** Given where what is found is asked for its context words afterwards. */
    readonly near?: CorePattern['near'];
  })[],
  come: TextsCome = 'whole',
): number {
  const { sets, data } = entry.module;
  const key = `${come}:${JSON.stringify(patterns)}`;
  const known = sets.get(key);
  if (known !== undefined) return known;
  const scanned = patterns.map(({ body, group, near }): ScannedPattern => {
    const pattern = compiledPattern(body);
    if (!near) return { pattern, group };
    return {
      pattern,
      group,
      context: { words: compiledPattern(contextOf({ body, near })), reach: 4 * contextReach(near) },
    };
  });
  const address = placeScan(scanned, data.place, come);
  sets.set(key, address);
  return address;
}

/** Address of the set of one pattern. */
export function placeOne(entry: EntrypointContext, body: CorePattern['body']): number {
  return placeSet(entry, [{ body, group: 0 }]);
}

/** Address of the set of lists of words, each of which is a group. */
export function placeWords(entry: EntrypointContext, words: readonly CorePattern['body'][]): number {
  return placeSet(
    entry,
    words.map((body, group) => ({ body, group })),
  );
}

/** Address of the set of a plan. */
export function placePlan(entry: EntrypointContext, { patterns, come }: SetPlan): number {
  return placeSet(
    entry,
    patterns.map(({ pattern: { body, near }, group }) => ({ body, near, group })),
    come,
  );
}

/** The context words of a pattern, as they are looked for where it is. */
export function contextOf({ body, near }: Pick<CorePattern, 'body' | 'near'>): CorePattern['body'] {
  const words = { kind: 'words', words: near?.words ?? [] } as const;
  return body.normalized ? { ...words, normalized: true } : words;
}
