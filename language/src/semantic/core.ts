// Core: what the checker makes of a policy. Every expression is typed, resolved, monomorphic and free of sugar; functions
// are inlined, names are gone. The compiler lowers, interprets and generates code from this and never sees the AST.
//
// INVARIANT: a core program has no holes; a policy with an error has no core program.
// Errors are values, as in CEL: an expression may have no value (overflow, no such key). `and`/`or`, `exists`/`all`
// absorb an error that cannot change the result; everything else hands it on.

import type { Span } from '../source/source-file.ts';
import type { BuiltinId } from './builtins.ts';
import type { ClassifierModel } from './classifier-model.ts';
import type { Const, CoreRoute, Field, RecordType, Type, UnionType, Variant } from './types.ts';

export type { CoreRoute } from './types.ts';

/** Identity of a bound variable; unique in one rule. */
export type LocalId = number;

export type CoreExpr = { readonly type: Type } & (
  | { readonly op: 'const'; readonly value: Const }
  /** The event: a record, or a union of its kinds. Inside `CoreEntrypoint.prepare` the record of the document. */
  | { readonly op: 'input' }
  | { readonly op: 'local'; readonly id: LocalId }
  /** Strict: an error in `value` is the error of the whole. */
  | { readonly op: 'let'; readonly id: LocalId; readonly value: CoreExpr; readonly body: CoreExpr }
  /** `of` is a record, or a union (then a field of its base). The type is the field's, `optional` around it when its presence is. */
  | { readonly op: 'field'; readonly of: CoreExpr; readonly field: Field }
  /** Whether `of` is of the kind, or of one that holds it (`Variant.held`) and has it. */
  | { readonly op: 'variant-test'; readonly of: CoreExpr; readonly union: UnionType; readonly variant: Variant }
  /** Statically known to hold (narrowed): the object as its kind has it, or the one of the kind that it holds. */
  | { readonly op: 'variant-cast'; readonly of: CoreExpr; readonly union: UnionType; readonly variant: Variant }
  // optionals
  | { readonly op: 'some'; readonly of: CoreExpr }
  | { readonly op: 'is-some'; readonly of: CoreExpr }
  /** Statically known to be there (narrowed by `!= none`); `.value()` is the builtin `optional_value`, which may fail. */
  | { readonly op: 'unwrap'; readonly of: CoreExpr }
  /** `of ?? else`; `else` is evaluated only when needed; the type is that of both sides. */
  | { readonly op: 'or-else'; readonly of: CoreExpr; readonly else: CoreExpr }
  /** If `of` is none, none; otherwise `body`, itself optional, with the payload as `id`. */
  | { readonly op: 'chain'; readonly of: CoreExpr; readonly id: LocalId; readonly body: CoreExpr }
  // control
  | { readonly op: 'and' | 'or'; readonly left: CoreExpr; readonly right: CoreExpr }
  | { readonly op: 'not'; readonly of: CoreExpr }
  | { readonly op: 'if'; readonly condition: CoreExpr; readonly then: CoreExpr; readonly else: CoreExpr }
  /** Structural equality of two values of one type (numbers of `dyn` compare across int, uint and float). */
  | { readonly op: 'equal'; readonly left: CoreExpr; readonly right: CoreExpr }
  /** Order of two values of one type out of bool, int, uint, float, string, bytes, timestamp, duration, quantity, dyn. */
  | {
      readonly op: 'compare';
      readonly order: '<' | '<=' | '>' | '>=';
      readonly left: CoreExpr;
      readonly right: CoreExpr;
    }
  | { readonly op: 'call'; readonly builtin: BuiltinId; readonly args: readonly CoreExpr[] }
  // collections
  /** `optionals`: indexes of items of type `T?` that are left out when none (`[?x]`). */
  | { readonly op: 'list'; readonly items: readonly CoreExpr[]; readonly optionals: readonly number[] }
  /** A repeated key is an error value. */
  | {
      readonly op: 'map';
      readonly entries: readonly { readonly key: CoreExpr; readonly value: CoreExpr; readonly optional: boolean }[];
    }
  /** All fields of the record are given; those whose presence is optional have an optional type. */
  | { readonly op: 'record'; readonly record: RecordType; readonly fields: ReadonlyMap<string, CoreExpr> }
  /** `x[k]`: list (int), map, or `dyn` (then `index` is `dyn` too); an error value when there is none. */
  | { readonly op: 'index'; readonly of: CoreExpr; readonly index: CoreExpr }
  /** `x[?k]`: optional; of the same things. */
  | { readonly op: 'index-optional'; readonly of: CoreExpr; readonly index: CoreExpr }
  /** `x in list`, `k in map`, in a set; or `of` is `dyn`, then `value` is `dyn` too. */
  | { readonly op: 'in'; readonly value: CoreExpr; readonly of: CoreExpr }
  /** Membership in a constant set of scalars (perfect hash). */
  | { readonly op: 'in-set'; readonly value: CoreExpr; readonly set: readonly Const[] }
  /** A constant table from string to string; the result is optional. */
  | { readonly op: 'lookup'; readonly key: CoreExpr; readonly table: ReadonlyMap<string, string> }
  /**
   * Macros over a list, a set, a map, or `dyn` that must be a list or map. `item` is bound to the element (to the key of a map); `value`, when given, is bound to the
   * element (the value of a map) and `item` then to the index (or key).
   * `body`: predicate (all, exists, exists_one, filter) or result (map). `filter`: predicate ahead of `map`'s result.
   * `map` over a map gives a list; `transform-map` gives a map with the same keys.
   */
  | {
      readonly op: 'loop';
      readonly macro: 'all' | 'exists' | 'exists_one' | 'filter' | 'map' | 'transform-map';
      readonly range: CoreExpr;
      readonly item: LocalId;
      readonly value?: LocalId;
      readonly filter?: CoreExpr;
      readonly body: CoreExpr;
    }
  // dynamic types
  | { readonly op: 'to-dyn'; readonly of: CoreExpr }
  /** An error value when the dynamic value has another type; numbers do not convert, records read their fields. */
  | { readonly op: 'from-dyn'; readonly of: CoreExpr }
  /** `of.name` on `dyn`: an error value when it is no map or has no such key. */
  | { readonly op: 'select-dyn'; readonly of: CoreExpr; readonly name: string }
  /** `has(of.name)` on `dyn` or a map with string keys. */
  | { readonly op: 'has-key'; readonly of: CoreExpr; readonly name: string }
  /** The bundle's data document at `path`; the type is `dyn`. An error value when it is missing. */
  | { readonly op: 'data'; readonly path: readonly string[] }
  // text
  | { readonly op: 'matches'; readonly of: CoreExpr; readonly patterns: readonly CorePattern[] }
  /**
   * How sure a learned detector is of a text, 0 to 1. Of a view other than `plain` what the text reads as and what stands behind
   * that are scored each, and the higher score counts.
   */
  | {
      readonly op: 'classify';
      readonly of: CoreExpr;
      readonly view: CoreView;
      readonly model: ClassifierModel;
    }
  /** Text joined from strings. */
  | { readonly op: 'concat'; readonly parts: readonly CoreExpr[] }
  // rules
  | { readonly op: 'rule-fired'; readonly rule: number }
  | { readonly op: 'rule-count'; readonly rule: number }
  | { readonly op: 'rule-score'; readonly rule: number }
  /** The matches of a rule that fired, in the order of the finding; of one that did not, none. Their record is `Match`. */
  | { readonly op: 'rule-matches'; readonly rule: number }
  /** Index of the documented route of a request, or -1. Templates match segment by segment, literal before parameter. */
  | {
      readonly op: 'route';
      readonly routes: readonly CoreRoute[];
      readonly method: CoreExpr;
      readonly target: CoreExpr;
    }
  /** Has no value; `word` says why. */
  | { readonly op: 'fail'; readonly word: 'unknown_provider' | 'no_such_key' | 'invalid_argument' | 'conflicting_set' }
  /**
   * What a document of this kind says beside its fields, such as a parameter in its path. Known to have a value where the event is
   * of the kind: a document for which `of` has none is malformed, at the JSON Pointer `at`, when some rule asks for it.
   */
  | {
      readonly op: 'parameter';
      readonly of: CoreExpr;
      readonly union: UnionType;
      readonly variant: Variant;
      readonly name: string;
      readonly at: string;
    }
  /** `values[index]`; the index is known to be in range. */
  | { readonly op: 'table'; readonly values: readonly Const[]; readonly index: CoreExpr }
);

