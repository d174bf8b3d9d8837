// What the page asks of its worker, and what it is told. Plain data that can be copied between them.

import type { Trace, TraceRule } from '@rdp/compiler';
import type { EventChoice } from '../src/ide/preview/decide.ts';

/** Everything that an answer depends on. */
export interface Ask {
  readonly id: number;
  /** Texts by path: policies and what they name. */
  readonly files: readonly (readonly [path: string, text: string])[];
  /** `Chat.request`, `Chat.request/http`; the first with rules when it is not there. */
  readonly event: string | undefined;
  /** JSON, or YAML, or manifests of Kubernetes. */
  readonly input: string;
  /** A decision needs no module: the interpreter makes it. What takes longer is asked for when somebody looks at it, or has stopped typing. */
  readonly want: 'decision' | 'module' | 'tests' | 'manifests';
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

/** A module that was compiled, which decides as the interpreter did. */
export interface ModuleFacts {
  /** Milliseconds from the checked policy to a module that runs. */
  readonly compileTime: number;
  /** Bytes of `policy.wasm`. */
  readonly size: number;
  readonly rules: number;
  /** Microseconds of one decision, on average over many; where there is a document to decide on. */
  readonly decisionTime?: number;
}

/** A decision on the page's document. */
export interface DecisionFacts {
  readonly event: EventChoice;
  /** JSON text, as an enforcer sends it. */
  readonly text: string;
  /** The document that was decided on, and whether it is the page's text to the byte. */
  readonly document: string;
  readonly isInput: boolean;
  readonly trace: PlainTrace;
}

/** What became of tests and patterns' examples, and what of the rules they reach. */
export interface TestFacts {
  readonly results: readonly {
    readonly name: string;
    readonly at: FileSpan;
    /** What was not as expected; empty when it passes. */
    readonly failures: readonly string[];
  }[];
  readonly coverage: readonly {
    readonly rule: string;
    readonly at: FileSpan;
    readonly fired: boolean;
    /** `when`, `find`, …: whether any test had it hold, and fail. */
    readonly branches: readonly { readonly what: string; readonly held: boolean; readonly failed: boolean }[];
  }[];
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
  readonly compiled?: ModuleFacts;
  readonly decision?: DecisionFacts;
  readonly tests?: TestFacts;
  readonly manifests?: ManifestFacts;
  readonly fault?: string;
}
