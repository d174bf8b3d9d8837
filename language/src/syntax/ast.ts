// The syntax tree of one `.rdp` file. Every node has the UTF-16 range that it covers; the file is known to the holder of
// the tree. A broken file still gives a tree: what is missing is a `hole` (expressions, types) or an empty name.
// Says nothing of names or types; `semantic/` does.

/** What every node has: its half-open range, and the indexes of its first and last token (`-1` when it has none). */
export interface Node {
  readonly start: number;
  readonly end: number;
}

/** A name as written. `text` is empty where the parser had to invent it. */
export interface Name extends Node {
  readonly text: string;
}

/** `a.b.c` */
export interface QualifiedName extends Node {
  readonly parts: readonly Name[];
}

/** A string literal; `value` is decoded (CEL's escapes), `raw` as written with quotes. */
export interface StringLiteral extends Node {
  readonly kind: 'string';
  readonly value: string;
  readonly raw: string;
}

/** Text with `{expression}` holes: messages, redaction templates. Literal parts are decoded; `{{` and `}}` are braces. */
export interface Template extends Node {
  readonly raw: string;
  readonly parts: readonly TemplatePart[];
}
export type TemplatePart =
  { readonly kind: 'text'; readonly value: string } | { readonly kind: 'value'; readonly expr: Expr };

// ---------------------------------------------------------------- file

export interface File extends Node {
  readonly kind: 'file';
  /** Documentation (`///`) ahead of `package`, markers removed, lines joined by `\n`. */
  readonly doc: string;
  /** Undefined when the file has no package line (a diagnostic). */
  readonly package: QualifiedName | undefined;
  readonly imports: readonly ImportDecl[];
  readonly decls: readonly Decl[];
}

/** `import std.pii` or `import std.pii as personal`. The alias is the last part unless given. */
export interface ImportDecl extends Node {
  readonly kind: 'import';
  readonly path: QualifiedName;
  readonly alias: Name | undefined;
}

interface DeclBase extends Node {
  readonly doc: string;
  readonly name: Name;
}

export type Decl =
  | UseDecl
  | SurfaceDecl
  | EventDecl
  | TypeDecl
  | InventoryDecl
  | ThreatsDecl
  | CrosswalkDecl
  | ProviderDecl
  | SetDecl
  | DataDecl
  | PatternDecl
  | ClassifierDecl
  | FnDecl
  | DiscoverDecl
  | DetectDecl
  | DefendDecl
  | ExemptDecl
  | PackDecl
  | ApplyDecl
  | TestDecl
  | DeployDecl;

/** `use crd "x.yaml"`: types of custom resources. `name` is the word after `use`. */
export interface UseDecl extends DeclBase {
  readonly kind: 'use';
  readonly path: StringLiteral;
}

/** `surface Chat: llm { providers [ai.openai] }` */
export interface SurfaceDecl extends DeclBase {
  readonly kind: 'surface';
  readonly surfaceKind: Name;
  readonly settings: readonly Setting[];
}

/** `event request on llm at "wire.path" { … }`: an event of every surface of that kind (standard library). */
export interface EventDecl extends DeclBase {
  readonly kind: 'event';
  readonly surfaceKind: Name;
  /** Object key, `.`-separated, under which the fields stand in the input document (`request` for admission). */
  readonly at: StringLiteral | undefined;
  readonly fields: readonly FieldDecl[];
  readonly derived: readonly DerivedField[];
}

/** `type Prompt { role: string … }` or `type Id = string`. */
export interface TypeDecl extends DeclBase {
  readonly kind: 'type';
  readonly alias: TypeExpr | undefined;
  readonly fields: readonly FieldDecl[];
}

/** `name: T`, `name: T = default`, `name: T at "wire-name"`. A field with a default may be missing from a document. */
export interface FieldDecl extends Node {
  readonly doc: string;
  readonly name: Name;
  readonly type: TypeExpr;
  readonly wire: StringLiteral | undefined;
  readonly default: Expr | undefined;
}