/** A pattern that a rule looks for, after unions are resolved. `kind` names its matches. */
export interface CorePattern {
  readonly kind: string;
  /** `shop.checkout.order_id`: identity in the whole program. */
  readonly name: string;
  readonly body: CorePatternBody;
  /** Run on the candidate's text, bound to `match`; true keeps it. */
  readonly where: { readonly match: LocalId; readonly condition: CoreExpr } | undefined;
  readonly near: { readonly words: readonly string[]; /** code points */ readonly within: number } | undefined;
}

/** `normalized`: it is looked for in normalised views, so it is read as texts are there, and its letters in any case. */
export type CorePatternBody = { readonly normalized?: true } & (
  { readonly kind: 'regex'; readonly regex: string } | { readonly kind: 'words'; readonly words: readonly string[] }
);

/** What of a text is searched: itself, what a reader makes of it, or that with digits in words read as letters too. */
export type CoreView = 'plain' | 'normalized' | 'normalized-leet';

export type CoreAction =
  | { readonly kind: 'block'; readonly status: number; readonly message: CoreExpr | undefined }
  | { readonly kind: 'redact'; readonly rule: number; readonly with: CoreRedaction }
  | { readonly kind: 'strip'; readonly rule: number }
  | {
      readonly kind: 'limit';
      readonly unit: 'tokens' | 'requests' | 'usd' | 'size';
      readonly amount: bigint;
      /** seconds */ readonly window: number;
      readonly key: CoreExpr;
      /** int; undefined when only known afterwards */ readonly cost: CoreExpr | undefined;
      /** Quantities in `usd`: what a million tokens cost, in and out. There when `unit` is `usd`. */
      readonly price: { readonly input: CoreExpr; readonly output: CoreExpr } | undefined;
      /** What becomes of an event that nobody can count. */
      readonly onError: 'block' | 'allow';
    }
  | { readonly kind: 'quarantine'; readonly target: CoreExpr }
  | { readonly kind: 'approve'; readonly by: CoreExpr }
  | { readonly kind: 'permit' }
  | { readonly kind: 'alert'; readonly message: CoreExpr | undefined }
  /** JSON Pointer parts below the union or record that is changed; `value` is written as JSON. */
  | {
      readonly kind: 'set';
      /**
       * Steps from the object on, or from what it holds of `held.variant`: names of members (`.labels`) and positions in lists (`#0`).
       * What is missing of the way is made.
       */
      readonly path: readonly string[];
      readonly held: { readonly of: CoreExpr; readonly variant: Variant } | undefined;
      /** The elements of `value`, a literal list, come behind those of the list at `path`, one by one. */
      readonly append: boolean;
      readonly value: CoreExpr;
    };

