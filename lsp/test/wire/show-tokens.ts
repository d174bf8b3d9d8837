// The numbers of semantic tokens → one line a token: where it stands, its text and what it is.

import { legend } from '../../src/convert/semantic-tokens.ts';

/** The tokens of `text`. */
export function showTokens(data: readonly number[], text: string): readonly string[] {
  const lines = text.split('\n');
  const shown: string[] = [];
  let line = 0;
  let character = 0;
  for (let i = 0; i + 4 < data.length; i += 5) {
    const [down = 0, right = 0, length = 0, kind = 0, bits = 0] = data.slice(i, i + 5);
    character = down === 0 ? character + right : right;
    line += down;
    const modifiers = legend.tokenModifiers.filter((_, bit) => (bits & (1 << bit)) !== 0);
    const word = lines[line]?.slice(character, character + length) ?? '';
    shown.push(`${line + 1}:${character + 1} ${word} ${[legend.tokenTypes[kind], ...modifiers].join('.')}`);
  }
  return shown;
}
