// Groups of patterns to a function that looks for them in a text, with the module that `rdpc compile` would ship.

import type { Decision } from '@rdp/runtime/contract';
import { scanEntrypoint, scanProgram, type ScanGroup } from '../scan/scan-program.ts';
import { loadProject } from './decide-project.ts';
import { refuseLarge } from './read-texts.ts';

/** One match; `start` and `end` are code points of the text. */
export interface ScanMatch {
  /** Name of the group that it was looked for with. */
  readonly group: string;
  /** Name of the pattern. */
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

export interface Scanner {
  /** The matches in a text, in order of place. A text that is more than a module takes ends the command, which calls it `name`. */
  readonly scan: (text: string, name?: string) => readonly ScanMatch[];
  readonly close: () => void;
}

/** Compiles and loads a scan for `groups`. */
export async function createScanner(groups: readonly ScanGroup[]): Promise<Scanner> {
  const { enforcer } = await loadProject([scanProgram(groups)], '.');
  return {
    scan: (text, name = 'text') => {
      const decision = enforcer.decide(scanEntrypoint, { text: wellFormed(text) });
      if (decision.reason === 'out_of_memory') return refuseLarge(name);
      if (decision.reason !== undefined) throw new Error(`${decision.reason}: ${decision.message ?? ''}`);
      return (decision.findings ?? []).flatMap(matchesOf).toSorted((a, b) => a.start - b.start || a.end - b.end);
    },
    close: () => enforcer.close(),
  };
}

function matchesOf({ rule, matches = [] }: NonNullable<Decision['findings']>[number]): readonly ScanMatch[] {
  return matches.map(({ kind, start, end }) => ({ group: rule, kind, start, end }));
}

/** Other people's texts may have half a surrogate pair, which no document has. A byte order mark is a character like others. */
function wellFormed(text: string): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text));
}
