// The patterns of packages, resolved, with their examples: for tools that run patterns without a rule (tests of
// examples, `rdpc scan`). Binds what no rule has asked for; reports nothing that the check has not reported.

import type { PatternDecl, Setting } from '../syntax/ast.ts';
import type { Binder } from './bind/binder.ts';
import { findPackage } from './bind/load-packages.ts';
import type { PatternModel } from './model.ts';
import type { FileUnit } from './symbols.ts';
import { spanIn } from './symbols.ts';

/** Every pattern of the named packages, in order of place; a package that is not there has none. */
export function listPatterns(binder: Binder, packages: readonly string[]): readonly PatternModel[] {
  const known = packages.map((name) => findPackage(binder, name)).filter((symbols) => symbols !== undefined);
  return known.flatMap((symbols) =>
    symbols.declared.flatMap((declared): readonly PatternModel[] => {
      const { decl, unit } = declared;
      if (decl.kind !== 'pattern' || symbols.values.get(decl.name.text)?.decl !== decl) return [];
      const binding = binder.late.bindDeclaration(binder, declared);
      if (binding.kind !== 'pattern') return [];
      const textsOf = (name: string): PatternModel['examples'] =>
        decl.settings.filter((setting) => setting.name.text === name).map((setting) => joined(setting, unit));
      return [
        {
          package: symbols.name,
          name: decl.name.text,
          doc: decl.doc,
          span: binding.declared,
          isGroup: isGroup(decl),
          patterns: binding.patterns,
          examples: textsOf('example'),
          counterexamples: textsOf('counterexample'),
          sources: textsOf('source').map(({ text }) => text),
          score: scoreOf(decl),
        },
      ];
    }),
  );
}

function scoreOf(decl: PatternDecl): number {
  const [value] = decl.settings.find(({ name }) => name.text === 'score')?.values ?? [];
  return value?.kind === 'float' || value?.kind === 'int' ? Number(value.value) : 1;
}

function joined(setting: Setting, unit: FileUnit): PatternModel['examples'][number] {
  const texts = setting.values.map((value) => (value.kind === 'string' ? value.value : ''));
  return { text: texts.join(''), span: spanIn(unit, setting) };
}

/** A pattern that only gathers others. One that narrows them, or gives one of them a name here, is a pattern of its own. */
function isGroup(decl: PatternDecl): boolean {
  if (decl.body.kind === 'package') return true;
  return decl.body.kind === 'union' && decl.body.members.length > 1 && !decl.where && !decl.near;
}