export type CoreRedaction =
  /** Literal text, the match's kind and the keyed hash of its text in turn. */
  | { readonly kind: 'template'; readonly parts: readonly (string | { readonly hole: 'kind' | 'hash' })[] }
  /** Every code point becomes `with`; the last `keep` stay (0: none), when the match is longer than that. */
  | { readonly kind: 'mask'; readonly with: string; readonly keep: number };

/** `find patterns in texts`; the patterns of a find in a view other than `plain` are `normalized` ones. */
export interface CoreFind {
  readonly patterns: readonly CorePattern[];
  readonly texts: CoreExpr;
  readonly view: CoreView;
}

export interface CoreRule {
  /** As decisions name it. */
  readonly name: string;
  readonly verb: 'discover' | 'detect' | 'defend';
  readonly mode: 'observe' | 'warn' | 'enforce';
  /** Where the rule's name stands; decisions print it as `file:line:column`. */
  readonly span: Span;
  /** The `when` clauses together; undefined when there is none. */
  readonly condition: CoreExpr | undefined;
  /** At least one match over all of them is needed, when there are any. `texts` is a list of strings of the input. */
  readonly finds: readonly CoreFind[];
  /** The points of all that hold must reach `threshold`, when there are any. */
  readonly scores: readonly { readonly points: number; readonly condition: CoreExpr }[];
  readonly threshold: number;
  /** The rule does not fire where one of these holds. */
  readonly exemptions: readonly CoreExpr[];
  readonly severity: 'low' | 'medium' | 'high' | 'critical';
  /** `owasp.llm.v2026.LLM02` */
  readonly covers: readonly string[];
  readonly message: CoreExpr | undefined;
  readonly records: readonly {
    readonly kind: string;
    readonly fields: readonly { readonly name: string; readonly value: CoreExpr }[];
  }[];
  readonly flows: readonly { readonly from: CoreExpr; readonly to: CoreExpr }[];
  /** A `defend` rule has one. */
  readonly action: CoreAction | undefined;
  /** Scalar, not sensitive fields of the event that the condition reads, by their path as written; sorted by name. */
  readonly facts: readonly { readonly name: string; readonly value: CoreExpr }[];
}

