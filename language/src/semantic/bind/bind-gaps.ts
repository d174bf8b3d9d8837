// `gap [NoHostPath, baseline.HostPorts] "why"` of a deployment → the rules that may go without an enforcer, each with the reason. What
// a deployment cannot enforce is for the compiler to find out.

import type { Expr, Name, Setting } from '../../syntax/ast.ts';
import type { DeployModel } from '../model.ts';
import type { FileUnit } from '../symbols.ts';
import { spanIn } from '../symbols.ts';
import type { Binder } from './binder.ts';
import { didYouMean, report } from './binder.ts';
import { referenceParts } from './settings.ts';

/** Binds the settings `gap`; `rules` are the names of all rules of the package, of applied packs too. */
export function bindGaps(
  binder: Binder,
  unit: FileUnit,
  gaps: readonly Setting[],
  rules: ReadonlySet<string>,
): DeployModel['gaps'] {
  const named = new Set<string>();
  return gaps.flatMap((gap) => {
    const [list, reason, extra] = gap.values;
    const names = list?.kind === 'list' ? namesIn(list.items) : undefined;
    const said = reason?.kind === 'string' && reason.value.trim() !== '' && extra === undefined && !gap.block;
    if (names === undefined || !said) {
      const wanted = 'a list of rules and the reason: `gap [NoHostPath] "why"`';
      const node = names === undefined ? (list ?? gap.name) : (extra ?? reason ?? gap.name);
      report(binder, 'invalid-setting', { unit, node }, { name: 'gap', wanted });
      return [];
    }
    return names.flatMap((parts) => {
      const rule = parts.map(({ text }) => text).join('.');
      const node = parts[0] ?? gap.name;
      if (!rules.has(rule)) {
        report(binder, 'unknown-rule', { unit, node }, { name: rule }, didYouMean(unit, node, rules));
        return [];
      }
      if (named.has(rule)) {
        report(binder, 'duplicate-setting', { unit, node }, { name: rule });
        return [];
      }
      named.add(rule);
      return [{ rule, reason: reason.value, span: spanIn(unit, node) }];
    });
  });
}

/** The names of a list of references; none when something else is in it. */
function namesIn(items: readonly Expr[]): readonly (readonly Name[])[] | undefined {
  const names = items.map(referenceParts);
  return names.length > 0 && names.every((parts) => parts.length > 0) ? names : undefined;
}
