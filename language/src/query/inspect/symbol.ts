// What a name of a policy stands for, as tools show it, go to it and rename it. One thing is one symbol: two names are of the
// same thing exactly when the keys of their symbols are equal.

import type { Span } from '../../source/source-file.ts';
import type { Declared } from '../../semantic/symbols.ts';
import type { Binding } from '../../semantic/scope.ts';
import type { Field, RecordType, Type } from '../../semantic/types.ts';

export type SymbolKind =
  | 'application'
  | 'classifier'
  | 'cluster'
  | 'data'
  | 'deploy'
  | 'event'
  | 'field'
  | 'fn'
  | 'function'
  | 'inventory'
  | 'kind'
  | 'pack'
  | 'package'
  | 'parameter'
  | 'pattern'
  | 'provider'
  | 'rule'
  | 'set'
  | 'surface'
  | 'test'
  | 'threat'
  | 'threats'
  | 'type'
  | 'variable';

export interface PolicySymbol {
  readonly kind: SymbolKind;
  readonly name: string;
  readonly key: string;
  /** The name where it is declared; undefined for what no `.rdp` file declares. */
  readonly declared: Span | undefined;
  /** The whole declaration. */
  readonly extent: Span | undefined;
  readonly doc: string;
  /** The package, record or rule that it is part of; may be empty. */
  readonly container: string;
  readonly type: Type | undefined;
  /** The declaration that it is, or is part of. */
  readonly declaration: Declared | undefined;
  readonly binding: Binding | undefined;
  readonly field: { readonly field: Field; readonly record: RecordType } | undefined;
}

/** How a name stands where it does. */
export type Access = 'declare' | 'read' | 'write';

/** A name in a file, and what it stands for. */
export interface Occurrence {
  readonly start: number;
  readonly end: number;
  readonly symbol: PolicySymbol;
  readonly access: Access;
}

/** The key of what is declared at a place. */
export function placeKey(span: Span): string {
  return `${span.file.path}#${span.start}`;
}

/** A symbol of which `known` is known. */
export function makeSymbol(
  kind: SymbolKind,
  name: string,
  known: Partial<Omit<PolicySymbol, 'kind' | 'name'>>,
): PolicySymbol {
  const key = known.key ?? (known.declared ? placeKey(known.declared) : `${kind} ${name}`);
  return {
    kind,
    name,
    key,
    declared: known.declared,
    extent: known.extent ?? known.declared,
    doc: known.doc ?? '',
    container: known.container ?? '',
    type: known.type,
    declaration: known.declaration,
    binding: known.binding,
    field: known.field,
  };
}
