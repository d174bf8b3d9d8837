// Names such as `std.pii`, `std.secrets.jwt`, `std.injection.model` or `shop.checkout.order_id` to groups of patterns and
// classifiers. A package stands for all that it has.

import type { ClassifierModel, PatternModel } from '@rdp/language';
import type { ScanGroup } from './scan-program.ts';

/** The groups and classifiers, or the first name that stands for nothing. */
export type Selection =
  | {
      readonly kind: 'groups';
      readonly groups: readonly ScanGroup[];
      readonly classifiers: readonly ClassifierModel[];
      /** How sure a match is of the pattern with this full name; 1 for one that is not here. */
      readonly scores: ReadonlyMap<string, number>;
    }
  | { readonly kind: 'unknown'; readonly name: string; readonly known: readonly string[] };

/** The packages that `names` may be of: the name itself, and all but its last part. */
export function packagesOf(names: readonly string[]): readonly string[] {
  return [...new Set(names.flatMap((name) => [name, packageOf(name)]))];
}

function packageOf(name: string): string {
  return name.split('.').slice(0, -1).join('.');
}

/** What there is to choose from. */
export interface Choices {
  readonly patterns: readonly PatternModel[];
  readonly classifiers: readonly ClassifierModel[];
}

/** What each of `names` stands for. */
export function selectPatterns({ patterns: models, classifiers }: Choices, names: readonly string[]): Selection {
  const groups: ScanGroup[] = [];
  const chosen = new Set<ClassifierModel>();
  for (const name of names) {
    const ofPackage = models.filter((model) => model.package === name && !model.isGroup);
    const one = models.filter((model) => `${model.package}.${model.name}` === name);
    const patterns = (ofPackage.length > 0 ? ofPackage : one).flatMap((model) => model.patterns);
    const learned = classifiers.filter((model) => model.name === name || packageOf(model.name) === name);
    if (patterns.length + learned.length === 0) {
      const known = models.flatMap((model) => [model.package, `${model.package}.${model.name}`]);
      return { kind: 'unknown', name, known: [...new Set([...known, ...classifiers.map((model) => model.name)])] };
    }
    for (const model of learned) chosen.add(model);
    if (patterns.length > 0)
      groups.push({ name, patterns: [...new Map(patterns.map((pattern) => [pattern.name, pattern])).values()] });
  }
  const scores = new Map(models.map(({ package: owner, name, score }) => [`${owner}.${name}`, score]));
  return { kind: 'groups', groups, classifiers: [...chosen], scores };
}
