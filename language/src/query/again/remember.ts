// What a check found of each declaration, kept for the next check: its result, what it said and used, and the names that it
// looked up. A result holds while none of those names stands for something else.
// INVARIANT: what a result was made from is the same object for all who ask: a type of the library is never made twice.

import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { UsedSet } from '../../semantic/bind/binder.ts';
import type { Memo, MemoOptions } from '../../semantic/bind/memo.ts';
import type { PackUse } from '../../semantic/bind/placed-rule.ts';
import type { Decl, ImportDecl } from '../../syntax/ast.ts';

/** Names that stand for something else than in the check before. */
export interface Difference {
  /** As `nameKey` writes them. */
  readonly names: ReadonlySet<string>;
  /** Whether there are other names than before. */
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
  readonly reads: ReadonlySet<string>;
  readonly rules: readonly RuleRead[];
  readonly stamp: readonly unknown[];
  /** The check in which it was last asked for. */
  asked: number;
}

/** The memory of one binder. */
export interface Remembering {
  readonly memo: Memo;
  readonly used: UsedSet;
  /** Begins a check; only of the packages in `own` it matters which names are looked up. */
  readonly begin: (difference: Difference, own: ReadonlySet<string>) => void;
}

const allNames = '*';

/** A name of a package. */
export function nameKey(packageName: string, name: string): string {
  return `${packageName} ${name}`;
}

/** A memory without anything in it. `diagnostics` is the list that binding adds to. */
export function createRemembering(diagnostics: Diagnostic[]): Remembering {
  let check = 0;
  let own: ReadonlySet<string> = new Set();
  /** The check in which a name came to stand for something else, and that in which there were other names. */
  const changedAt = new Map<string, number>();
  let listedAt = 0;
  let different: Difference = { names: new Set(), listed: 'same' };
  const entries = new WeakMap<object, Map<string, Entry>>();
  const used = new Set<Decl | ImportDecl>();
  // In the order in which things happen, so that who began earlier has all that came since.
  const usedLog: (Decl | ImportDecl)[] = [];
  const readLog: string[] = [];
  const ruleLog: RuleRead[] = [];
  /** How many are being made, one inside of the other: with none, nobody wants the logs. */
  let making = 0;

  const holds = (entry: Entry, { stamp = [], indexOf }: MemoOptions): boolean =>
    isStill(entry) &&
    isSame(entry.stamp, stamp) &&
    entry.rules.every(({ pack, name, index }) => (indexOf?.(pack, name) ?? index) === index);
  /** Whether all that was read is as it was when the entry was last asked for. */
  const isStill = ({ asked, reads }: Entry): boolean => {
    if (listedAt > asked && reads.has(allNames)) return false;
    if (asked === check - 1) return !readsAny(reads, different.names);
    for (const name of reads) if ((changedAt.get(name) ?? 0) > asked) return false;
    return true;
  };
  const noteReads = (entry: Entry): void => {
    if (making === 0) return;
    for (const name of entry.reads) readLog.push(name);
    ruleLog.push(...entry.rules);
  };
  const use = (decl: Decl | ImportDecl): void => {
    used.add(decl);
    if (making > 0) usedLog.push(decl);
  };

  const memo: Memo = {
    remember: (key, what, options, make) => {
      const known = entries.get(key)?.get(what);
      if (known?.asked === check && isSame(known.stamp, options.stamp ?? [])) {
        noteReads(known);
        return known.value as ReturnType<typeof make>; // kept under the same key and `what`
      }
      if (known && holds(known, options)) {
        known.asked = check;
        for (const diagnostic of known.diagnostics) diagnostics.push(diagnostic);
        for (const decl of known.used) use(decl);
        noteReads(known);
        return known.value as ReturnType<typeof make>; // kept under the same key and `what`
      }
      const before = [diagnostics.length, usedLog.length, readLog.length, ruleLog.length] as const;
      making++;
      const value = make();
      making--;
      const entry: Entry = {
        value,
        diagnostics: diagnostics.slice(before[0]),
        used: [...new Set(usedLog.slice(before[1]))],
        reads: new Set(readLog.slice(before[2])),
        rules: ruleLog.slice(before[3]),
        stamp: options.stamp ?? [],
        asked: check,
      };
      const ofKey = entries.get(key) ?? new Map<string, Entry>();
      entries.set(key, ofKey.set(what, entry));
      if (making === 0) for (const log of [usedLog, readLog, ruleLog]) log.length = 0;
      return value;
    },
    readAgain: (key, what) => {
      const entry = entries.get(key)?.get(what);
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
  };
  return {
    memo,
    used: { add: use, has: (decl) => used.has(decl) },
    begin: (difference, packages) => {
      check++;
      own = packages;
      different = difference;
      for (const name of difference.names) changedAt.set(name, check);
      if (difference.listed === 'others') listedAt = check;
      used.clear();
      for (const log of [usedLog, readLog, ruleLog]) log.length = 0;
    },
  };
}

function readsAny(reads: ReadonlySet<string>, names: ReadonlySet<string>): boolean {
  for (const name of names) if (reads.has(name)) return true;
  return false;
}

function isSame(one: readonly unknown[], two: readonly unknown[]): boolean {
  return one.length === two.length && one.every((item, index) => item === two[index]);
}
