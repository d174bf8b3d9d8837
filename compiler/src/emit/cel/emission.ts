// What the emission of one rule knows and collects: the rules it may refer to, the names in scope, the policy's variables, and why the
// rule cannot be said in CEL. Emitting goes on behind a refusal, so that nothing throws; what comes of it then is not used.
// INVARIANT: a variable of the policy depends on variables ahead of it alone.

import type { CoreExpr, CoreRule, LocalId } from '@rdp/language';
import { celBool, celName, celNull, select, type Cel } from './cel.ts';

/** A named expression of a policy (`spec.variables`), evaluated when first asked for. */
export interface CelVariable {
  readonly name: string;
  readonly expression: Cel;
}

/** Something that may be missing: whether it is there, what it is then, and, where CEL can say it as one, the optional. */
export interface Maybe {
  readonly there: Cel;
  /** Has a value where `there` holds. */
  readonly value: Cel;
  readonly optional: Cel | undefined;
}

/** State of one rule's emission. */
export interface Emission {
  /** Rules of the entrypoint, by index. */
  readonly rules: readonly CoreRule[];
  /** 36 of Kubernetes 1.36: the oldest server that has to accept the policy. */
  readonly minor: number;
  /** Whether requests without an object come: it is null on `DELETE`. */
  readonly objectMayBeNull: boolean;
  /** Notes why the rule cannot be said; the result stands in its place. */
  readonly refuse: (reason: string) => Cel;
  /** The reasons, in the order in which they were met. */
  readonly reasons: readonly string[];
  /** Variables of the rule that have a value here: optionals and records as they are, so that what is missing stays so. */
  readonly locals: Map<LocalId, Maybe>;
  /** Lists whose order does not matter, because of what is asked of them. */
  readonly orderless: WeakSet<CoreExpr>;
  readonly variables: readonly CelVariable[];
  /** The policy's variable for what `key` says, made of `expression` when it is first asked for. */
  readonly variable: (key: string, name: string, expression: () => Cel) => Cel;
  /** A name that nothing in the policy has. */
  readonly freshName: (wanted: string) => string;
  readonly recursion: Recursion;
}

/** The functions that every kind of expression needs, whose files need one another. */
export interface Recursion {
  /** The value; of an expression whose type is not optional. */
  readonly value: (em: Emission, expr: CoreExpr) => Cel;
  /** Of an expression whose type is optional. */
  readonly maybe: (em: Emission, expr: CoreExpr) => Maybe;
  /** Of a record or union, that reads as its defaults where it is missing. */
  readonly place: (em: Emission, expr: CoreExpr) => Maybe;
  /** Whether a rule fired. */
  readonly fired: (em: Emission, rule: number) => Cel;
}

/** What CEL or Kubernetes gives a meaning of its own; the words of CEL (langdef.md) among them. */
const taken: readonly string[] = [
  'object oldObject request params namespaceObject variables authorizer has type size',
  'as break const continue else false for function if import in let loop',
  'package namespace null return true var void while',
  'int uint double bool string bytes list map null_type optional dyn ip cidr',
  'url quantity semver timestamp duration format sets matches cel math Object JSONPatch',
].flatMap((words) => words.split(' '));

/** Something that is always there. */
export function present(value: Cel): Maybe {
  return { there: celBool(true), value, optional: undefined };
}

/** An emission that has met nothing yet. */
export function createEmission(options: {
  readonly rules: readonly CoreRule[];
  readonly minor: number;
  readonly objectMayBeNull: boolean;
  readonly recursion: Recursion;
}): Emission {
  const reasons: string[] = [];
  const variables: CelVariable[] = [];
  const known = new Map<string, Cel>();
  const names = new Set(taken);
  const freshName = (wanted: string): string => {
    const word = wanted.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d|$)/, '_');
    let name = word;
    for (let n = 2; names.has(name); n++) name = `${word}${n}`;
    names.add(name);
    return name;
  };
  return {
    ...options,
    reasons,
    variables,
    locals: new Map(),
    orderless: new WeakSet(),
    freshName,
    refuse: (reason) => {
      if (!reasons.includes(reason)) reasons.push(reason);
      return celNull;
    },
    variable: (key, wanted, expression) => {
      const before = known.get(key);
      if (before !== undefined) return before;
      const made = expression();
      const name = freshName(wanted);
      variables.push({ name, expression: made });
      const read = select(celName('variables'), name);
      known.set(key, read);
      return read;
    },
  };
}
