// Names such as `std.pii`, `std.secrets.jwt` or `shop.checkout.order_id` to groups of patterns. A package stands for all its
// patterns.

import type { PatternModel } from '@rdp/language';
import type { ScanGroup } from './scan-program.ts';

/** The groups, or the first name that stands for nothing. */
export type Selection =
  | { readonly kind: 'groups'; readonly groups: readonly ScanGroup[] }
  | { readonly kind: 'unknown'; readonly name: string; readonly known: readonly string[] };

/** The packages that `names` may be of: the name itself, and all but its last part. */
export function packagesOf(names: readonly string[]): readonly string[] {
  return [...new Set(names.flatMap((name) => [name, name.split('.').slice(0, -1).join('.')]))];
}

/** What each of `names` stands for. */
export function selectPatterns(models: readonly PatternModel[], names: readonly string[]): Selection {
  const groups: ScanGroup[] = [];
  for (const name of names) {
    const ofPackage = models.filter((model) => model.package === name && !model.isGroup);
    const one = models.filter((model) => `${model.package}.${model.name}` === name);
    const patterns = (ofPackage.length > 0 ? ofPackage : one).flatMap((model) => model.patterns);
    if (patterns.length === 0) {
      const known = models.flatMap((model) => [model.package, `${model.package}.${model.name}`]);
      return { kind: 'unknown', name, known: [...new Set(known)] };
    }
    groups.push({ name, patterns: [...new Map(patterns.map((pattern) => [pattern.name, pattern])).values()] });
  }
  return { kind: 'groups', groups };
}
