// Counts checks and prints each of them; what disagrees is printed in full.

import { isDeepStrictEqual } from 'node:util';

export interface Report {
  /** One check; `detail` is printed when it failed. */
  readonly check: (name: string, held: boolean, detail?: string) => void;
  /** Two JSON values must be equal, in whatever order their keys stand. */
  readonly same: (name: string, actual: unknown, expected: unknown) => void;
  /** Prints the closing line and gives the exit code. */
  readonly close: () => 0 | 1;
}

/** A report on standard output. */
export function createReport(): Report {
  let passed = 0;
  let failed = 0;
  const check: Report['check'] = (name, held, detail = '') => {
    if (held) passed += 1;
    else failed += 1;
    console.log(held ? `ok    ${name}` : `FAIL  ${name}${detail === '' ? '' : `\n      ${detail}`}`);
  };
  return {
    check,
    same: (name, actual, expected) => {
      const detail = `expected ${JSON.stringify(expected)}\n      got      ${JSON.stringify(actual)}`;
      check(name, isDeepStrictEqual(actual, expected), detail);
    },
    close: () => {
      console.log(`\n${passed} passed, ${failed} failed`);
      return failed === 0 && passed > 0 ? 0 : 1;
    },
  };
}
