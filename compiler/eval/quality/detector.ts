// Patterns by name to a function that looks for them in a text, through the compiled module as an enforcer runs it.

import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { createScanner, type ScanMatch } from '../../src/cli/create-scanner.ts';
import { packagesOf, selectPatterns } from '../../src/scan/select-patterns.ts';

/** One match; `start` and `end` are code points of the text, `kind` the pattern's name. */
export type Found = Pick<ScanMatch, 'kind' | 'start' | 'end'>;

export interface Detector {
  readonly detect: (text: string) => readonly Found[];
  readonly close: () => void;
}

/** Compiles the patterns that `names` stand for (`std.pii`, `std.secrets.jwt`); throws where a name stands for nothing. */
export async function createDetector(names: readonly string[]): Promise<Detector> {
  const library = checkProgram({ files: [], documents: new Map(), std: stdFiles });
  const selection = selectPatterns({ patterns: library.patterns(packagesOf(names)), classifiers: [] }, names);
  if (selection.kind === 'unknown') throw new Error(`there is no pattern or package \`${selection.name}\``);
  const { scan, close } = await createScanner({ groups: selection.groups });
  return { detect: scan, close };
}
