// What a condition establishes for what stands to its right: that an optional is there, that an object is of one kind.
// Facts are read off core, so that it does not matter how a condition was written, and hold for paths: fields below the
// event or a variable, which cannot change and cannot fail.
//
// INVARIANT: a fact holds wherever the condition does not have the other outcome, even when it has an error: what it is
// read off cannot fail itself.

import type { CoreExpr, LocalId } from '../core.ts';
import { optionalOf } from '../relate-types.ts';
import type { Variant } from '../types.ts';
import type { Fact, Facts, InferContext } from './context.ts';

/** Paths that variables stand for. */
type Aliases = ReadonlyMap<LocalId, string>;

/** The path that `core` reads, as a key for facts; undefined when it is no path. */
export function pathKey(core: CoreExpr, aliases?: Aliases): string | undefined {
  switch (core.op) {
    case 'input':
      return 'input';
    case 'local':
      return aliases?.get(core.id) ?? `local ${core.id}`;
    case 'unwrap':
    case 'variant-cast':
      return pathKey(core.of, aliases);
    case 'parameter':
      return `parameter ${core.variant.name} ${core.name}`;
    case 'field': {
      const of = pathKey(core.of, aliases);
      return of === undefined ? undefined : `${of}.${core.field.name}`;
    }
    default:
      return undefined;
  }
}

/** Whether `core` reads a path, or puts together a record of such: it cannot change and cannot fail, and may be read again. */
export function isPath(core: CoreExpr): boolean {
  return pathKey(core) !== undefined || (core.op === 'record' && [...core.fields.values()].every(isPath));
}

/** What holds where `core` is not `!outcome`. */
export function factsOf(core: CoreExpr, outcome: 'true' | 'false', aliases: Aliases = new Map()): Facts {
  switch (core.op) {
    case 'not':
      return factsOf(core.of, outcome === 'true' ? 'false' : 'true', aliases);
    case 'and':
    case 'or':
      return (core.op === 'and') === (outcome === 'true')
        ? mergeFacts(factsOf(core.left, outcome, aliases), factsOf(core.right, outcome, aliases))
        : noFacts;
    case 'is-some':
      return outcome === 'true' ? presenceOf(core.of, aliases) : noFacts;
    case 'variant-test':
      return outcome === 'true' ? factAt(core.of, { variant: core.variant }, aliases) : noFacts;
    case 'let':
      return factsOf(core.body, outcome, withAlias(aliases, core.id, core.value));
    default:
      return noFacts;
  }
}

/** What follows from the optional `core` being there: `a?.b` is there only when `a` is. */
function presenceOf(core: CoreExpr, aliases: Aliases): Facts {
  if (core.op !== 'chain') return factAt(core, { present: true }, aliases);
  const outer = presenceOf(core.of, aliases);
  if (core.body.op === 'some') return outer;
  return mergeFacts(outer, presenceOf(core.body, withAlias(aliases, core.id, core.of)));
}

function withAlias(aliases: Aliases, id: LocalId, core: CoreExpr): Aliases {
  const key = pathKey(core, aliases);
  return key === undefined ? aliases : new Map(aliases).set(id, key);
}

const noFacts: Facts = new Map();

function factAt(core: CoreExpr, fact: Fact, aliases: Aliases): Facts {
  const key = pathKey(core, aliases);
  return key === undefined ? noFacts : new Map([[key, fact]]);
}

function mergeFacts(a: Facts, b: Facts): Facts {
  if (a.size === 0) return b;
  if (b.size === 0) return a;
  const merged = new Map(a);
  for (const [key, fact] of b) merged.set(key, { ...merged.get(key), ...fact });
  return merged;
}

/** The context for what is evaluated only when `condition` is not `!outcome`. */
export function assume<Ctx extends InferContext>(ctx: Ctx, condition: CoreExpr, outcome: 'true' | 'false'): Ctx {
  const facts = factsOf(condition, outcome);
  return facts.size === 0 ? ctx : { ...ctx, facts: mergeFacts(ctx.facts ?? noFacts, facts) };
}

/** `core` with what is known of it: an optional that is there is read, an object of a known kind has that kind's fields. */
export function narrow(ctx: InferContext, wide: CoreExpr): CoreExpr {
  const core = ofKnownKind(ctx, wide);
  if (ctx.facts === undefined || (core.type.kind !== 'optional' && core.type.kind !== 'union')) return core;
  const key = pathKey(core);
  const fact = key === undefined ? undefined : ctx.facts.get(key);
  if (fact === undefined) return core;
  const read: CoreExpr =
    core.type.kind === 'optional' && fact.present ? { op: 'unwrap', of: core, type: core.type.of } : core;
  if (read.type.kind !== 'union' || fact.variant === undefined) return read;
  const { union } = read.type;
  const type = { kind: 'record', record: fact.variant.record } as const;
  return { op: 'variant-cast', of: read, union, variant: fact.variant, type };
}

/** The kind that `union` is known to be of. */
export function knownKind(ctx: InferContext, union: CoreExpr): Variant | undefined {
  const key = pathKey(union);
  return key === undefined ? undefined : ctx.facts?.get(key)?.variant;
}

/** A field of a union whose kind is known by now, as that kind has it. */
function ofKnownKind(ctx: InferContext, core: CoreExpr): CoreExpr {
  if (ctx.facts === undefined || core.op !== 'field' || core.of.type.kind !== 'union') return core;
  const of = narrow(ctx, core.of);
  const field = of.type.kind === 'record' ? of.type.record.fields().get(core.field.name) : undefined;
  if (field === undefined || field === core.field) return core;
  return { op: 'field', of, field, type: field.presence === 'optional' ? optionalOf(field.type) : field.type };
}

/** `core` without what narrowing added on the way to a `kind`: what a test for `none`, or for a kind, is about. */
export function widen(core: CoreExpr, kind: 'optional' | 'union'): CoreExpr {
  let wide = core;
  while (wide.type.kind !== kind && (wide.op === 'variant-cast' || wide.op === 'unwrap')) wide = wide.of;
  return wide.type.kind === kind ? wide : core;
}
