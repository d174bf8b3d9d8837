// Patterns by name to a function that looks for them in a text, through the compiled module as an enforcer runs it.

import { checkProgram, type PatternModel } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { bytesSource, createEnforcer } from '@rdp/runtime';
import { buildBundle } from '../../src/cli/build-bundle.ts';
import { scanEntrypoint, scanProgram } from '../../src/scan/scan-program.ts';
import { packagesOf, selectPatterns } from '../../src/scan/select-patterns.ts';

/** One match; `start` and `end` are code points of the text. */
export interface Found {
  /** Name of the pattern. */
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

export interface Detector {
  readonly detect: (text: string) => readonly Found[];
  readonly close: () => void;
}

/** Compiles the patterns that `names` stand for (`std.pii`, `std.secrets.jwt`); throws where a name stands for nothing. */
export async function createDetector(names: readonly string[]): Promise<Detector> {
  const selection = selectPatterns(libraryPatterns(packagesOf(names)), names);
  if (selection.kind === 'unknown') throw new Error(`there is no pattern or package \`${selection.name}\``);
  const { bundle } = await buildBundle([scanProgram(selection.groups)], {
    root: '.',
    revision: undefined,
    signing: undefined,
    internal: 'omit',
  });
  const enforcer = createEnforcer({ source: bytesSource(bundle), limits: { warmUp: 0 } });
  const outcome = await enforcer.ready;
  if (outcome.kind === 'problem') throw new Error(outcome.problem.message);
  return {
    detect: (text) => {
      const decision = enforcer.decide(scanEntrypoint, { text: wellFormed(text) });
      if (decision.reason !== undefined) throw new Error(`${decision.reason}: ${decision.message ?? ''}`);
      return (decision.findings ?? []).flatMap(({ matches = [] }) =>
        matches.map(({ kind, start, end }) => ({ kind, start, end })),
      );
    },
    close: () => enforcer.close(),
  };
}

/** Texts of other people may have half a surrogate pair, which no JSON document has. */
function wellFormed(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text));
}

/** The patterns of packages of the standard library. */
export function libraryPatterns(packages: readonly string[]): readonly PatternModel[] {
  return checkProgram({ files: [], documents: new Map(), std: stdFiles }).patterns(packages);
}
