// The types of the language. Records and unions are nominal: two types are the same record when they are the same object.
// Says nothing of how values look at run time; the compiler does.

/** Units of quantities. Amounts are integers: tokens, requests, micro-dollars (`usd`), bytes (`size`). */
export type Unit = 'tokens' | 'requests' | 'usd' | 'size';

export type Type =
  | { readonly kind: 'bool' | 'int' | 'uint' | 'float' | 'bytes' | 'timestamp' | 'duration' | 'null' }
  /** Dynamically typed: free JSON, `dyn(x)`, mixed lists. */
  | { readonly kind: 'dyn' }
  /** The type of `type(x)`. */
  | { readonly kind: 'type' }
  /** The element type of `[]`, the payload of `none`: below every type. */
  | { readonly kind: 'never' }
  /** What a fault left behind; related to every type, so that one cause gives one diagnostic. */
  | { readonly kind: 'unknown' }
  /** A `sensitive string` goes nowhere but through `mask`, `hash`, `last` or `kind`. */
  | { readonly kind: 'string'; readonly sensitive: boolean }
  | { readonly kind: 'quantity'; readonly unit: Unit }
  | { readonly kind: 'list'; readonly of: Type }
  | { readonly kind: 'set'; readonly of: Type }
  | { readonly kind: 'map'; readonly key: Type; readonly value: Type }
  | { readonly kind: 'optional'; readonly of: Type }
  | { readonly kind: 'record'; readonly record: RecordType }
  | { readonly kind: 'union'; readonly union: UnionType };

/** A record: declared in `.rdp`, or imported from a schema. `fields` is called late, so that types may be recursive. */
export interface RecordType {
  readonly name: string;
  readonly doc: string;
  readonly fields: () => ReadonlyMap<string, Field>;
}

/**
 * A field of a record as a document carries it.
 * - `required`: missing, or null, makes the document malformed.
 * - `optional`: missing or null reads as none; the expression has type `T?`.
 * - `default`: missing or null reads as `default`; the expression has type `T`.
 */
export interface Field {
  readonly name: string;
  /** The key in JSON. */
  readonly wire: string;
  readonly type: Type;
  readonly presence: 'required' | 'optional' | 'default';
  readonly default?: Const;
  readonly doc: string;
}

/**
 * An object that says itself what it is: a Kubernetes object, a call of a tool, an exchange of a documented route. `base` has
 * the fields that all have; a variant is chosen by the value of the discriminating fields, and its record has all fields of
 * such an object.
 */
export interface UnionType {
  readonly name: string;
  readonly base: RecordType;
  /** Wire names of the fields that choose the variant: strings, e.g. `apiVersion`, `kind`, unless `choice` says otherwise. */
  readonly discriminators: readonly string[];
  /** How they choose; without it their values are the variant's tag. */
  readonly choice?: RouteChoice;
  /** By the name that `is` takes (`Pod`, `apps.v1.Deployment`). */
  readonly variant: (name: string) => Variant | undefined;
  readonly variantNames: () => readonly string[];
  /** Names of the kinds that the package itself adds. */
  readonly customNames?: () => readonly string[];
}

/**
 * The discriminators are method and request target, and for an answer its status (an int). The tag is the operation of the
 * documented route that they take, and for an answer the key under which the document describes its status.
 */
export interface RouteChoice {
  readonly routes: readonly CoreRoute[];
  /** By operation: `200`, `4XX`, `default`, as the document has them. A status is described by the first that fits, in this order of kinds. */
  readonly statuses?: ReadonlyMap<string, readonly string[]>;
}

/** A documented route: upper-case method and template with base path, e.g. `GET /v1/users/{id}`. */
export interface CoreRoute {
  readonly method: string;
  readonly template: string;
  readonly operation: string;
}

export interface Variant {
  readonly name: string;
  /**
   * One value a discriminator, in their order, or an operation and what its status is described under. A tag that begins
   * another one is the wider kind: what is of the other is of this one, too. Its record is the base then.
   */
  readonly tag: readonly string[];
  readonly record: RecordType;
  /** What its document says of it, where that is not the record's own: of an operation, of a tool. */
  readonly doc?: string;
  /** Other kinds whose objects hold one of this kind, and are of this kind for that: pods in the templates of controllers. */
  readonly held?: Held;
  /** How requests name objects of a custom kind; undefined where its definition does not say, and for all other kinds. */
  readonly resources?: readonly KubernetesResource[];
}

/** What a request to a Kubernetes API server may be about. */
export interface KubernetesResource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** `pods` */
  readonly resource: string;
  /** `status`; empty for the object itself. */
  readonly subresource: string;
  /** Of the object that admission sees: a `pods/exec` has `PodExecOptions`. */
  readonly kind: readonly [apiVersion: string, kind: string];
  readonly scope: 'Namespaced' | 'Cluster';
  readonly operations: readonly ('CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT')[];
}

/** How objects of other kinds hold one of a kind. A union has at most one kind that is held. */
export interface Held {
  /** Called late, because it may decode types. */
  readonly holders: () => readonly Holder[];
  /**
   * Paths that are read of the object itself, whatever it holds, because what is held has no such thing: a template has no name.
   * They are names of fields that the union's base has with the same type.
   */
  readonly outer: readonly (readonly string[])[];
}

/** An object of `variant` holds one where every field of `path` is there; the last field's record is that of the kind held. */
export interface Holder {
  readonly variant: Variant;
  readonly path: readonly Field[];
}

/** A constant of the language. */
export type Const =
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int' | 'uint'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  | { readonly kind: 'null' }
  | { readonly kind: 'none' }
  /** Nanoseconds. */
  | { readonly kind: 'duration'; readonly nanos: bigint }
  /** Nanoseconds since 1970-01-01T00:00:00Z. */
  | { readonly kind: 'timestamp'; readonly nanos: bigint }
  | { readonly kind: 'quantity'; readonly unit: Unit; readonly amount: bigint }
  | { readonly kind: 'list'; readonly items: readonly Const[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [Const, Const])[] }
  | { readonly kind: 'record'; readonly record: RecordType; readonly fields: ReadonlyMap<string, Const> };
