// Core expressions as text, so that two can be compared: same key, same value on every event. Variables are numbered as
// they appear, because each rule has its own.

import type { CoreExpr, CorePattern, LocalId } from '../core.ts';

/** The key of `core`. */
export function coreKey(core: unknown): string {
  const numbers = new Map<LocalId, number>();
  return JSON.stringify(core, function (this: unknown, name, value: unknown) {
    // What nothing binds is the same everywhere: a parameter of a pack that is checked by itself.
    if (name === 'id' && isLocal(this) && !numbers.has(this.id)) return `free ${this.id}`;
    // A type is settled by the rest; records and unions may be recursive.
    if (name === 'type' || name === 'span') return undefined;
    if (typeof value === 'bigint') return `${value}n`;
    if (value instanceof Map) return [...value];
    if (value instanceof Uint8Array) return [...value];
    if ((name === 'id' || name === 'item' || name === 'match') && typeof value === 'number')
      return numberOf(numbers, value);
    if (name === 'value' && typeof value === 'number') return numberOf(numbers, value);
    if (name === 'field' && isNamed(value)) return value.name;
    if ((name === 'record' || name === 'union' || name === 'variant') && isNamed(value)) return value.name;
    // Another threshold is another comparison; the weights are the file's.
    if (name === 'model' && isNamed(value)) return value.name;
    if (name === 'patterns' && Array.isArray(value)) return value.map((pattern: CorePattern) => pattern.name);
    return value;
  });
}

function numberOf(numbers: Map<LocalId, number>, id: LocalId): number {
  const known = numbers.get(id);
  if (known !== undefined) return known;
  numbers.set(id, numbers.size);
  return numbers.size - 1;
}

function isLocal(value: unknown): value is CoreExpr & { readonly op: 'local' } {
  return typeof value === 'object' && value !== null && 'op' in value && value.op === 'local';
}

function isNamed(value: unknown): value is { readonly name: string } {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string';
}

/** The conditions that all have to hold, flattened; none for a rule without condition. */
export function conjuncts(condition: CoreExpr | undefined): readonly CoreExpr[] {
  if (condition === undefined) return [];
  if (condition.op === 'and') return [...conjuncts(condition.left), ...conjuncts(condition.right)];
  // A derived value that a condition reads: what holds below it holds.
  if (condition.op === 'let') {
    const { id, value, type } = condition;
    return conjuncts(condition.body).map((body) => ({ op: 'let', id, value, body, type }));
  }
  return [condition];
}

/** What a condition asks for: it holds only where all of it does. */
export type Demands = ReadonlySet<string>;

export function demandsOf(condition: CoreExpr | undefined): Demands {
  if (condition === undefined) return noDemands;
  const known = knownDemands.get(condition);
  if (known) return known;
  const demands = new Set(conjuncts(condition).map(coreKey));
  knownDemands.set(condition, demands);
  return demands;
}

const noDemands: Demands = new Set();
const knownDemands = new WeakMap<CoreExpr, Demands>();

/** Whether `whole` asks for all that `part` asks for, so that it holds only where `part` does. */
export function implies(whole: Demands, part: Demands): boolean {
  if (part.size > whole.size) return false;
  for (const demand of part) if (!whole.has(demand)) return false;
  return true;
}
