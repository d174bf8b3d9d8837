// Type expressions to types: names of the language, then whatever the scope says. A fault gives the type `unknown`, which
// nothing complains about a second time.

import type { TypeExpr } from '../../syntax/ast.ts';
import type { Scope } from '../scope.ts';
import type { FileUnit } from '../symbols.ts';
import { dotted } from '../symbols.ts';
import type { Type } from '../types.ts';
import type { Binder } from './binder.ts';
import { didYouMean, report } from './binder.ts';
import { importAdvice } from './import-advice.ts';
import { isBroken, lookupPath } from './package-scope.ts';

const simpleTypes: ReadonlyMap<string, Type> = new Map<string, Type>([
  ['bool', { kind: 'bool' }],
  ['int', { kind: 'int' }],
  ['uint', { kind: 'uint' }],
  ['float', { kind: 'float' }],
  ['double', { kind: 'float' }],
  ['string', { kind: 'string', sensitive: false }],
  ['bytes', { kind: 'bytes' }],
  ['timestamp', { kind: 'timestamp' }],
  ['duration', { kind: 'duration' }],
  ['dyn', { kind: 'dyn' }],
  ['tokens', { kind: 'quantity', unit: 'tokens' }],
  ['requests', { kind: 'quantity', unit: 'requests' }],
  ['usd', { kind: 'quantity', unit: 'usd' }],
  ['size', { kind: 'quantity', unit: 'size' }],
]);

const genericTypes: ReadonlyMap<string, number> = new Map([
  ['list', 1],
  ['set', 1],
  ['map', 2],
  ['optional', 1],
]);

/** The types that need no declaration. */
export const simpleTypeNames: readonly string[] = [...simpleTypes.keys(), ...genericTypes.keys()];

/** Resolves `type` where `scope` says what other names mean. */
export function resolveType(binder: Binder, unit: FileUnit, type: TypeExpr, scope: Scope): Type {
  switch (type.kind) {
    case 'hole':
      return { kind: 'unknown' };
    case 'list':
      return { kind: 'list', of: resolveType(binder, unit, type.of, scope) };
    case 'optional': {
      const of = resolveType(binder, unit, type.of, scope);
      return of.kind === 'optional' || of.kind === 'unknown' ? of : { kind: 'optional', of };
    }
    case 'sensitive': {
      const of = resolveType(binder, unit, type.of, scope);
      if (of.kind === 'string') return { kind: 'string', sensitive: true };
      if (of.kind !== 'unknown') report(binder, 'sensitive-not-text', { unit, node: type }, {});
      return { kind: 'unknown' };
    }
    case 'named':
      return resolveNamed(binder, unit, type, scope);
  }
}

function resolveNamed(binder: Binder, unit: FileUnit, type: Extract<TypeExpr, { kind: 'named' }>, scope: Scope): Type {
  const name = dotted(type.name);
  const args = type.args.map((arg) => resolveType(binder, unit, arg, scope));
  const wanted = genericTypes.get(name) ?? 0;
  if (args.length !== wanted && (wanted > 0 || args.length > 0)) {
    report(binder, 'type-arguments', { unit, node: type }, { name, wanted, found: args.length });
    return { kind: 'unknown' };
  }
  const [first, second] = args;
  if (first) {
    if (name === 'list') return { kind: 'list', of: first };
    if (name === 'set') return { kind: 'set', of: first };
    if (name === 'optional') return first.kind === 'optional' ? first : { kind: 'optional', of: first };
    if (second) return { kind: 'map', key: first, value: second };
  }
  const simple = type.name.parts.length === 1 ? simpleTypes.get(name) : undefined;
  if (simple) return simple;
  const last = type.name.parts.at(-1);
  const result = lookupPath(scope, type.name.parts);
  if ('found' in result) {
    if (last) binder.recorder?.bindings.set(last, result.found);
    if (result.found.kind === 'type') return result.found.type;
    if (!isBroken(result.found)) {
      report(binder, 'unknown-type', { unit, node: type }, { name });
    }
    return { kind: 'unknown' };
  }
  const part = type.name.parts[result.missing] ?? last;
  if (part && part.text !== '') {
    const candidates =
      result.missing === 0 ? [...simpleTypes.keys(), ...genericTypes.keys(), ...scope.names()] : result.scope.names();
    const advice = result.missing === 0 ? importAdvice(binder, unit, part) : undefined;
    report(binder, 'unknown-type', { unit, node: part }, { name }, advice ?? didYouMean(unit, part, candidates));
  }
  return { kind: 'unknown' };
}
