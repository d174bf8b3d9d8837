// A function to what inference inlines. Its body is checked once by itself, whether it is called or not; a function that
// reaches itself is refused there, so that inlining always ends.

import type { FnDecl } from '../../syntax/ast.ts';
import type { Binding, Scope } from '../scope.ts';
import type { FileUnit } from '../symbols.ts';
import { spanIn } from '../symbols.ts';
import type { Binder } from './binder.ts';
import { report } from './binder.ts';
import { inferValue } from './expressions.ts';
import { fileScope } from './package-scope.ts';
import { resolveType } from './resolve-type.ts';

/** Parameters and result of a function; the body waits for a call. */
export function bindFn(binder: Binder, decl: FnDecl, unit: FileUnit): Binding {
  const scope = fileScope(binder, unit);
  const seen = new Set<string>();
  const params = decl.params.map((param) => {
    if (param.name.text !== '' && seen.has(param.name.text)) {
      report(binder, 'duplicate-field', { unit, node: param.name }, { name: param.name.text });
    }
    seen.add(param.name.text);
    return { name: param.name.text, type: resolveType(binder, unit, param.type, scope) };
  });
  return {
    kind: 'fn',
    name: decl.name.text,
    params,
    result: decl.result && resolveType(binder, unit, decl.result, scope),
    body: decl.body,
    file: unit.file,
    scope,
    declared: spanIn(unit, decl.name),
  };
}

/** Checks a function's body with its parameters unknown but for their types. */
export function checkFnBody(binder: Binder, decl: FnDecl, unit: FileUnit): void {
  const binding = binder.bound.get(decl);
  if (binding?.kind !== 'fn') return;
  const params = new Map<string, Binding>();
  for (const [index, { name, type }] of binding.params.entries()) {
    const node = decl.params[index]?.name;
    params.set(name, {
      kind: 'value',
      core: { op: 'local', id: binder.nextLocal++, type },
      ...(node ? { declared: spanIn(unit, node) } : {}),
    });
  }
  const scope: Scope = {
    lookup: (name) => params.get(name) ?? binding.scope.lookup(name),
    names: function* () {
      yield* params.keys();
      yield* binding.scope.names();
    },
  };
  inferValue(binder, { unit, expr: decl.body, scope, ...(binding.result ? { expected: binding.result } : {}) });
}
