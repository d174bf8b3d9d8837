// The rows of the injection sets → cases with what they are.

import type { Sets } from '../sets.ts';

export interface Case {
  readonly text: string;
  readonly label: 'attack' | 'benign' | 'harmful';
  readonly kind: string;
  readonly source: string;
}

/** The cases of a set whose rows have a text and a label. */
export function casesOf(sets: Sets, set: string): readonly Case[] {
  return sets.rows(set, 'cases.jsonl').map((row) => {
    const { text, label, kind, source } = row as Case & { readonly label: string }; // a row of these sets
    return { text, kind, source, label: label === 'attack' || label === 'harmful' ? label : 'benign' };
  });
}

/** Documents that an assistant may be given, without an order in them. */
export function carriersOf(sets: Sets): readonly { readonly kind: string; readonly text: string }[] {
  return sets.rows('inj-indirect', 'carriers.jsonl').map((row) => {
    const { kind, context } = row as { readonly kind: string; readonly context: string | readonly string[] }; // a carrier
    return { kind, text: typeof context === 'string' ? context : context.join('\n') };
  });
}

/** Orders that are attacks by standing in a document. */
export function ordersOf(sets: Sets): readonly string[] {
  return sets.rows('inj-indirect', 'bipia_attacks.jsonl').map((row) => (row as { readonly text: string }).text); // an order
}

/** What tools say of themselves, and what their attackers want of them. */
export function toolsOf(sets: Sets): readonly { readonly text: string; readonly isAttack: boolean }[] {
  return sets.rows('inj-indirect', 'tools.jsonl').flatMap((row) => {
    const tool = row as Readonly<Record<string, string>>; // a row of texts
    const description = tool['Description'];
    const instruction = tool['Attacker Instruction'];
    return [
      ...(description === undefined ? [] : [{ text: description, isAttack: tool['label'] === 'attack' }]),
      ...(instruction === undefined ? [] : [{ text: instruction, isAttack: true }]),
    ];
  });
}
