// Texts that are decided on when all of them are complete: for rules that need the whole of an answer. Nothing goes out before.

import {
  refusalOf,
  responseOf,
  textDecisions,
  type DecideDocument,
  type ResponseHead,
  type TextDecision,
} from './answer-decision.ts';
import type { ScanProgress, TextScanner } from './text-scanner.ts';

/** Scanners whose texts make up one response; the first that ends decides on all. `head` is asked for then. */
export function createWholeScanners(decide: DecideDocument, head: () => ResponseHead): () => TextScanner {
  const texts: string[] = [];
  let decided: { readonly block: ScanProgress['block']; readonly texts: readonly TextDecision[] } | undefined;
  const decideAll = (): NonNullable<typeof decided> => {
    const decision = decide(responseOf(head(), texts));
    return { block: refusalOf(decision), texts: textDecisions(decision, texts) };
  };
  return () => {
    const index = texts.push('') - 1;
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    let bytes = 0;
    return {
      push: (text) => {
        bytes += text.length;
        texts[index] += decoder.decode(text);
        return { safe: 0, edits: [], matches: [], block: undefined };
      },
      end: () => {
        decided ??= decideAll();
        const { edits = [], matches = [] } = decided.texts[index] ?? {};
        if (decided.block) return { safe: 0, edits: [], matches, block: decided.block };
        return { safe: bytes, edits, matches, block: undefined };
      },
    };
  };
}
