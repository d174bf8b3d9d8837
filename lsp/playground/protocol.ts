// What the page asks of its worker, and what it is told. Plain data that can be copied between them.

import type { Trace, TraceRule } from '@rdp/compiler';

/** Everything that an answer depends on. */
export interface Ask {
  readonly id: number;
  /** Texts by path: policies and what they name. */
  readonly files: readonly (readonly [path: string, text: string])[];
  /** `Chat.request`, `Chat.request/http`; the first with rules when it is not there. */
  readonly event: string | undefined;
  /** JSON, or YAML, or manifests of Kubernetes. */
  readonly input: string;
  /** What takes longer and is worked out only while somebody looks at it. */
  readonly want: 'decision' | 'tests' | 'manifests';
}

/** An event that the policy decides on. */
export interface EventChoice {
  readonly name: string;
  readonly entrypoint: string;
  /** The kind of its surface: `llm`, `k8s`, … */
  readonly kind: string;
}

/** A place in a file: UTF-16 offsets. */
export interface FileSpan {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** The same as plain data, with a path in place of each source file. */
export type Plain<T> = T extends { readonly path: string; readonly text: string }
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Plain<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Plain<T[Key]> }
      : T;

/** A trace whose spans have paths, and whose rules say in words why they did not fire. */
export type PlainTrace = Omit<Plain<Trace>, 'rules'> & {
  readonly rules: readonly (Plain<TraceRule> & { readonly reason: string })[];
};

/** A module that was compiled. */
export interface CompiledFacts {
  /** Milliseconds from sources to module, and from sources to a checked policy. */
  readonly compileTime: number;
  readonly checkTime: number;
  /** Bytes of `policy.wasm`. */
  readonly size: number;
  readonly rules: number;
}

/** A decision on the page's document. */
export interface DecisionFacts {
  readonly event: EventChoice;
  /** JSON text, as an enforcer sends it. */
  readonly text: string;
  /** Microseconds of one decision, on average over many. */
  readonly time: number;
  /** The document that was decided on, and whether it is the page's text to the byte. */
  readonly document: string;
  readonly isInput: boolean;
  readonly trace: PlainTrace;
}

export interface TestResult {
  readonly name: string;
  readonly at: FileSpan;
  /** What was not as expected; empty when it passes. */
  readonly failures: readonly string[];
}

/** Files below `k8s/` and `helm/` of a compile, and what the report says. */
export interface ManifestFacts {
  readonly files: readonly (readonly [path: string, text: string])[];
  /** One row for each rule and cluster. */
  readonly rules: readonly {
    readonly rule: string;
    readonly cluster: string | null;
    readonly status: string;
    readonly via: string;
    readonly reason: string;
  }[];
}

/** What came of an `Ask`; a part is missing when there is none, `fault` says why where that is not in the diagnostics. */
export interface Answer {
  readonly id: number;
  readonly errors: number;
  readonly warnings: number;
  readonly events: readonly EventChoice[];
  readonly compiled?: CompiledFacts;
  readonly decision?: DecisionFacts;
  readonly tests?: readonly TestResult[];
  readonly manifests?: ManifestFacts;
  readonly fault?: string;
}
