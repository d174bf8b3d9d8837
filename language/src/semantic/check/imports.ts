// Packages and their imports: a file says its package, an import leads somewhere, and each alias is used once.

import type { PackageSymbols } from '../symbols.ts';
import { dotted, importAlias, spanIn } from '../symbols.ts';
import type { Binder } from '../bind/binder.ts';
import { didYouMean, report } from '../bind/binder.ts';
import { nearestPackage, packageExists } from '../bind/load-packages.ts';

/** Checks the package lines and imports of a package's files. */
export function checkImports(binder: Binder, symbols: PackageSymbols): void {
  for (const unit of symbols.units) {
    if (unit.package === '' && unit.tree.package === undefined && unit.tree.decls.length > 0) {
      report(binder, 'missing-package', { unit, node: { start: 0, end: 0 } }, {});
    }
    const aliases = new Map<string, { readonly start: number; readonly end: number }>();
    for (const decl of unit.tree.imports) {
      const name = dotted(decl.path);
      const alias = importAlias(decl);
      if (alias === '') continue;
      if (!packageExists(binder, name)) {
        const near = nearestPackage(binder, name);
        const whole = { text: name, start: decl.path.start, end: decl.path.end };
        const extra = near === undefined ? {} : didYouMean(unit, whole, [near]);
        report(binder, 'unknown-package', { unit, node: decl.path }, { name }, extra);
      }
      const first = aliases.get(alias);
      if (first) {
        const labels = [{ span: spanIn(unit, first), text: 'first here' }];
        report(binder, 'duplicate-import', { unit, node: decl }, { name: alias }, { labels });
      } else aliases.set(alias, decl);
    }
  }
}
