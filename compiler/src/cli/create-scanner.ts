// Groups of patterns and classifiers to a function that looks for them in a text, with the module that `rdpc compile` would ship.

import type { ClassifierModel } from '@rdp/language';
import type { Decision } from '@rdp/runtime/contract';
import { scanEntrypoint, scanProgram, type ScanGroup } from '../scan/scan-program.ts';
import { loadProject } from './decide-project.ts';
import { refuseLarge } from './read-texts.ts';

/** One match; `start` and `end` are code points of the text. */
export interface ScanMatch {
  /** Name of the group that it was looked for with. */
  readonly group: string;
  /** Name of the pattern or classifier, without its package. */
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  /** How sure it is, from 0 to 1: what the pattern says, or the classifier's probability of the whole text. */
  readonly score: number;
}

/** What is looked for. */
export interface ScanWanted {
  readonly groups: readonly ScanGroup[];
  readonly classifiers?: readonly ClassifierModel[];
  /** How sure matches of patterns are, by full name; 1 for one that is not there. */
  readonly scores?: ReadonlyMap<string, number>;
}

export interface Scanner {
  /** The matches in a text, in order of place. A text that is more than a module takes ends the command, which calls it `name`. */
  readonly scan: (text: string, name?: string) => readonly ScanMatch[];
  readonly close: () => void;
}

/** Compiles and loads a scan. */
export async function createScanner({ groups, classifiers = [], scores }: ScanWanted): Promise<Scanner> {
  const { enforcer } = await loadProject([scanProgram(groups, classifiers)], '.');
  const scoreOfKind = new Map(
    groups.flatMap(({ name, patterns }) =>
      patterns.map((pattern): [string, number] => [`${name} ${pattern.kind}`, scores?.get(pattern.name) ?? 1]),
    ),
  );
  return {
    scan: (text, name = 'text') => {
      const whole = wellFormed(text);
      const decision = enforcer.decide(scanEntrypoint, { text: whole });
      if (decision.reason === 'out_of_memory') return refuseLarge(name);
      if (decision.reason !== undefined) throw new Error(`${decision.reason}: ${decision.message ?? ''}`);
      return (decision.findings ?? [])
        .flatMap((finding) => matchesOf(finding, whole, scoreOfKind))
        .toSorted((a, b) => a.start - b.start || a.end - b.end);
    },
    close: () => enforcer.close(),
  };
}

/** The places of a group's patterns; all of the text for a classifier, whose message is its probability. */
function matchesOf(
  { rule, message, matches }: NonNullable<Decision['findings']>[number],
  text: string,
  scoreOfKind: ReadonlyMap<string, number>,
): readonly ScanMatch[] {
  if (matches === undefined) {
    const end = [...text].length;
    return [{ group: rule, kind: rule.split('.').at(-1) ?? rule, start: 0, end, score: Number(message) }];
  }
  return matches.map(({ kind, start, end }) => ({
    group: rule,
    kind,
    start,
    end,
    score: scoreOfKind.get(`${rule} ${kind}`) ?? 1,
  }));
}

/** Other people's texts may have half a surrogate pair, which no document has. A byte order mark is a character like others. */
function wellFormed(text: string): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text));
}
