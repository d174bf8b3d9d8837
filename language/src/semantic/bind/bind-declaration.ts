// One declaration to what its name stands for. Done once, when the name is first looked up; a declaration that needs
// itself is refused.

import type { Binding } from '../scope.ts';
import type { Declared } from '../symbols.ts';
import { spanIn } from '../symbols.ts';
import { bindClassifier } from './bind-classifier.ts';
import { bindFn } from './bind-fn.ts';
import { bindPattern } from './bind-pattern.ts';
import { bindRecord } from './bind-record.ts';
import { bindData, bindSet } from './bind-set.ts';
import type { Binder } from './binder.ts';
import { report } from './binder.ts';
import { remembered } from './memo.ts';
import { fileScope } from './package-scope.ts';
import { resolveType } from './resolve-type.ts';

/** What the name of `declared` stands for. */
export function bindDeclaration(binder: Binder, declared: Declared): Binding {
  const { decl, unit } = declared;
  const known = binder.bound.get(decl);
  binder.memo?.readName(unit.package, decl.name.text);
  if (known) {
    binder.memo?.readAgain(decl, 'declaration');
    return known;
  }
  if (binder.pending.has(decl)) {
    report(binder, 'recursive-declaration', { unit, node: decl.name }, { name: decl.name.text });
    const broken: Binding = { kind: 'type', type: { kind: 'unknown' }, declared: spanIn(unit, decl.name) };
    binder.bound.set(decl, broken);
    return broken;
  }
  binder.pending.add(decl);
  const binding = remembered(binder, decl, 'declaration', () => bindOnce(binder, declared));
  binder.pending.delete(decl);
  const first = binder.bound.get(decl);
  if (first) return first;
  binder.bound.set(decl, binding);
  return binding;
}

function bindOnce(binder: Binder, { decl, unit }: Declared): Binding {
  const declared = spanIn(unit, decl.name);
  const scope = fileScope(binder, unit);
  switch (decl.kind) {
    case 'type': {
      if (decl.alias) return { kind: 'type', type: resolveType(binder, unit, decl.alias, scope), declared };
      const name = `${unit.package}.${decl.name.text}`;
      const record = bindRecord(binder, { unit, name, doc: decl.doc, fields: decl.fields, scope });
      return { kind: 'type', type: { kind: 'record', record }, declared };
    }
    case 'set':
      return bindSet(binder, decl, unit);
    case 'data':
      return bindData(binder, decl, unit);
    case 'pattern':
      return bindPattern(binder, decl, unit);
    case 'fn':
      return bindFn(binder, decl, unit);
    case 'classifier':
      return bindClassifier(binder, decl, unit);
    case 'provider':
      return { kind: 'other', what: 'a provider', declared };
    case 'surface':
      return { kind: 'other', what: 'a surface', declared };
    default:
      return { kind: 'other', what: `a ${decl.kind}`, declared };
  }
}