/** `let path: Path = split_path(target)` in an event: computed, not read. */
export interface DerivedField extends Node {
  readonly doc: string;
  readonly name: Name;
  readonly type: TypeExpr;
  readonly value: Expr;
}

/** `inventory model { provider: string … }`: a kind of inventory record (`record ai.model { … }`). */
export interface InventoryDecl extends DeclBase {
  readonly kind: 'inventory';
  readonly fields: readonly FieldDecl[];
}

/** `threats llm.v2026 { LLM01 "Prompt Injection" { residual "…" } … }`; `name` is the last part of `edition`. */
export interface ThreatsDecl extends DeclBase {
  readonly kind: 'threats';
  readonly edition: QualifiedName;
  readonly entries: readonly ThreatEntry[];
}
export interface ThreatEntry {
  readonly id: Name;
  readonly title: StringLiteral;
  readonly settings: readonly Setting[];
}

/** `crosswalk llm.v2025 -> llm.v2026 { LLM03 -> LLM04 … }` */
export interface CrosswalkDecl extends DeclBase {
  readonly kind: 'crosswalk';
  readonly from: QualifiedName;
  readonly to: QualifiedName;
  readonly pairs: readonly { readonly from: Name; readonly to: Name }[];
}

/** `provider anthropic { hosts ["api.anthropic.com"] map request = … }`. Mappings read `body`, the JSON of the wire. */
export interface ProviderDecl extends DeclBase {
  readonly kind: 'provider';
  readonly settings: readonly Setting[];
  /** `map request { model: body.model … }`: for each event of `llm`, its fields from the wire. */
  readonly mappings: readonly { readonly event: Name; readonly fields: readonly FieldValue[] }[];
}

/** `set approved_hosts = ["a", "b"]` */
export interface SetDecl extends DeclBase {
  readonly kind: 'set';
  readonly type: TypeExpr | undefined;
  readonly value: Expr;
}

/** `data blocked: set<string> from "data/blocked.json"` */
export interface DataDecl extends DeclBase {
  readonly kind: 'data';
  readonly type: TypeExpr;
  readonly path: StringLiteral;
}

/** `pattern name = re"…" where luhn(match) near "card" within 40 { example "…" }` */
export interface PatternDecl extends DeclBase {
  readonly kind: 'pattern';
  readonly body: PatternBody;
  /** Boolean expression over `match` (the candidate's text). */
  readonly where: Expr | undefined;
  readonly near: { readonly words: readonly StringLiteral[]; readonly within: Expr } | undefined;
  /** `{ example "…"  counterexample "…"  source "…" }` */
  readonly settings: readonly Setting[];
}
export type PatternBody =
  /** `re"…" re"…"`: in a row they are one expression, so that a long one need not be one line. */
  | { readonly kind: 'regex'; readonly regexes: readonly RegexLiteral[] }
  /** `words ["ignore previous instructions"]`: case-insensitive, whole words, up to ten white spaces between. */
  | { readonly kind: 'words'; readonly words: readonly StringLiteral[] }
  /** `a | b | other.c` */
  | { readonly kind: 'union'; readonly members: readonly QualifiedName[] }
  /** `*`: every other pattern of the package. */
  | { readonly kind: 'package' }
  | { readonly kind: 'hole' };

/** `re"…"`: nothing is escaped but `\"`; `pattern` is the regular expression. `i` etc. are written inside, `(?i)`. */
export interface RegexLiteral extends Node {
  readonly kind: 'regex';
  readonly pattern: string;
}

/** `classifier name from "model.json" threshold 0.5` */
export interface ClassifierDecl extends DeclBase {
  readonly kind: 'classifier';
  readonly path: StringLiteral;
  readonly settings: readonly Setting[];
}

/** `fn is_internal(host: string) -> bool = …` */
export interface FnDecl extends DeclBase {
  readonly kind: 'fn';
  readonly params: readonly { readonly name: Name; readonly type: TypeExpr }[];
  readonly result: TypeExpr | undefined;
  readonly body: Expr;
}

