// From the rules of a program to each pattern once, sorted by name. Two uses of one name are the same pattern.

import type { CorePattern, CoreRule } from '@rdp/language';
import { patternsOf } from '../walk-core.ts';

/** Every pattern that some rule looks for, once, sorted by name (by UTF-16 code unit). */
export function collectPatterns(rules: readonly CoreRule[]): readonly CorePattern[] {
  const byName = new Map<string, CorePattern>();
  for (const rule of rules)
    for (const pattern of patternsOf(rule)) if (!byName.has(pattern.name)) byName.set(pattern.name, pattern);
  return [...byName.keys()].sort().flatMap((name) => byName.get(name) ?? []);
}
