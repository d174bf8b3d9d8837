// gitleaks' own algorithm, written for V8: a rule's expression runs over the text only when one of its keywords occurs in the lower-cased
// text. A rule without keywords always runs.

import type { SecretRule } from './gitleaks-rules.ts';
import type { Span } from './pattern-policy.ts';
import { javascriptSource } from './regex-to-javascript.ts';

/** A scanner of UTF-8 text; spans are in UTF-16 units, which is the same for ASCII. */
export function keywordScanner(rules: readonly SecretRule[]): (text: Uint8Array) => readonly Span[] {
  const compiled = rules.map(({ regex, keywords }, index) => ({
    kind: `p${index}`,
    keywords,
    regex: new RegExp(javascriptSource(regex), 'gu'),
  }));
  const decoder = new TextDecoder();
  return (bytes) => {
    const text = decoder.decode(bytes);
    const lower = text.toLowerCase();
    const spans: Span[] = [];
    for (const { kind, keywords, regex } of compiled) {
      if (keywords.length > 0 && !keywords.some((keyword) => lower.includes(keyword))) continue;
      for (const match of text.matchAll(regex)) {
        if (match[0] !== '') spans.push({ kind, start: match.index, end: match.index + match[0].length });
      }
    }
    return spans;
  };
}
