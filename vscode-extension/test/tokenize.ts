// A text → the scopes that an editor gives each character, by the engine and the regular expressions that VS Code has.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';

const require = createRequire(import.meta.url);

const { OnigScanner, OnigString, loadWASM } = oniguruma;
const { INITIAL, Registry } = textmate;

/** Scopes of each UTF-16 unit of a text, outermost first. */
export type ScopesAt = (offset: number) => readonly string[];

let grammar: Promise<textmate.IGrammar> | undefined;

/** The scopes of `text`. */
export async function scopesOf(text: string): Promise<ScopesAt> {
  grammar ??= loadGrammar();
  const loaded = await grammar;
  const scopes: (readonly string[])[] = [];
  let state = INITIAL;
  for (const line of text.split('\n')) {
    const result = loaded.tokenizeLine(line, state);
    state = result.ruleStack;
    for (const token of result.tokens) {
      for (let at = token.startIndex; at < Math.min(token.endIndex, line.length); at++) scopes.push(token.scopes);
    }
    scopes.push(result.tokens.at(-1)?.scopes ?? []);
  }
  return (offset) => scopes[offset] ?? [];
}

async function loadGrammar(): Promise<textmate.IGrammar> {
  await loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')));
  const registry = new Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (sources) => new OnigScanner(sources),
      createOnigString: (string) => new OnigString(string),
    }),
    loadGrammar: async () =>
      textmate.parseRawGrammar(
        readFileSync(new URL('../syntaxes/rdp.tmLanguage.json', import.meta.url), 'utf8'),
        'rdp.json',
      ),
  });
  const loaded = await registry.loadGrammar('source.rdp');
  if (loaded === null) throw new Error('the grammar is there');
  return loaded;
}