/** One event with rules. Rules stand in source order (path, then place) and refer to one another by index, never in a cycle. */
export interface CoreEntrypoint {
  /** `shop/checkout/Chat/request` */
  readonly name: string;
  readonly surface: string;
  readonly surfaceKind: string;
  readonly event: string;
  /** Keys from the document's root to the event's record (`["request"]` for admission). */
  readonly at: readonly string[];
  /** The record of the document: the event's, or what `prepare` makes the event's of. */
  readonly input: RecordType;
  /** The kinds of the event where it has any; then `input` is a union, and `CoreEntrypoint.input` its base. */
  readonly kinds?: UnionType;
  /**
   * Evaluated once after reading, ahead of all rules: the event's record. An error value in it makes the document malformed.
   * What no rule uses of the record is not evaluated. Bound late, so that only who compiles pays for it.
   */
  readonly prepare?: () => CoreExpr;
  /** Other names of this entrypoint. */
  readonly aliases?: readonly string[];
  readonly defaultDeny: boolean;
  /**
   * With `defaultDeny`, which events that is about: any other is allowed. It has no error, and every rule's condition has it, too.
   * Undefined: all.
   */
  readonly concerns?: CoreExpr;
  readonly onMalformed: 'block' | 'alert' | 'allow';
  /** What the surface says of its events, ahead of every rule's own condition and the same expression in each; undefined: nothing. */
  readonly anchor?: CoreExpr;
  /** Of admission: whether rules leave updates alone that change nothing of what they read of the object. */
  readonly existingViolations?: 'allow' | 'deny';
  /** Whole numbers of the event that every decision reports as `usage`: tokens in and out. They have no error. */
  readonly usage?: CoreUsage;
  /** How the event arrives when it streams, by provider; of the plain form alone. Bound late. */
  readonly streams?: () => readonly CoreStream[];
  /** For tests alone (a recorded call of a provider); no part of a bundle. */
  readonly internal?: boolean;
  /** Forms of one event's entrypoint have the same array. */
  readonly rules: readonly CoreRule[];
}

