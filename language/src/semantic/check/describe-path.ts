// A value as messages name it.

import type { CoreExpr } from '../core.ts';

/** The path that `core` reads, in back-ticks; `one value` where it is no path. */
export function describePath(core: CoreExpr): string {
  const parts: string[] = [];
  let at = core;
  while (at.op === 'field' || at.op === 'unwrap' || at.op === 'variant-cast') {
    if (at.op === 'field') parts.unshift(at.field.name);
    at = at.of;
  }
  return parts.length > 0 ? `\`${parts.join('.')}\`` : 'one value';
}
