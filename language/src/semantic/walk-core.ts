// The parts of a core expression, in the order in which they stand. For whoever asks what an expression reads.

import type { CoreExpr, LocalId } from './core.ts';

/** The expressions directly inside `core`, conditions of patterns among them. */
export function coreChildren(core: CoreExpr): readonly CoreExpr[] {
  switch (core.op) {
    case 'const':
    case 'input':
    case 'local':
    case 'data':
    case 'rule-fired':
    case 'rule-count':
    case 'rule-score':
    case 'rule-matches':
    case 'fail':
      return [];
    case 'let':
      return [core.value, core.body];
    case 'or-else':
      return [core.of, core.else];
    case 'chain':
      return [core.of, core.body];
    case 'and':
    case 'or':
    case 'equal':
    case 'compare':
      return [core.left, core.right];
    case 'if':
      return [core.condition, core.then, core.else];
    case 'call':
      return core.args;
    case 'list':
      return core.items;
    case 'map':
      return core.entries.flatMap((entry) => [entry.key, entry.value]);
    case 'record':
      return [...core.fields.values()];
    case 'index':
    case 'index-optional':
      return [core.of, core.index];
    case 'in':
      return [core.value, core.of];
    case 'in-set':
      return [core.value];
    case 'lookup':
      return [core.key];
    case 'loop':
      return core.filter ? [core.range, core.filter, core.body] : [core.range, core.body];
    case 'matches':
      return [core.of, ...core.patterns.flatMap((pattern) => (pattern.where ? [pattern.where.condition] : []))];
    case 'concat':
      return core.parts;
    case 'route':
      return [core.method, core.target];
    case 'table':
      return [core.index];
    default:
      return [core.of];
  }
}

/** Whether `test` holds of `core` or of anything inside it. */
export function someCore(core: CoreExpr, test: (part: CoreExpr) => boolean): boolean {
  return test(core) || coreChildren(core).some((child) => someCore(child, test));
}

/** The locals that `core` reads, also those that it binds itself. */
export function localsIn(core: CoreExpr, into: Set<LocalId> = new Set()): ReadonlySet<LocalId> {
  if (core.op === 'local') into.add(core.id);
  for (const child of coreChildren(core)) localsIn(child, into);
  return into;
}