// ---------------------------------------------------------------- rules

/** `Chat.request`. In a pack `request` alone: the surface is the one that it is applied to, and its name here is empty. */
export interface EventRef extends Node {
  readonly surface: Name;
  readonly event: Name;
}

export interface DiscoverDecl extends DeclBase {
  readonly kind: 'discover';
  readonly on: EventRef;
  readonly clauses: readonly Clause[];
}
export interface DetectDecl extends DeclBase {
  readonly kind: 'detect';
  readonly on: EventRef;
  readonly clauses: readonly Clause[];
}
export interface DefendDecl extends DeclBase {
  readonly kind: 'defend';
  readonly on: EventRef;
  readonly clauses: readonly Clause[];
}
export type RuleDecl = DiscoverDecl | DetectDecl | DefendDecl;
/**
 * `exempt PinnedImages { when … until 2027-03-31 owner "…" reason "…" }`; `name` is the exempted rule, `baseline.HostPorts`
 * (as one text) for a rule of an applied pack.
 */
export interface ExemptDecl extends DeclBase {
  readonly kind: 'exempt';
  readonly clauses: readonly Clause[];
}

/** `pack baseline(minor: int = 37) on k8s { defend HostPorts on admission { … } }`: rules to apply to a surface. */
export interface PackDecl extends DeclBase {
  readonly kind: 'pack';
  readonly params: readonly PackParam[];
  readonly surfaceKind: Name;
  readonly rules: readonly RuleDecl[];
}
/** A parameter; one without a default has to be given. */
export interface PackParam extends Node {
  readonly doc: string;
  readonly name: Name;
  readonly type: TypeExpr;
  readonly default: Expr | undefined;
}
/** `apply pod_security.baseline to Cluster as strict { minor 36 }`; `name` is the alias, or the pack's own name. */
export interface ApplyDecl extends DeclBase {
  readonly kind: 'apply';
  readonly pack: QualifiedName;
  readonly surface: Name;
  readonly settings: readonly Setting[];
}

export type Clause =
  | WhenClause
  | FindClause
  | ScoreClause
  | ThresholdClause
  | SeverityClause
  | CoversClause
  | MessageClause
  | RecordClause
  | FlowClause
  | ModeClause
  | UntilClause
  | OwnerClause
  | ReasonClause
  | ActionClause;

export interface WhenClause extends Node {
  readonly kind: 'when';
  readonly condition: Expr;
}
/** `find pii.us_ssn, order_id in prompts[*].text`; `view` is `normalized` in `in normalized(path)`. */
export interface FindClause extends Node {
  readonly kind: 'find';
  readonly patterns: readonly QualifiedName[];
  readonly target: Expr;
}
/** `score 4 when …` */
export interface ScoreClause extends Node {
  readonly kind: 'score';
  readonly points: Expr;
  readonly condition: Expr;
}
export interface ThresholdClause extends Node {
  readonly kind: 'threshold';
  readonly points: Expr;
}
export interface SeverityClause extends Node {
  readonly kind: 'severity';
  readonly level: Name;
}
export interface CoversClause extends Node {
  readonly kind: 'covers';
  readonly threats: readonly QualifiedName[];
}
export interface MessageClause extends Node {
  readonly kind: 'message';
  readonly text: Template;
}
export interface RecordClause extends Node {
  readonly kind: 'record';
  readonly inventory: QualifiedName;
  readonly fields: readonly FieldValue[];
}
export interface FlowClause extends Node {
  readonly kind: 'flow';
  readonly from: Expr;
  readonly to: Expr;
}
export interface ModeClause extends Node {
  readonly kind: 'mode';
  readonly mode: Name;
}
/** `until 2027-03-31`; `date` is the text, empty when missing. */
export interface UntilClause extends Node {
  readonly kind: 'until';
  readonly date: Name;
}
export interface OwnerClause extends Node {
  readonly kind: 'owner';
  readonly owner: StringLiteral;
}
export interface ReasonClause extends Node {
  readonly kind: 'reason';
  readonly reason: StringLiteral;
}

