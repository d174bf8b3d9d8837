// Where the expressions of a core program stand in the sources, for tools that explain a decision. Kept beside the program and
// only when a check is asked for it, so that nobody else pays: core has no spans of its own.
// INVARIANT: an expression has one origin. Where inference gives one value to two places, the second gets a copy of its own.

import type { Span } from '../source/source-file.ts';
import type { CoreExpr } from './core.ts';
import type { Type } from './types.ts';

/** Where an expression was written, and the type that it has there, whatever it is then used as. */
export interface Origin {
  readonly span: Span;
  readonly type: Type;
}

/** What one check found out about where expressions stand. */
export interface Origins {
  /** Notes that `core` stands at `span`; gives the expression that is known to stand there, which may be a copy. */
  readonly note: (core: CoreExpr, span: Span) => CoreExpr;
  /** Notes that `copy` is `core` used as another type; gives `copy`. */
  readonly noteCopy: (core: CoreExpr, copy: CoreExpr) => CoreExpr;
  /** Where `core` stands, when it was written rather than made. */
  readonly of: (core: CoreExpr) => Origin | undefined;
}

/** Empty origins, to be filled by one check. */
export function createOrigins(): Origins {
  const known = new WeakMap<CoreExpr, Origin>();
  return {
    note: (core, span) => {
      if (core.type.kind === 'unknown') return core;
      const before = known.get(core)?.span;
      if (before && before.file === span.file && before.start === span.start && before.end === span.end) return core;
      const own = before === undefined ? core : { ...core };
      known.set(own, { span, type: core.type });
      return own;
    },
    noteCopy: (core, copy) => {
      const origin = known.get(core);
      if (origin) known.set(copy, origin);
      return copy;
    },
    of: (core) => known.get(core),
  };
}
