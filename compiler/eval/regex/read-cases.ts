// From the case files of two regular expression engines to cases of one form: the TOML tables of Rust's regex crate and the
// search results of RE2. Only what asks for leftmost-first spans in UTF-8 text is taken; the others say why they are not.

/** One search of `text` for `pattern`: the spans (in bytes) of all matches, or of the first alone. */
export interface RegexCase {
  readonly name: string;
  readonly pattern: string;
  readonly text: string;
  readonly spans: readonly (readonly [number, number])[];
  readonly extent: 'all' | 'first';
}

/** A case, or the reason why it is outside of what is claimed. */
export type CaseOrReason = RegexCase | { readonly name: string; readonly outside: string };

/** The cases of one TOML file of the regex crate. */
export function readTomlCases(file: string, text: string): readonly CaseOrReason[] {
  return text
    .split(/^\[\[test\]\]$/m)
    .slice(1)
    .map((block) => tomlCase(file, parseToml(block)));
}

function tomlCase(file: string, table: ReadonlyMap<string, unknown>): CaseOrReason {
  const name = `${file}/${String(table.get('name'))}`;
  const outside = (reason: string): CaseOrReason => ({ name, outside: reason });
  const [regex, text, matches] = [table.get('regex'), table.get('haystack'), table.get('matches')];
  if (typeof regex !== 'string' || typeof text !== 'string' || !Array.isArray(matches))
    return outside('several patterns');
  for (const [key, wanted] of [
    ['match-kind', 'leftmost-first'],
    ['search-kind', 'leftmost'],
    ['utf8', true],
    ['line-terminator', '\n'],
  ] as const)
    if (table.has(key) && table.get(key) !== wanted) return outside(`${key} = ${String(table.get(key))}`);
  if (file === 'regex-lite') return outside('another engine');
  if (/\{\d*,?\d{4}/.test(regex)) return outside('bounds above 1,000');
  if (table.has('bounds')) return outside('search inside of bounds');
  if (table.get('compiles') === false) return outside('says what does not compile');
  if (table.get('unescape') === true) return outside('text that is no UTF-8');
  const ascii = table.get('unicode') === false || /^[\0-\x7f]*$/.test(text);
  if (!ascii && /\\[wWdDsSbB]|\[:/.test(regex)) return outside('Unicode Perl classes (RE2 has ASCII)');
  if (table.get('unicode') === false && !/^[\0-\x7f]*$/.test(text)) return outside('matches bytes');
  if (/\(\?[a-zA-Z]*-?[a-zA-Z]*[xuR]|\[[^\]]*\[[^:]|&&|--|~~|\\[uU<>]|\\b\{|\(\?<[^>]*[^\w>]/.test(regex))
    return outside('syntax that RE2 has not');
  const first = table.get('match-limit') === 1;
  const anchored = table.get('anchored') === true;
  if (anchored && !first && matches.length > 1) return outside('several anchored searches');
  const folded = table.get('case-insensitive') === true ? `(?i)${regex}` : regex;
  const pattern = anchored ? `\\A(?:${folded})` : folded;
  return { name, pattern, text, spans: matches.map(spanOf), extent: first || anchored ? 'first' : 'all' };
}

/** `[0, 1]`, `[[0, 1], …]` or `{ id = 0, span = [0, 1] }`: the span of the whole match. */
function spanOf(match: unknown): readonly [number, number] {
  if (match instanceof Map) return spanOf(match.get('span') ?? match.get('spans'));
  if (!Array.isArray(match)) throw new Error('no span');
  const [start, end]: readonly unknown[] = match;
  return typeof start === 'number' && typeof end === 'number' ? [start, end] : spanOf(start);
}

/** The part of TOML that the tables use. */
function parseToml(text: string): ReadonlyMap<string, unknown> {
  let at = 0;
  const skip = (): void => {
    for (;;) {
      const found = /^(?:\s+|#[^\n]*)/.exec(text.slice(at));
      if (!found) return;
      at += found[0].length;
    }
  };
  const take = (pattern: RegExp): string => {
    const found = pattern.exec(text.slice(at));
    if (!found) throw new Error(`TOML: ${text.slice(at, at + 40)}`);
    at += found[0].length;
    return found[1] ?? found[0];
  };
  const entries = (end: string): Map<string, unknown> => {
    const table = new Map<string, unknown>();
    for (skip(); at < text.length && text[at] !== end; skip()) {
      const key = take(/^[\w-]+/);
      take(/^\s*=\s*/);
      table.set(key, value());
      skip();
      if (text[at] === ',') at++;
    }
    return table;
  };
  const value = (): unknown => {
    skip();
    if (text.startsWith("'''", at)) return take(/^'''\n?([\s\S]*?)'''/);
    if (text.startsWith('"""', at)) return unescape(take(/^"""\n?([\s\S]*?)"""(?!")/));
    if (text[at] === "'") return take(/^'([^'\n]*)'/);
    if (text[at] === '"') return unescape(take(/^"((?:[^"\\\n]|\\.)*)"/));
    if (text[at] === '{') {
      at++;
      const table = entries('}');
      at++;
      return table;
    }
    if (text[at] === '[') {
      at++;
      const items: unknown[] = [];
      for (skip(); text[at] !== ']'; skip()) {
        items.push(value());
        skip();
        if (text[at] === ',') at++;
      }
      at++;
      return items;
    }
    const word = take(/^[\w.+-]+/);
    return word === 'true' ? true : word === 'false' ? false : Number(word);
  };
  return entries('');
}

function unescape(text: string): string {
  const simple: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };
  return text
    .replace(/\\\n\s*/g, '')
    .replace(
      /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|(.))/g,
      (_, u?: string, long?: string, x?: string, other?: string) =>
        other === undefined ? String.fromCodePoint(parseInt(u ?? long ?? x ?? '', 16)) : (simple[other] ?? other),
    );
}

/** The cases of RE2's search log; of its four results the second, the leftmost-first search, is taken. */
export function readRe2Cases(text: string): readonly CaseOrReason[] {
  const cases: CaseOrReason[] = [];
  let strings: string[] = [];
  let results: string[] = [];
  let pattern: string | undefined;
  let into: 'strings' | 'regexps' = 'strings';
  for (const line of text.split('\n')) {
    if (line === 'strings') {
      strings = [];
      into = 'strings';
    } else if (line === 'regexps') into = 'regexps';
    else if (line.startsWith('"')) {
      const quoted: unknown = JSON.parse(
        line.replace(/\p{Cc}/gu, controlEscape).replace(/\\(?:x([0-9a-f]{2})|(.))/g, goEscape),
      );
      if (typeof quoted !== 'string') continue;
      if (into === 'strings') strings.push(quoted);
      else {
        pattern = quoted;
        results = [];
      }
    } else if (pattern !== undefined && line.includes(';')) {
      const subject = strings[results.length] ?? '';
      results.push(line);
      const name = `re2-search/${JSON.stringify(pattern)} in ${JSON.stringify(subject)}`;
      const span = /^(\d+)-(\d+)/.exec(line.split(';')[1] ?? '');
      if (/\\C/.test(pattern)) cases.push({ name, outside: 'cuts characters into bytes' });
      else
        cases.push({
          name,
          pattern,
          text: subject,
          spans: span ? [[Number(span[1]), Number(span[2])]] : [],
          extent: 'first',
        });
    }
  }
  return cases;
}

function controlEscape(char: string): string {
  return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

/** An escape of Go's strings as one of JSON's. */
function goEscape(escape: string, hex: string | undefined, letter: string | undefined): string {
  if (hex !== undefined) return `\\u00${hex}`;
  if (letter === 'a') return '\\u0007';
  return letter === 'v' ? '\\u000b' : escape;
}
