// What a check found of each declaration, kept for the next check: its result, what it said and used, and the names that it
// looked up. A result holds while none of those names stands for something else.
// INVARIANT: what a result was made from is the same object for all who ask: a type of the library is never made twice.

import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { UsedSet } from '../../semantic/bind/binder.ts';
import type { Memo, MemoOptions } from '../../semantic/bind/memo.ts';
import type { PackUse } from '../../semantic/bind/placed-rule.ts';
import type { Declared } from '../../semantic/symbols.ts';
import type { Decl, ImportDecl } from '../../syntax/ast.ts';

/** What is another than in the check before. */
export interface Difference {
  /** Names that stand for something else, as `nameKey` writes them. */
  readonly names: ReadonlySet<string>;
  /** Declarations that are no longer there. */
  readonly gone: readonly Decl[];
  /** Those that came in place of another with the same name and place, of a rule also the same event; by that other. */
  readonly replaced: ReadonlyMap<Declared, Declared>;
  /** Whether all that is different is that declarations were replaced, or also which there are. */
  readonly listed: 'same' | 'others';
}

interface RuleRead {
  readonly pack: PackUse | undefined;
  readonly name: string;
  readonly index: number;
}

interface Entry {
  readonly value: unknown;
  readonly diagnostics: readonly Diagnostic[];
  readonly used: readonly (Decl | ImportDecl)[];
  readonly reads: readonly string[];
  readonly rules: readonly RuleRead[];
  readonly stamp: readonly unknown[];
  /** Whether all that was read still stands for the same. */
  holds: boolean;
  /** The check in which it was last asked for. */
  asked: number;
  /** The last check ahead of which there were other rules, for which the indexes in `rules` are right. */
  listed: number;
}

/** The memory of one binder. */
export interface Remembering {
  readonly memo: Memo;
  readonly used: UsedSet;
  /** Begins a check; only of the packages in `own` it matters which names are looked up. */
  readonly begin: (difference: Difference, own: ReadonlySet<string>) => void;
}

const allNames = '*';
/** So many checks are between two looks for what nobody asks for any more. */
const sweepAfter = 256;

/** A name of a package. */
export function nameKey(packageName: string, name: string): string {
  return `${packageName} ${name}`;
}

