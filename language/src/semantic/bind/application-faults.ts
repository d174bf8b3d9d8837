// What is said of a pack's rule while it is bound for one application: faults that the settings cause, said at the `apply`
// with the place in the pack. Faults that the pack has by itself are said where it is declared, once.

import { diagnose } from '../../diagnostics/catalog.ts';
import { spanIn } from '../symbols.ts';
import type { Binder } from './binder.ts';
import type { PlacedRule } from './placed-rule.ts';

/** Turns the diagnostics from index `from` on that stand in the pack into those of its application. */
export function sayAtApplication(binder: Binder, { decl, unit, pack }: PlacedRule, from: number): void {
  if (pack?.by === undefined) return;
  const place = spanIn(pack.by.unit, pack.by.decl.name);
  for (const diagnostic of binder.diagnostics.splice(from)) {
    const { span, severity, message } = diagnostic;
    if (span.file !== unit.file || span.start < decl.start || span.end > decl.end) binder.diagnostics.push(diagnostic);
    else if (severity === 'error' && !binder.faultyPacks.has(pack.declared.decl)) {
      const labels = [{ span, text: 'here' }];
      const holes = { rule: decl.name.text, reason: message };
      binder.diagnostics.push(diagnose('invalid-application', place, holes, { labels }));
    }
  }
}
