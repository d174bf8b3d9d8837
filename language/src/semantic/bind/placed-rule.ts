// A rule on an event of a surface: one of the package itself, or one of a pack that the package applies. Which rules a rule
// sees, and by which names, follows from where it comes from.

import type { ApplyDecl, Node, PackDecl } from '../../syntax/ast.ts';
import type { CoreRule } from '../core.ts';
import type { Scope } from '../scope.ts';
import type { Declared, FileUnit, RuleDecl } from '../symbols.ts';

/** One use of a pack. */
export interface PackUse {
  /** The name ahead of its rules' names; empty where the pack is checked by itself. */
  readonly name: string;
  readonly declared: Declared<PackDecl>;
  /** Its parameters, over the names of its file. */
  readonly scope: Scope;
  /** The mode of its `defend` rules; undefined: as written. */
  readonly mode: CoreRule['mode'] | undefined;
  /** What applies it; undefined where the pack is checked by itself. */
  readonly by: Declared<ApplyDecl> | undefined;
}

export interface PlacedRule extends Declared<RuleDecl> {
  /** As decisions name it: `HostPorts`, of an applied pack `baseline.HostPorts`. */
  readonly name: string;
  /** Undefined for a rule of the package itself. */
  readonly pack: PackUse | undefined;
}

/** A rule of the package itself. */
export function ownRule({ decl, unit }: Declared<RuleDecl>): PlacedRule {
  return { decl, unit, name: decl.name.text, pack: undefined };
}

/** A rule of a pack. */
export function ruleOfPack({ decl, unit }: Declared<RuleDecl>, pack: PackUse): PlacedRule {
  const name = pack.name === '' ? decl.name.text : `${pack.name}.${decl.name.text}`;
  return { decl, unit, name, pack };
}

/** Whether something is said of the rule where it is applied, because its pack is checked where it is declared. */
export function isApplied({ pack }: PlacedRule): boolean {
  return pack?.by !== undefined;
}

/** Where something is said of the rule as a whole. */
export function placeOf({ decl, unit, pack }: PlacedRule): { readonly unit: FileUnit; readonly node: Node } {
  return pack?.by ? { unit: pack.by.unit, node: pack.by.decl.name } : { unit, node: decl.name };
}

/** Rules by the names that rules have for each other. Rules of a pack see each other; the package sees all, by whole names. */
export interface RuleTable {
  /** The index of the rule that a rule of `pack` (of the package itself, where it is undefined) calls `name`; -1 for none. */
  readonly indexOf: (pack: PackUse | undefined, name: string) => number;
  /** All names that a rule of `pack` has for rules. */
  readonly namesFor: (pack: PackUse | undefined) => Iterable<string>;
  /** The rules of packs that are applied under a name. */
  readonly appliedAs: (name: string) => readonly PlacedRule[];
}

const tables = new WeakMap<readonly PlacedRule[], RuleTable>();

/** The table of an event's rules, made once for the list. */
export function ruleTable(rules: readonly PlacedRule[]): RuleTable {
  const known = tables.get(rules);
  if (known !== undefined) return known;
  const byPack = new Map<PackUse | undefined, Map<string, number>>();
  const applied = new Map<string, PlacedRule[]>();
  const add = (pack: PackUse | undefined, name: string, index: number): void => {
    const names = byPack.get(pack) ?? new Map<string, number>();
    byPack.set(pack, names);
    if (!names.has(name)) names.set(name, index);
  };
  for (const [index, rule] of rules.entries()) {
    add(undefined, rule.name, index);
    if (rule.pack === undefined) continue;
    add(rule.pack, rule.decl.name.text, index);
    const same = applied.get(rule.pack.name);
    if (same) same.push(rule);
    else applied.set(rule.pack.name, [rule]);
  }
  const table: RuleTable = {
    indexOf: (pack, name) => byPack.get(pack)?.get(name) ?? -1,
    namesFor: (pack) => byPack.get(pack)?.keys() ?? [],
    appliedAs: (name) => applied.get(name) ?? [],
  };
  tables.set(rules, table);
  return table;
}