/** A memory without anything in it. `diagnostics` is the list that binding adds to. */
export function createRemembering(diagnostics: Diagnostic[]): Remembering {
  let check = 0;
  let own: ReadonlySet<string> = new Set();
  /** The last check ahead of which declarations came, went, or changed places. */
  let listedAt = 0;
  let replaced: Difference['replaced'] = new Map();
  const entries = new Map<string, WeakMap<object, Entry>>();
  /** By each name that an entry was made from: who reads it. */
  const readers = new Map<string, Set<Entry>>();
  /** The last check in which it was used. */
  const usedIn = new Map<Decl | ImportDecl, number>();
  // In the order in which things happen, so that who began earlier has all that came since.
  const usedLog: (Decl | ImportDecl)[] = [];
  const readLog: string[] = [];
  const ruleLog: RuleRead[] = [];
  /** How many are being made, one inside of the other: with none, nobody wants the logs. */
  let making = 0;

  const isRight = (entry: Entry, { stamp = [], indexOf }: MemoOptions): boolean => {
    if (!entry.holds || !isSame(entry.stamp, stamp)) return false;
    if (entry.listed === listedAt) return true;
    return entry.rules.every(({ pack, name, index }) => (indexOf?.(pack, name) ?? index) === index);
  };
  const noteReads = (entry: Entry): void => {
    if (making === 0) return;
    for (const name of entry.reads) readLog.push(name);
    for (const rule of entry.rules) ruleLog.push(rule);
  };
  const use = (decl: Decl | ImportDecl): void => {
    usedIn.set(decl, check);
    if (making > 0) usedLog.push(decl);
  };
  /** What was made from other names is never right again. */
  const outdate = (entry: Entry): void => {
    entry.holds = false;
    for (const name of entry.reads) {
      const known = readers.get(name);
      known?.delete(entry);
      if (known?.size === 0) readers.delete(name);
    }
  };
  /** Forgets entries that nobody has asked for since the last sweep: of what is gone but for them. */
  const sweep = (): void => {
    for (const known of readers.values()) {
      for (const entry of known) if (entry.asked < check - sweepAfter) outdate(entry);
    }
  };
  const keep = (of: WeakMap<object, Entry>, key: object, entry: Entry): void => {
    drop(of, key);
    of.set(key, entry);
    for (const name of entry.reads) {
      const known = readers.get(name);
      if (known) known.add(entry);
      else readers.set(name, new Set([entry]));
    }
  };
  const drop = (of: WeakMap<object, Entry>, key: object): void => {
    const entry = of.get(key);
    if (entry) outdate(entry);
    of.delete(key);
  };
  /** Makes a value, and an entry of what happened meanwhile. */
  const record = <T>(stamp: readonly unknown[], make: () => T): Entry & { readonly value: T } => {
    const before = [diagnostics.length, usedLog.length, readLog.length, ruleLog.length] as const;
    making++;
    const value = make();
    making--;
    const entry = {
      value,
      diagnostics: diagnostics.slice(before[0]),
      used: [...new Set(usedLog.slice(before[1]))],
      reads: [...new Set(readLog.slice(before[2]))],
      rules: ruleLog.slice(before[3]),
      stamp,
      holds: true,
      asked: check,
      listed: listedAt,
    };
    if (making === 0) for (const log of [usedLog, readLog, ruleLog]) log.length = 0;
    return entry;
  };
  const entriesOf = (what: string): WeakMap<object, Entry> => {
    const known = entries.get(what);
    if (known) return known;
    const made = new WeakMap<object, Entry>();
    entries.set(what, made);
    return made;
  };
  /** What an entry said and used counts once more. */
  const repeat = (entry: Entry): void => {
    entry.asked = check;
    entry.listed = listedAt;
    for (const diagnostic of entry.diagnostics) diagnostics.push(diagnostic);
    for (const decl of entry.used) use(decl);
    noteReads(entry);
  };

  const memo: Memo = {
    remember: (key, what, options, make) => {
      const of = entriesOf(what);
      const known = of.get(key);
      if (known?.asked === check && isSame(known.stamp, options.stamp ?? [])) {
        noteReads(known);
        return known.value as ReturnType<typeof make>; // kept under the same key and `what`
      }
      if (known && isRight(known, options)) {
        repeat(known);
        return known.value as ReturnType<typeof make>; // kept under the same key and `what`
      }
      const entry = record(options.stamp ?? [], make);
      keep(of, key, entry);
      return entry.value;
    },
    readAgain: (key, what) => {
      const entry = entries.get(what)?.get(key);
      if (entry?.asked === check) noteReads(entry);
    },
    readName: (packageName, name) => {
      if (making > 0 && own.has(packageName)) readLog.push(nameKey(packageName, name));
    },
    readNames: () => {
      if (making > 0) readLog.push(allNames);
    },
    readRule: (pack, name, index) => {
      if (making > 0) ruleLog.push({ pack, name, index });
    },
    mended: (key, what, options, { make, mend }) => {
      const of = entriesOf(what);
      const known = of.get(key);
      const isOf = known && known.listed === listedAt && known.asked === check - 1;
      if (isOf && known.diagnostics.length === 0 && isSame(known.stamp, options.stamp ?? [])) {
        const value = known.value as ReturnType<typeof make>; // kept under the same key and `what`
        mend(value, replaced);
        repeat(known);
        return value;
      }
      const entry = record(options.stamp ?? [], make);
      of.set(key, entry);
      return entry.value;
    },
  };
  return {
    memo,
    used: { add: use, has: (decl) => usedIn.get(decl) === check },
    begin: (difference, packages) => {
      check++;
      own = packages;
      replaced = difference.replaced;
      const stale = difference.listed === 'others' ? [...difference.names, allNames] : difference.names;
      for (const name of stale) for (const entry of readers.get(name) ?? []) outdate(entry);
      if (check % sweepAfter === 0) sweep();
      if (difference.listed === 'others') listedAt = check;
      for (const decl of difference.gone) {
        usedIn.delete(decl);
        for (const of of entries.values()) drop(of, decl);
      }
      for (const log of [usedLog, readLog, ruleLog]) log.length = 0;
    },
  };
}

function isSame(one: readonly unknown[], two: readonly unknown[]): boolean {
  if (one.length !== two.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== two[i]) return false;
  return true;
}