/** What a `defend` rule does. */
export interface ActionClause extends Node {
  readonly kind: 'action';
  readonly action: Action;
}
export type Action =
  /** `block 403 "text"`: status and text may be left out. */
  | ({ readonly kind: 'block'; readonly status: Expr | undefined; readonly message: Template | undefined } & Node)
  /** `redact PiiInPrompt with "[{kind}]"` | `with mask("*")` | `with last(4)` | `with hash` */
  | ({ readonly kind: 'redact'; readonly rule: Name; readonly with: Redaction | undefined } & Node)
  | ({ readonly kind: 'strip'; readonly rule: Name } & Node)
  /** `limit 200_000 tokens per 1h by client.workload on_error allow`, `limit 5 usd per 1d by client.id at 1.25 usd, 10 usd` */
  | ({
      readonly kind: 'limit';
      readonly amount: Expr;
      readonly per: Expr;
      readonly by: Expr;
      /** What a million tokens cost, in and out. */
      readonly price: readonly [Expr, Expr] | undefined;
      readonly onError: Name | undefined;
    } & Node)
  | ({ readonly kind: 'quarantine'; readonly target: Expr } & Node)
  | ({ readonly kind: 'approve'; readonly by: Expr } & Node)
  | ({ readonly kind: 'permit' } & Node)
  | ({ readonly kind: 'set'; readonly target: Expr; readonly value: Expr } & Node)
  | ({ readonly kind: 'alert'; readonly message: Template | undefined } & Node);

export type Redaction =
  | ({ readonly kind: 'template'; readonly template: Template } & Node)
  | ({ readonly kind: 'call'; readonly name: Name; readonly args: readonly Expr[] } & Node);

// ---------------------------------------------------------------- tests, deployment

/** `test "…" on Chat.request { given … expect … }`; `name.text` is the decoded title. */
export interface TestDecl extends DeclBase {
  readonly kind: 'test';
  readonly on: EventRef;
  readonly given: Given | undefined;
  readonly expect: readonly Expectation[];
}
export type Given =
  | ({ readonly kind: 'object'; readonly value: ObjectLiteral } & Node)
  /** `given file "requests/x.json" as ai.anthropic` */
  | ({ readonly kind: 'file'; readonly path: StringLiteral; readonly as: QualifiedName | undefined } & Node);
export type Expectation =
  | ({ readonly kind: 'fires'; readonly rule: QualifiedName; readonly negated: boolean } & Node)
  /** `allowed`, `blocked by NoPrivileged`, `limited`, `alerted`, `quarantined`, `needs_approval`, `malformed`, with `not` too. */
  | ({
      readonly kind: 'outcome';
      readonly outcome: Name;
      readonly by: Name | undefined;
      readonly negated: boolean;
    } & Node)
  /** `redacted prompts[0].text == "…"` */
  | ({ readonly kind: 'redacted'; readonly target: Expr; readonly text: StringLiteral } & Node);

/** `deploy production { namespace "x" clusters { eks "shop-eu" { … } } Chat via gateway { replicas 3 } }` */
export interface DeployDecl extends DeclBase {
  readonly kind: 'deploy';
  readonly settings: readonly Setting[];
  readonly routes: readonly DeployRoute[];
}
export interface DeployRoute extends Node {
  readonly surface: Name;
  readonly via: Name;
  readonly settings: readonly Setting[];
}

/** `name value value { block }`: the values are literals, names or lists of them. */
export interface Setting extends Node {
  readonly name: Name;
  readonly values: readonly Expr[];
  readonly block: readonly Setting[] | undefined;
}

/** JSON as `given` and settings write it: keys are names or strings. */
export interface ObjectLiteral extends Node {
  readonly kind: 'object';
  readonly fields: readonly FieldValue[];
}
export interface FieldValue extends Node {
  readonly name: Name;
  readonly value: Expr;
}

