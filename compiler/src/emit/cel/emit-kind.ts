// `object is Pod`, and the object as one → CEL. One policy matches several kinds, so the test reads `apiVersion` and `kind` of the
// object. A kind that others hold (a pod, in the templates of controllers) is looked for in each of them; the test and what is found
// are variables of the policy.

import type { CoreExpr, Field, Holder, Variant } from '@rdp/language';
import { binary, both, celName, celNull, celString, conditional, either, listOf, select, type Cel } from './cel.ts';
import type { Emission } from './emission.ts';

type KindExpr = CoreExpr & { readonly op: 'variant-test' | 'variant-cast' };

/** Whether the object is of the kind, or holds one of it. */
export function emitKindTest(em: Emission, expr: KindExpr): Cel {
  const object = objectOf(em, expr.of);
  if (object === undefined) return em.refuse('a kind of something that is no object');
  return testOf(em, object, expr.variant);
}

function testOf(em: Emission, object: KnownObject, variant: Variant): Cel {
  const name = wordOf(object, `is ${variant.name}`);
  return em.variable(`test ${name}`, name, () => both(object.there, isOf(object.value, variant)));
}

/** The object as one of the kind, or the one that it holds. */
export function emitKindCast(em: Emission, expr: KindExpr): Cel {
  const object = objectOf(em, expr.of);
  if (object === undefined) return em.refuse('a kind of something that is no object');
  return castTo(em, object, expr.variant);
}

function castTo(em: Emission, object: KnownObject, variant: Variant): Cel {
  const held = holdersOf(variant, wireOf);
  if (held.length === 0) return object.value;
  const name = wordOf(object, variant.name);
  return em.variable(`cast ${name}`, name, () => castOf(object.value, held));
}

/** The object under admission and the one that it was: whether each is of a kind, or holds one of it, and that one where it does. */
export function emitKindBefore(
  em: Emission,
  { of, variant }: HeldExpr,
): { readonly is: Cel; readonly was: Cel; readonly now: Cel; readonly before: Cel } | undefined {
  const object = objectOf(em, of);
  if (object === undefined) return undefined;
  const value = celName('oldObject');
  const old: KnownObject = { name: 'oldObject', there: binary('!=', value, celNull), value };
  return {
    is: testOf(em, object, variant),
    was: testOf(em, old, variant),
    now: castTo(em, object, variant),
    before: castTo(em, old, variant),
  };
}

/** Kinds that hold one of a kind at the same path. */
interface Place {
  readonly path: readonly Field[];
  readonly holders: readonly Variant[];
}

/** The places in which others hold one of `variant`, told apart by what `tell` says of their fields; the most common one last. */
function holdersOf({ held }: Variant, tell: (field: Field) => string): readonly Place[] {
  const places = new Map<string, readonly Holder[]>();
  for (const holder of held?.holders() ?? []) {
    const key = holder.path.map(tell).join('/');
    places.set(key, [...(places.get(key) ?? []), holder]);
  }
  return [...places.values()]
    .map((holders) => ({ path: holders[0]?.path ?? [], holders: holders.map(({ variant }) => variant) }))
    .toSorted((a, b) => a.holders.length - b.holders.length);
}

const wireOf = (field: Field): string => field.wire;

/** Some kinds are without a template, where others have to have one. */
const wireAndPresenceOf = (field: Field): string => `${field.wire} ${field.presence}`;

function isOf(object: Cel, variant: Variant): Cel {
  const held = holdersOf(variant, wireAndPresenceOf).map(({ path, holders }) =>
    both(isOneOf(object, holders), hasPath(object, path)),
  );
  return [isOneOf(object, [variant]), ...held].reduce(either);
}

