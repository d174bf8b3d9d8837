// Rules that change nothing: the same as another, or about events that another rule blocks anyway. Only enforced blocks
// without exemptions hide anything, and only rules whose conditions ask for all that the block asks for.

import type { Node } from '../../syntax/ast.ts';
import type { CoreRule } from '../core.ts';
import type { FileUnit } from '../symbols.ts';
import type { BoundEvent } from '../bind/bind-entrypoint.ts';
import type { Binder } from '../bind/binder.ts';
import { report } from '../bind/binder.ts';
import type { PlacedRule } from '../bind/placed-rule.ts';
import { isApplied } from '../bind/placed-rule.ts';
import type { Demands } from './core-key.ts';
import { coreKey, implies } from './core-key.ts';
import type { RuleSummary } from './rule-summary.ts';

/** Warns of the rules of an event that change nothing. */
export function checkShadowedRules(binder: Binder, event: BoundEvent, summaries: readonly RuleSummary[]): void {
  const { rules } = event.entrypoint;
  const blocks = indexBlocks(rules, summaries);
  const first = new Map<string, CoreRule>();
  for (const [index, rule] of rules.entries()) {
    const declared = event.rules[index];
    const { demands: own, key } = summaries[index] ?? {};
    // What it does depends on parameters of a pack that nobody has given yet.
    if (declared === undefined || own === undefined || key === undefined) continue;
    const twin = first.get(key);
    // A pack is written for others too, so that it may hold what the policy or another pack has.
    if (twin) {
      if (isApplied(declared)) continue;
      const labels = [{ span: twin.span, text: 'the same' }];
      report(binder, 'duplicate-rule', nameOf(declared), { name: rule.name, other: twin.name }, { labels });
      continue;
    }
    first.set(key, rule);
    if (isApplied(declared)) continue;
    const cover = firstOf(blocks, own, (other) => hides(other, { rule, demands: own, index }));
    if (cover === undefined) continue;
    const labels = [{ span: cover.rule.span, text: 'blocks' }];
    report(binder, 'shadowed-rule', nameOf(declared), { name: rule.name, other: cover.rule.name }, { labels });
  }
}

function nameOf({ unit, decl }: PlacedRule): { readonly unit: FileUnit; readonly node: Node } {
  return { unit, node: decl.name };
}

interface Placed {
  readonly rule: CoreRule;
  readonly demands: Demands;
  readonly index: number;
}

/** Enforced blocks by one thing that they ask for; those without condition under the empty text. */
type Blocks = ReadonlyMap<string, readonly Placed[]>;

function indexBlocks(rules: readonly CoreRule[], summaries: readonly RuleSummary[]): Blocks {
  const blocks = new Map<string, Placed[]>();
  for (const [index, rule] of rules.entries()) {
    if (rule.action?.kind !== 'block' || rule.mode !== 'enforce' || rule.exemptions.length > 0) continue;
    const own = summaries[index]?.demands ?? new Set<string>();
    const [key = ''] = own;
    const same = blocks.get(key);
    if (same) same.push({ rule, demands: own, index });
    else blocks.set(key, [{ rule, demands: own, index }]);
  }
  return blocks;
}

/** The first of the blocks that may ask for no more than `demands` of which `test` is true. */
function firstOf(blocks: Blocks, demands: Demands, test: (block: Placed) => boolean): Placed | undefined {
  const without = blocks.get('')?.find(test);
  if (without) return without;
  for (const key of demands) {
    const found = blocks.get(key)?.find(test);
    if (found) return found;
  }
  return undefined;
}

/** What a rule does, but for its name. */
export function ruleKey(rule: CoreRule, demands: Demands): string {
  const { verb, mode, finds, scores, threshold, exemptions, covers, records, flows, action, severity, message } = rule;
  const condition = [...demands].toSorted();
  const rest = { verb, mode, finds, scores, threshold, exemptions, covers, records, flows, action, severity, message };
  return coreKey({ condition, rest });
}

function hides(block: Placed, { rule, demands, index }: Placed): boolean {
  if (block.index === index || rule.verb !== 'defend' || rule.mode !== 'enforce') return false;
  if (!implies(demands, block.demands)) return false;
  switch (rule.action?.kind) {
    case 'block':
      // The first block gives status and message, so a later one that implies it is never seen.
      return block.index < index;
    case 'redact':
    case 'strip':
    case 'approve':
    case 'quarantine':
      return true;
    case 'permit':
      // Under the very same condition the two contradict each other.
      return !implies(block.demands, demands);
    default:
      return false;
  }
}