// ---------------------------------------------------------------- types

export type TypeExpr =
  | ({ readonly kind: 'named'; readonly name: QualifiedName; readonly args: readonly TypeExpr[] } & Node)
  /** `[T]`, the same as `list<T>` */
  | ({ readonly kind: 'list'; readonly of: TypeExpr } & Node)
  | ({ readonly kind: 'optional'; readonly of: TypeExpr } & Node)
  | ({ readonly kind: 'sensitive'; readonly of: TypeExpr } & Node)
  | ({ readonly kind: 'hole' } & Node);

// ---------------------------------------------------------------- expressions

export type BinaryOperator =
  '&&' | '||' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '%' | 'in' | 'not in' | '??';

export type Expr =
  | LiteralExpr
  | StringLiteral
  | RegexLiteral
  | ({
      readonly kind: 'name';
      readonly name: Name;
      /** `.y`: from the root, CEL's leading dot */ readonly rooted: boolean;
    } & Node)
  /** `of.name`, `of?.name` */
  | ({ readonly kind: 'member'; readonly of: Expr; readonly name: Name; readonly optional: boolean } & Node)
  /** `of[index]`, `of[?index]` */
  | ({ readonly kind: 'index'; readonly of: Expr; readonly index: Expr; readonly optional: boolean } & Node)
  /** `of[*]`: in `find` targets */
  | ({ readonly kind: 'each'; readonly of: Expr } & Node)
  /** `f(x)`, `x.f(y)`: the callee is a `name` or a `member`. Macros (`exists(c, …)`, `has(x.y)`) are calls too. */
  | ({ readonly kind: 'call'; readonly callee: Expr; readonly args: readonly Expr[] } & Node)
  | ({ readonly kind: 'unary'; readonly operator: '!' | '-'; readonly operand: Expr } & Node)
  | ({ readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Expr; readonly right: Expr } & Node)
  | ({ readonly kind: 'conditional'; readonly condition: Expr; readonly then: Expr; readonly else: Expr } & Node)
  /** `object is Pod` */
  | ({ readonly kind: 'is'; readonly of: Expr; readonly type: QualifiedName } & Node)
  | ({
      readonly kind: 'list';
      readonly items: readonly Expr[];
      /** indexes of `[?x]` items */ readonly optionals: readonly number[];
    } & Node)
  | ({
      readonly kind: 'map';
      readonly entries: readonly { readonly key: Expr; readonly value: Expr; readonly optional: boolean }[];
    } & Node)
  /** `Prompt { role: "user" }` */
  | ({ readonly kind: 'construct'; readonly type: QualifiedName; readonly fields: readonly FieldValue[] } & Node)
  | ObjectLiteral
  | ({ readonly kind: 'paren'; readonly of: Expr } & Node)
  | ({ readonly kind: 'hole' } & Node);

export type LiteralExpr =
  /** `value` is exact; out of range of 64 bits is a diagnostic of the checker */
  | ({ readonly kind: 'int'; readonly value: bigint; readonly raw: string } & Node)
  | ({ readonly kind: 'uint'; readonly value: bigint; readonly raw: string } & Node)
  | ({ readonly kind: 'float'; readonly value: number; readonly raw: string } & Node)
  | ({ readonly kind: 'bytes'; readonly value: Uint8Array; readonly raw: string } & Node)
  | ({ readonly kind: 'bool'; readonly value: boolean } & Node)
  | ({ readonly kind: 'null' } & Node)
  | ({ readonly kind: 'none' } & Node)
  /** `30s`, `1h`, `1d`, `500ms`: nanoseconds */
  | ({ readonly kind: 'duration'; readonly nanos: bigint; readonly raw: string } & Node)
  /** `200_000 tokens`, `5 usd`, `1 MiB`: the number and the unit as written */
  | ({ readonly kind: 'quantity'; readonly amount: LiteralExpr; readonly unit: Name } & Node);
