// Patterns with examples to what does not hold of them: an example without a match, a counterexample with one. The detector is
// given, so that tests, command line and editor run the same module.

import type { PatternModel, Span } from '@rdp/language';
import type { ScanGroup } from '../scan/scan-program.ts';

/** An example that does not do what it is there to show. */
export interface ExampleFailure {
  readonly model: PatternModel;
  readonly span: Span;
  readonly message: string;
}

/** The groups that a scan needs to run the examples of `models`: one a pattern that has any. */
export function exampleGroups(models: readonly PatternModel[]): readonly ScanGroup[] {
  return models
    .filter(({ examples, counterexamples }) => examples.length + counterexamples.length > 0)
    .map((model) => ({ name: fullName(model), patterns: model.patterns }));
}

/** Runs every example; `detect` tells the names of the groups that have a match in a text. */
export function checkExamples(
  models: readonly PatternModel[],
  detect: (text: string) => ReadonlySet<string>,
): readonly ExampleFailure[] {
  return models.flatMap((model) => {
    const pattern = fullName(model);
    const missing = model.examples.filter(({ text }) => !detect(text).has(pattern));
    const unwanted = model.counterexamples.filter(({ text }) => detect(text).has(pattern));
    return [
      ...missing.map(({ span }) => ({ model, span, message: `\`${model.name}\` has no match in its example` })),
      ...unwanted.map(({ span }) => ({ model, span, message: `\`${model.name}\` has a match in its counterexample` })),
    ];
  });
}

function fullName(model: PatternModel): string {
  return `${model.package}.${model.name}`;
}
