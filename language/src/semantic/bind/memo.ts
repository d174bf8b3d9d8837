// What a check may keep of an earlier check of nearly the same project, declaration by declaration. Here is only what binding
// has to tell about itself; `query/` keeps and compares.
// INVARIANT: whatever the result of `make` depends on is its key, its stamp, something immutable, or was noted while it ran.

import type { Declared } from '../symbols.ts';
import type { PackUse } from './placed-rule.ts';

/** What a result is tied to beside what was read. */
export interface MemoOptions {
  /** Has to be the same, item by item. */
  readonly stamp?: readonly unknown[];
  /** The index that a rule of the pack (none: of the package itself) has for a name now; -1 for none. */
  readonly indexOf?: (pack: PackUse | undefined, name: string) => number;
}

/** How something is made, and how it is put right. */
export interface MendedWork<T> {
  readonly make: () => T;
  /** Changes `value` itself. */
  readonly mend: (value: T, replaced: ReadonlyMap<Declared, Declared>) => void;
}

export interface Memo {
  /** What `make` gives, or gave when nothing was different. What it says and uses counts either way. */
  readonly remember: <T>(key: object, what: string, options: MemoOptions, make: () => T) => T;
  /**
   * What `make` gives, or gave in the check before: then `mend` puts what was made right for declarations that were replaced
   * by others with the same name and place, of a rule also the same event. Made again when anything else is different, or
   * when something was said. What the result depends on beside its stamp are names, places and events of declarations alone.
   */
  readonly mended: <T>(key: object, what: string, options: MemoOptions, work: MendedWork<T>) => T;
  /** What `remember` was asked for this key and `what` in this check is used once more. */
  readonly readAgain: (key: object, what: string) => void;
  /** A declaration of a package was looked for by its name. */
  readonly readName: (packageName: string, name: string) => void;
  /** All names were looked at, as for a suggestion. */
  readonly readNames: () => void;
  /** A rule of an event was looked for by its name, and found at `index`. */
  readonly readRule: (pack: PackUse | undefined, name: string, index: number) => void;
}

/** `make()`, remembered where there is a memory. */
export function remembered<T>(
  { memo }: { readonly memo: Memo | undefined },
  key: object,
  what: string,
  make: () => T,
  options: MemoOptions = {},
): T {
  return memo === undefined ? make() : memo.remember(key, what, options, make);
}
