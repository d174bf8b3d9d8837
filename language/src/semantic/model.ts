// What a policy declares, resolved, as tools want it: completion, test runner, manifests, coverage. Plain data, without
// expressions to evaluate; those are in the core program.

import type { SourceFile, Span } from '../source/source-file.ts';
import type { Decl } from '../syntax/ast.ts';
import type { outcomeNames } from '../syntax/tokens.ts';
import type { CorePattern, CoreRoute } from './core.ts';
import type { RecordType } from './types.ts';

export interface Model {
  readonly packages: readonly PackageModel[];
  readonly surfaces: readonly SurfaceModel[];
  readonly rules: readonly RuleModel[];
  readonly tests: readonly TestModel[];
  readonly deploys: readonly DeployModel[];
  /** Every threat of the editions that are in scope, by its id: `owasp.llm.v2026.LLM06`. */
  readonly threats: ReadonlyMap<string, ThreatModel>;
}

export interface ThreatModel {
  readonly title: string;
  /** What of it no enforcer can see, whatever the rules are. */
  readonly residual: string | undefined;
}

export interface PackageModel {
  readonly name: string;
  readonly files: readonly SourceFile[];
  /** Part of the standard library. */
  readonly std: boolean;
  readonly symbols: readonly SymbolModel[];
}

export interface SymbolModel {
  /** Of a rule in a pack with the pack's: `baseline.HostPorts`. */
  readonly name: string;
  readonly kind: Decl['kind'];
  readonly doc: string;
  /** The name. */
  readonly span: Span;
  /** The whole declaration. */
  readonly extent: Span;
}

export interface SurfaceModel {
  readonly package: string;
  readonly name: string;
  readonly kind: string;
  readonly span: Span;
  readonly settings: Settings;
  readonly routes: readonly CoreRoute[];
  /** Of `llm`: the hosts of the providers that it lists, or of all that are known; `*.` ahead stands for any labels. Read late. */
  readonly hosts: () => readonly string[];
  readonly events: readonly EventModel[];
}

export interface EventModel {
  readonly name: string;
  readonly doc: string;
  /** `shop/checkout/Chat/request` */
  readonly entrypoint: string;
  readonly at: readonly string[];
  readonly record: RecordType;
  readonly derived: readonly string[];
}

export interface RuleModel {
  readonly package: string;
  /** As decisions name it; `baseline.HostPorts` for a rule of an applied pack, whose spans are in the pack's file. */
  readonly name: string;
  readonly doc: string;
  readonly verb: 'discover' | 'detect' | 'defend';
  readonly surface: string;
  readonly event: string;
  readonly covers: readonly string[];
  readonly span: Span;
  /** The clauses that say when it fires: `when`, `find`, `score`, `threshold`, in their order. */
  readonly conditions: readonly Span[];
}

/** A `test`, ready to run: the document, and what the decision must show. */
export interface TestModel {
  readonly package: string;
  readonly name: string;
  readonly span: Span;
  readonly surface: string;
  readonly event: string;
  /** The entrypoint that decides; for `given file … as` a provider's: `shop/checkout/Chat/request/as/anthropic`. */
  readonly entrypoint: string;
  readonly given:
    /** The whole input document, as JSON text. */
    | { readonly kind: 'object'; readonly text: string }
    /**
     * `wrap`: keys under which the file's content has to be put to make the input document; empty when it is the document.
     */
    | { readonly kind: 'file'; readonly path: string; readonly wrap: readonly string[] }
    /** Objects under admission, one or several: `AdmissionReview`s, their requests, or manifests, with which `operation` is done. */
    | { readonly kind: 'objects'; readonly path: string; readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' };
  readonly expect: readonly ExpectationModel[];
}

export type ExpectationModel = { readonly span: Span; readonly negated: boolean } & (
  | { readonly kind: 'fires'; readonly rule: string }
  | { readonly kind: 'outcome'; readonly outcome: OutcomeName; readonly by: string | undefined }
  /** `path` is a JSON Pointer into the input document. */
  | { readonly kind: 'redacted'; readonly path: string; readonly text: string }
);

/** One of the words for what a decision comes to. */
export type OutcomeName = (typeof outcomeNames)[number];

/** A pattern of a package, resolved. */
export interface PatternModel {
  readonly package: string;
  readonly name: string;
  readonly doc: string;
  readonly span: Span;
  /** A union, or every pattern of the package. */
  readonly isGroup: boolean;
  /** What it stands for; one unless it is a group. */
  readonly patterns: readonly CorePattern[];
  /** Texts in which it has a match. The embedded library is without them. */
  readonly examples: readonly { readonly text: string; readonly span: Span }[];
  /** Texts in which it has none. */
  readonly counterexamples: readonly { readonly text: string; readonly span: Span }[];
  /** Where its format is described. */
  readonly sources: readonly string[];
  /** How sure a match is, from 0 to 1; 1 unless the pattern says. */
  readonly score: number;
}

export interface DeployModel {
  readonly package: string;
  readonly name: string;
  readonly span: Span;
  readonly namespace: string;
  /** `registry`, `certificates`, `monitoring`. */
  readonly settings: Settings;
  readonly clusters: readonly {
    readonly kind: string;
    readonly name: string;
    readonly settings: Settings;
    readonly span: Span;
  }[];
  readonly routes: readonly {
    readonly surface: string;
    readonly via: string;
    readonly settings: Settings;
    readonly span: Span;
  }[];
  /** Rules that may go without an enforcer where nothing there can express them, and why that is accepted. */
  readonly gaps: readonly { readonly rule: string; readonly reason: string; readonly span: Span }[];
}

/** Checked settings by name. */
export type Settings = ReadonlyMap<string, SettingValue>;
/** Text, number (also bytes or nanoseconds), flag, list, or a block. References are qualified names. */
export type SettingValue = string | bigint | boolean | readonly SettingValue[] | Settings;
