// What is checked, and what comes of it: plain values between a host that can read files and `checkProgram`, which cannot.
// Paths are relative to the project's root, with forward slashes.

import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from '../source/source-file.ts';
import type { ClassifierModel } from './classifier-model.ts';
import type { CoreProgram } from './core.ts';
import type { Origins } from './origins.ts';
import type { Model, PatternModel } from './model.ts';

export interface Project {
  /** Every `.rdp` file of the project, in any order. */
  readonly files: readonly SourceFile[];
  /**
   * Documents that the policy names (`documentPaths`), parsed from JSON or YAML, by project-relative path. Data and requests of
   * tests may be left out by a host that only edits: they are then not looked at.
   */
  readonly documents: ReadonlyMap<string, unknown>;
  /** Documents that could not be read or parsed, with the reason. */
  readonly missing?: ReadonlyMap<string, string>;
  /** Requests of tests whose text is no JSON, with the reason: fine where the test expects `malformed`. */
  readonly malformed?: ReadonlyMap<string, string>;
  /** `YYYY-MM-DD`; exemptions that ended before are left out. Without it none has ended. */
  readonly today?: string;
  /** The standard library, by path (`std/ai/openai.rdp`), models of classifiers among it. Only what is needed is parsed. */
  readonly std?: readonly SourceFile[];
  /** Told where the expressions of the programs stand; left out by who needs no traces of decisions. */
  readonly origins?: Origins;
}

export interface CheckResult {
  /** Sorted by file and place. */
  readonly diagnostics: readonly Diagnostic[];
  /** One for each package with rules, by name. Undefined when any diagnostic is an error. */
  readonly programs: readonly CoreProgram[] | undefined;
  /** What was understood, for tools; complete as far as the policy is. */
  readonly model: Model;
  /** The classifiers of packages of the project or the library that have a model; bound when asked for. */
  readonly classifiers: (packages: readonly string[]) => readonly ClassifierModel[];
  /** The patterns of packages of the project or the library; bound when asked for. */
  readonly patterns: (packages: readonly string[]) => readonly PatternModel[];
}
