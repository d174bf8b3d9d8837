// What names mean at one place of a policy: the seam between declarations (`bind`, which fills scopes) and expressions
// (`infer`, which only looks names up). A binding carries all that an expression needs; nobody looks behind it.

import type { Expr } from '../syntax/ast.ts';
import type { SourceFile, Span } from '../source/source-file.ts';
import type { ClassifierModel } from './classifier-model.ts';
import type { CoreExpr, CorePattern } from './core.ts';
import type { Const, Type, Variant } from './types.ts';

/** Names that can be seen, innermost first. */
export interface Scope {
  readonly lookup: (name: string) => Binding | undefined;
  /** Every name that `lookup` knows, for suggestions and completion. */
  readonly names: () => Iterable<string>;
}

export type Binding =
  /** Something with a value: an event field, a derived field, a variable of a macro, a parameter. `core` is put in its place. */
  | {
      readonly kind: 'value';
      readonly core: CoreExpr;
      readonly declared?: Span;
      /** What `is` asks of instead: the union that the value tells the kind of. */
      readonly kindOf?: CoreExpr;
      /** Stands for something else where a union is known to be of a kind: what `make` gives. */
      readonly byKind?: { readonly of: CoreExpr; readonly make: (kind: Variant) => CoreExpr };
    }
  /** Inlined where it is called, in its own scope (`scope` lacks the parameters). */
  | {
      readonly kind: 'fn';
      readonly name: string;
      readonly params: readonly { readonly name: string; readonly type: Type }[];
      readonly result: Type | undefined;
      readonly body: Expr;
      readonly file: SourceFile;
      readonly scope: Scope;
      readonly declared: Span;
    }
  /** A `set`: constants of one scalar type. */
  | { readonly kind: 'set'; readonly of: Type; readonly items: readonly Const[]; readonly declared: Span }
  | { readonly kind: 'data'; readonly type: Type; readonly path: readonly string[]; readonly declared: Span }
  /** A pattern with unions resolved. */
  | { readonly kind: 'pattern'; readonly patterns: readonly CorePattern[]; readonly declared: Span }
  /** A learned detector; undefined when its file is at fault, which has been reported. */
  | { readonly kind: 'classifier'; readonly model: ClassifierModel | undefined; readonly declared: Span }
  /** A discover or detect rule of the same event. */
  | { readonly kind: 'rule'; readonly rule: number; readonly name: string; readonly declared: Span }
  /** A constant table from string to string that is called like a function: `ai.provider_of(host)`. */
  | {
      readonly kind: 'lookup';
      readonly table: ReadonlyMap<string, string>;
      readonly suffixes: readonly (readonly [string, string])[];
    }
  /** A function that is no builtin because it needs more than its arguments (documented routes): `make` builds its call. */
  | {
      readonly kind: 'intrinsic';
      readonly name: string;
      readonly params: readonly { readonly name: string; readonly type: Type }[];
      readonly result: Type;
      /** The arguments are as many as `params` and already have their types. */
      readonly make: (args: readonly CoreExpr[]) => CoreExpr;
    }
  /** A type name: for `is`, `Prompt { … }`. */
  /** `doc` is what a document says of it that is no policy. */
  | { readonly kind: 'type'; readonly type: Type; readonly declared?: Span; readonly doc?: string }
  /** An imported package, or a namespace in one. */
  | { readonly kind: 'package'; readonly name: string; readonly members: Scope }
  /** A name that exists but is no value here (surface, threat edition, provider, inventory kind); `what` says so in the message. */
  | { readonly kind: 'other'; readonly what: string; readonly declared?: Span };
