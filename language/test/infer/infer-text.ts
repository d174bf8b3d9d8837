// One expression to its type and diagnostics, for tests of inference without a policy around it.

import { parseExpression } from '../../src/syntax/parse.ts';
import type { CoreExpr } from '../../src/semantic/core.ts';
import { infer } from '../../src/semantic/infer/infer.ts';
import { printType } from '../../src/semantic/print-type.ts';
import type { Scope } from '../../src/semantic/scope.ts';
import type { Type } from '../../src/semantic/types.ts';

export interface Inferred {
  readonly core: CoreExpr;
  readonly type: string;
  /** Of parsing and inference. */
  readonly codes: readonly string[];
}

/** Infers `text`, where `variables` are in scope. */
export function inferText(text: string, variables: Readonly<Record<string, Type>> = {}): Inferred {
  const file = { path: 'expression.rdp', text };
  const parsed = parseExpression(file);
  const codes = parsed.diagnostics.map((diagnostic) => diagnostic.code);
  const names = Object.keys(variables);
  let locals = names.length;
  const scope: Scope = {
    lookup: (name) => {
      const type = variables[name];
      return type && Object.hasOwn(variables, name)
        ? { kind: 'value', core: { op: 'local', id: names.indexOf(name), type } }
        : undefined;
    },
    names: () => names,
  };
  const core = infer(
    { file, report: (diagnostic) => codes.push(diagnostic.code), freshLocal: () => locals++ },
    parsed.expr,
    scope,
  );
  return { core, type: printType(core.type), codes };
}