/** What the provider of a model counted. */
export interface CoreUsage {
  readonly input: CoreExpr;
  readonly output: CoreExpr;
  readonly more_input: CoreExpr;
  readonly more_output: CoreExpr;
}

/** How one provider's response streams: what stands where in the events, by JSON Pointers in which `*` is any index. */
export interface CoreStream {
  readonly provider: string;
  /** What may be between the events; the first unless the response says. */
  readonly formats: readonly ('sse' | 'ndjson' | 'json' | 'eventstream')[];
  readonly texts: readonly {
    readonly path: string;
    /** `stream`: a piece of one text; `frame`: a text of its own in each event. */
    readonly join: 'stream' | 'frame';
    /** Pointers of values that tell texts of one path apart; a `*` is what it is in `path`. */
    readonly by: readonly string[];
    /** In which events it stands, and in which it does not. */
    readonly only?: CoreStreamCase;
    readonly except?: CoreStreamCase;
  }[];
  /** Names and arguments of tool calls; what has the same `id` and the same values of `by` is one call. */
  readonly calls: readonly {
    readonly id: string;
    readonly path: string;
    readonly part: 'name' | 'piece' | 'json' | 'value';
    readonly by: readonly string[];
    readonly only?: CoreStreamCase;
    readonly except?: CoreStreamCase;
  }[];
  /** Alternatives, of which the last one seen counts; to be added up. */
  readonly usage: {
    readonly input: readonly (readonly string[])[];
    readonly output: readonly (readonly string[])[];
    readonly more_input: readonly (readonly string[])[];
    readonly more_output: readonly (readonly string[])[];
  };
  readonly finish: readonly string[];
}

/** Whether the value at a pointer is one of some texts. */
export interface CoreStreamCase {
  readonly path: string;
  readonly values: readonly string[];
}

/** What an enforcer in front of a provider's API has to know of the provider; `ProviderPlan` of the runtime's contract. */
export interface CoreProvider {
  readonly name: string;
  readonly hosts: readonly string[];
  readonly paths: readonly string[];
  readonly anywhere: readonly { readonly path: string; readonly key: string | undefined }[];
  readonly keys: readonly string[];
  readonly asks: readonly {
    readonly paths: readonly string[];
    readonly when: string;
    readonly set: string;
    readonly drop: string;
  }[];
  readonly refusal:
    | {
        readonly message: string;
        readonly status: string | undefined;
        readonly texts: readonly { readonly path: string; readonly text: string }[];
        readonly headers: readonly { readonly name: string; readonly value: string }[];
        readonly event: string | undefined;
      }
    | undefined;
}

/** A tool as a policy's list describes it. */
export interface CoreTool {
  readonly server: string | undefined;
  readonly name: string;
  readonly description: string;
  /** Of its arguments: JSON, keys sorted. */
  readonly schema: string;
}

/** A surface, as who stands in its way has to know it. */
export interface CoreSurface {
  readonly name: string;
  readonly kind: string;
  /** In small letters. */
  readonly hosts: readonly string[];
  /** URLs with a scheme, of its OpenAPI document. */
  readonly addresses: readonly string[];
  readonly servers: readonly string[];
  /** Lists of tools that it names; `server` undefined: of whichever server. */
  readonly tools: readonly CoreTool[];
  /** As its OpenAPI document has them. */
  readonly routes: readonly CoreRoute[];
  readonly defaultDeny: boolean;
  readonly onMalformed: CoreEntrypoint['onMalformed'];
  /** Bound late. */
  readonly providers: () => readonly CoreProvider[];
}

export interface CoreProgram {
  readonly package: string;
  readonly entrypoints: readonly CoreEntrypoint[];
  /** The surfaces of the package, with and without rules; undefined where no policy was read. */
  readonly surfaces?: readonly CoreSurface[];
  /** Data files that the policy names: path in the data document, path of the file. */
  readonly data: readonly { readonly path: readonly string[]; readonly file: string }[];
}
