// The words and functions of the language for tools: which clauses a rule may have, which settings there are, how functions are
// called. Read from the tables that the checker uses, so that what is offered is what is understood.

import { enforcerShapes, clusterSchemas } from '../../semantic/bind/bind-deploy.ts';
import { surfaceKinds } from '../../semantic/bind/package-scope.ts';
import { simpleTypeNames } from '../../semantic/bind/resolve-type.ts';
import { allowedClauses } from '../../semantic/bind/rule-clauses.ts';
import { modes, severities } from '../../semantic/bind/rule-words.ts';
import { builtinRows } from '../../semantic/builtins.ts';
import { macroUsages } from '../../semantic/infer/macros.ts';
import { quantityUnits } from '../../semantic/infer/literals.ts';
import { optionalUsages } from '../../semantic/infer/optionals.ts';
import { matchShape, methodsOf } from '../../semantic/infer/signatures.ts';
import { outcomeNames } from '../../syntax/tokens.ts';
import type { Type } from '../../semantic/types.ts';

/** One way to call a function of the language. */
export interface FunctionForm {
  /** `size`, `math.abs`, `startsWith` */
  readonly name: string;
  /** The type of what stands ahead of the dot, of a method. */
  readonly receiver: string | undefined;
  readonly params: readonly string[];
  readonly result: string;
}

export interface Vocabulary {
  readonly surfaceKinds: readonly string[];
  readonly severities: readonly string[];
  readonly modes: readonly string[];
  /** What a test may expect beside rules. */
  readonly outcomes: readonly string[];
  readonly units: readonly string[];
  readonly types: readonly string[];
  /** By the verb of the rule. */
  readonly clauses: Readonly<Record<string, readonly string[]>>;
  readonly clusters: readonly string[];
  /** Enforcers, with the kinds of surfaces that they carry. */
  readonly enforcers: ReadonlyMap<string, readonly string[]>;
  readonly functions: readonly FunctionForm[];
  /** Macros and methods of optionals, each as it is written. */
  readonly macros: ReadonlyMap<string, string>;
  readonly optionalMethods: ReadonlyMap<string, string>;
}

let known: Vocabulary | undefined;

/** The vocabulary; made when it is first asked for. */
export function vocabulary(): Vocabulary {
  known ??= {
    surfaceKinds,
    severities,
    modes,
    outcomes: outcomeNames,
    units: quantityUnits,
    types: simpleTypeNames,
    clauses: allowedClauses,
    clusters: Object.keys(clusterSchemas),
    enforcers: new Map(Object.entries(enforcerShapes).map(([name, { surfaces }]) => [name, surfaces])),
    functions: functionForms(),
    macros: new Map(Object.entries(macroUsages)),
    optionalMethods: new Map(Object.entries(optionalUsages)),
  };
  return known;
}

const namespaces: ReadonlySet<string> = new Set(['math', 'strings', 'base64', 'optional', 'cel']);

function functionForms(): readonly FunctionForm[] {
  return builtinRows.flatMap(({ written, params, result }): readonly FunctionForm[] => {
    if (written === '' || written.includes('_ ') || written.startsWith('-') || written.startsWith('!')) return [];
    const types = splitParams(params);
    const dot = written.lastIndexOf('.');
    const head = written.slice(0, Math.max(dot, 0));
    if (dot < 0 || namespaces.has(head)) return [{ name: written, receiver: undefined, params: types, result }];
    return [{ name: written.slice(dot + 1), receiver: head, params: types.slice(1), result }];
  });
}

function splitParams(params: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const char of params) {
    if (char === '<') depth++;
    if (char === '>') depth--;
    if (char === ',' && depth === 0) {
      parts.push(part.trim());
      part = '';
    } else part += char;
  }
  return part.trim() === '' ? parts : [...parts, part.trim()];
}

/** Whether the function called `name` is a method of values of `type`. */
export function isMethodOf(name: string, type: Type): boolean {
  return methodsOf(name).some(
    ({ params: [receiver] }) => receiver && matchShape(receiver, type, new Map()) !== undefined,
  );
}
