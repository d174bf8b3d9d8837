// `set object.a.b = value` → a list of JSONPatch in CEL, as the module's patches are: one `add` at the first step that the object has
// not, of a value with all further steps around it. What is put behind a list is added item by item.
// INVARIANT: what comes of applying the list is what comes of applying the module's patches.
// Leaves to others when it is to be done. Source of `JSONPatch`: k8s.io/apiserver/pkg/cel/mutation.

import type { CoreAction, CoreExpr } from '@rdp/language';
import { binary, both, call, celName, celNull, celString, conditional, listOf, select, type Cel } from './cel.ts';
import { emitHeld } from './emit-kind.ts';
import type { Emission } from './emission.ts';

type SetAction = CoreAction & { readonly kind: 'set' };

/** The patches, for an object on which the rule fires. */
export function emitChange(em: Emission, action: SetAction): Cel {
  const { held, path, append, value } = action;
  if (path.some((step) => step.startsWith('#')))
    return em.refuse('CEL does not change an element of a list in its place');
  const keys = path.map((step) => step.slice(1));
  const values = append && value.op === 'list' ? value.items.map((item) => emitJson(em, item)) : [emitJson(em, value)];
  const place = held === undefined ? { value: celName('object'), path: undefined } : emitHeld(em, held, pointerOf);
  return patchesAt({ ...place, keys: [] }, keys, { values, append });
}

/** A part of the object that is there, and where it stands. */
interface Place {
  readonly value: Cel;
  /** JSON Pointer: a text that is worked out, and keys behind it. */
  readonly path: Cel | undefined;
  readonly keys: readonly string[];
}

interface Values {
  readonly values: readonly Cel[];
  /** They come behind the items of a list. */
  readonly append: boolean;
}

function patchesAt(place: Place, [key, ...rest]: readonly string[], set: Values): Cel {
  if (key === undefined) return listOf(set.values.map((value) => patch(place, '-', value)));
  const made = patch(place, key, nested(rest, set));
  if (rest.length === 0 && !set.append) return listOf([made]);
  const value = select(place.value, key);
  const isThere = both({ op: 'has', of: place.value, field: key }, binary('!=', value, celNull));
  return conditional(isThere, patchesAt({ ...place, value, keys: [...place.keys, key] }, rest, set), listOf([made]));
}

/** What a missing part is made of. */
function nested(keys: readonly string[], { values, append }: Values): Cel {
  const inner = append ? listOf(values.map((value) => call('dyn', value))) : (values[0] ?? celNull);
  return keys.toReversed().reduce<Cel>((value, key) => ({ op: 'map', entries: [[celString(key), value]] }), inner);
}

function patch({ path, keys }: Place, key: string, value: Cel): Cel {
  const behind = celString(pointerOf([...keys, key]));
  const fields = [
    ['op', celString('add')],
    ['path', path === undefined ? behind : binary('+', path, behind)],
    ['value', value],
  ] as const;
  return { op: 'object', type: 'JSONPatch', fields };
}

/** RFC 6901. */
function pointerOf(keys: readonly string[]): string {
  return keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** A value as it is written into the object; a server wants lists and maps of one type, or of none that it knows. */
function emitJson(em: Emission, expr: CoreExpr): Cel {
  switch (expr.op) {
    case 'to-dyn':
      return emitJson(em, expr.of);
    case 'list':
      if (expr.optionals.length > 0) break;
      return listOf(expr.items.map((item) => call('dyn', emitJson(em, item))));
    case 'map': {
      if (expr.entries.some(({ optional }) => optional)) break;
      const entries = expr.entries.map(({ key, value }): readonly [Cel, Cel] => [
        em.recursion.value(em, key),
        call('dyn', emitJson(em, value)),
      ]);
      return { op: 'map', entries };
    }
    case 'const':
      if (expr.value.kind === 'timestamp' || expr.value.kind === 'duration') break;
      return em.recursion.value(em, expr);
    default:
      return isJson(expr) ? em.recursion.value(em, expr) : em.refuse('CEL does not write this value into an object');
  }
  return em.refuse('CEL does not write this value into an object');
}

function isJson({ type }: CoreExpr): boolean {
  return type.kind === 'string' || type.kind === 'int' || type.kind === 'bool' || type.kind === 'float';
}
