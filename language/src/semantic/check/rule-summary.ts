// What the checks of an event ask about each of its rules; `summarise-rules.ts` makes it.

import type { CorePattern } from '../core.ts';
import type { Demands } from './core-key.ts';

/** A rule by itself. */
export interface RuleSummary {
  readonly demands: Demands;
  /** Why it cannot fire; undefined when it may. */
  readonly never: string | undefined;
  /** What it does, but for its name; undefined where that depends on parameters of a pack. */
  readonly key: string | undefined;
  readonly patterns: readonly CorePattern[];
}
