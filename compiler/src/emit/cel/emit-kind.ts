// `object is Pod`, and the object as one → CEL. One policy matches several kinds, so the test reads `apiVersion` and `kind` of the
// object; both, the test and the object as that kind, are variables of the policy.

import type { CoreExpr } from '@rdp/language';
import { binary, both, celString, type Cel } from './cel.ts';
import type { Emission } from './emission.ts';

type KindExpr = CoreExpr & { readonly op: 'variant-test' | 'variant-cast' };

/** Whether the object is of the kind. */
export function emitKindTest(em: Emission, expr: KindExpr): Cel {
  const object = objectOf(em, expr);
  if (object === undefined) return em.refuse('a kind of something that is no object');
  const name = `${object.prefix}is${capital(expr.variant.name)}`;
  return em.variable(`test ${name}`, name, () => both(object.there, isOfKind(object.value, expr.variant.tag)));
}

/** The object as one of the kind. */
export function emitKindCast(em: Emission, expr: KindExpr): Cel {
  return objectOf(em, expr)?.value ?? em.refuse('a kind of something that is no object');
}

function isOfKind(object: Cel, [apiVersion = '', kind = '']: readonly string[]): Cel {
  return both(
    binary('==', { op: 'select', of: object, field: 'apiVersion', optional: false }, celString(apiVersion)),
    binary('==', { op: 'select', of: object, field: 'kind', optional: false }, celString(kind)),
  );
}

/** Kinds are told of `object` and `oldObject` alone. */
function objectOf(
  em: Emission,
  { of, union }: KindExpr,
): { readonly prefix: string; readonly there: Cel; readonly value: Cel } | undefined {
  if (union.choice !== undefined || union.discriminators.join() !== 'apiVersion,kind') return undefined;
  const place = em.recursion.place(em, of);
  if (place.value.op !== 'name') return undefined;
  return { prefix: place.value.name === 'oldObject' ? 'old' : '', there: place.there, value: place.value };
}

/** `apps.v1.Deployment` → `AppsV1Deployment`. */
function capital(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join('');
}