/** `apiVersion` and `kind` of one of `variants`; kinds of one version together. */
function isOneOf(object: Cel, variants: readonly Variant[]): Cel {
  const kinds = new Map<string, string[]>();
  for (const { tag } of variants) {
    const [apiVersion = '', kind = ''] = tag;
    kinds.set(apiVersion, [...(kinds.get(apiVersion) ?? []), kind]);
  }
  return [...kinds]
    .map(([apiVersion, names]) =>
      both(binary('==', select(object, 'apiVersion'), celString(apiVersion)), isKind(object, names)),
    )
    .reduce(either);
}

function isKind(object: Cel, names: readonly string[]): Cel {
  const [only, ...others] = names;
  return others.length === 0 && only !== undefined
    ? binary('==', select(object, 'kind'), celString(only))
    : binary('in', select(object, 'kind'), listOf(names.map(celString)));
}

function hasPath(object: Cel, path: readonly Field[]): Cel {
  const steps = path.map((field, i): readonly [Field, Cel] => [field, along(object, path.slice(0, i))]);
  return steps
    .filter(([field]) => field.presence !== 'required')
    .map(([field, of]): Cel =>
      both({ op: 'has', of, field: field.wire }, binary('!=', select(of, field.wire), celNull)),
    )
    .reduce(both, { op: 'literal', value: { kind: 'bool', value: true } });
}

function along(object: Cel, path: readonly Field[]): Cel {
  return path.reduce((of, field) => select(of, field.wire), object);
}

/** What tells the places apart is `kind`: a kind of another group with the same name has another `isOf`. */
function castOf(
  object: Cel,
  places: readonly Place[],
  make: (of: Cel, way: readonly string[]) => Cel = (of) => of,
): Cel {
  return places.reduce<Cel>(
    (otherwise, { path, holders }) =>
      conditional(isOneOf(object, holders), make(along(object, path), path.map(wireOf)), otherwise),
    make(object, []),
  );
}

/** What an object holds of a kind, and the JSON Pointer to it: the object itself has an empty one. */
export function emitHeld(em: Emission, held: HeldExpr, pointer: (way: readonly string[]) => string): HeldPlace {
  const object = objectOf(em, held.of);
  if (object === undefined) return { value: em.refuse('a kind of something that is no object'), path: celString('') };
  const name = wordOf(object, held.variant.name);
  const places = holdersOf(held.variant, wireOf);
  return {
    value: castTo(em, object, held.variant),
    path: em.variable(`path ${name}`, `${name}Path`, () =>
      castOf(object.value, places, (_, way) => celString(pointer(way))),
    ),
  };
}

/** An object, and the kind that it is or holds one of. */
export interface HeldExpr {
  readonly of: CoreExpr;
  readonly variant: Variant;
}

interface HeldPlace {
  readonly value: Cel;
  /** A text. */
  readonly path: Cel;
}

interface KnownObject {
  readonly name: string;
  readonly there: Cel;
  readonly value: Cel;
}

/** Kinds are told of `object`, `oldObject` and the like alone. */
function objectOf(em: Emission, of: CoreExpr): KnownObject | undefined {
  if (of.type.kind !== 'union') return undefined;
  const { union } = of.type;
  if (union.choice !== undefined || union.discriminators.join() !== 'apiVersion,kind') return undefined;
  const place = em.recursion.place(em, of);
  if (place.value.op !== 'name') return undefined;
  const value = celName(place.value.name);
  const mayBeNull = value.op === 'name' && (value.name !== 'object' || em.objectMayBeNull);
  const there = mayBeNull ? binary('!=', value, celNull) : place.there;
  return { name: place.value.name, there, value };
}

/** `object`, `is Pod` → `isPod`; `oldObject`, `apps.v1.Deployment` → `oldAppsV1Deployment`. */
function wordOf({ name }: KnownObject, words: string): string {
  const parts = [...(name === 'object' ? [] : [name.replace(/Object$/, '')]), ...words.split(/[^A-Za-z0-9]+/)];
  return parts
    .map((part, i) => (i === 0 ? part.slice(0, 1).toLowerCase() : part.slice(0, 1).toUpperCase()) + part.slice(1))
    .join('');
}
