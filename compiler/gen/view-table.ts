// Which characters the normalised view reads as others → compiler/src/pattern/view-table.generated.ts. Look-alikes come from
// Unicode's confusables (UTS #39, as the package `unhomoglyph` carries them), compatibility forms and accents from NFKD
// (UAX #15), digits, white space and what nobody sees from the properties of the engine's own Unicode.
// INVARIANT: ASCII stands for itself; a character becomes at most four ASCII characters, or one other code point, or nothing.
// The table's form is told in compiler/src/pattern/view-table.ts. Built only when this file or the package's version changed,
// so that a check needs neither the package nor this very version of Unicode.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Generated } from '../../language/gen/generated.ts';

const path = 'compiler/src/pattern/view-table.generated.ts';
const root = new URL('../../', import.meta.url);
const fileAt = (name: string): string => fileURLToPath(new URL(name, root));

/** In place of a twin: the character is not there at all, or is a sign on the letter before it. */
const nothing = '\u0000';
const mark = '\u0001';

/** Scripts whose letters pass themselves off as Latin ones; those of others are read by people who read them. */
const posing =
  /^[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Armenian}\p{sc=Cherokee}\p{sc=Lisu}\p{sc=Coptic}\p{sc=Deseret}\p{sc=Osage}\p{sc=Warang_Citi}\p{sc=Old_Italic}\p{sc=Lycian}\p{sc=Carian}\p{sc=Lydian}\p{sc=Gothic}\p{sc=Runic}\p{sc=Tifinagh}\p{sc=Canadian_Aboriginal}\p{sc=Common}]$/u;

/** Letters that are read as Latin ones and that the tables leave out: small capitals, and к, which they lead to ĸ. */
const ours: ReadonlyMap<string, string> = new Map([
  ...pairs('ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ', 'abcdefghijklmnopqrstuvwyz'),
  ...pairs('кĸвтмнВКМНТ', 'kkbtmhBKMHT'),
  ...pairs('“”„‟«»″‘’‚‛‹›′‒–—―−‐‑', '"""""""\'\'\'\'<>\'-------'),
  ['ß', 'ss'],
  ['ẞ', 'SS'],
]);

function pairs(from: string, to: string): readonly (readonly [string, string])[] {
  const letters = [...to];
  return [...from].map((char, i) => [char, letters[i] ?? ''] as const);
}

const isAscii = (text: string): boolean => /^[\x20-\x7e]+$/.test(text);

/** The function from a character to its twin; undefined: it stands for itself. */
function twins(confusables: Readonly<Record<string, string>>): (char: string) => string | undefined {
  const lookAlike = (char: string): string | undefined => {
    const given = ours.get(char);
    if (given !== undefined) return given;
    if (!posing.test(char)) return undefined;
    const like = (confusables[char] ?? '').replace(/\p{M}/gu, '');
    // A capital that looks like `l` is an I: what it is called tells its small letter.
    const small = char.toLowerCase();
    if (like === 'l' && small !== char && [...small].length === 1) return lookAlike(small)?.toUpperCase() ?? 'I';
    // For the eye of a table an m is r and n.
    if (like === 'rn') return 'm';
    return isAscii(like) ? like : undefined;
  };
  const read = (char: string, depth: number): string | undefined => {
    if (isAscii(char)) return char;
    const code = char.codePointAt(0) ?? 0;
    if (/^\p{Nd}$/u.test(char)) return String(digitOf(code));
    const parts = [...char.normalize('NFKD')].filter((part) => !isMark(part));
    // What is a form of ASCII is that; a sign that stands on a blank is none.
    const form = parts.join('');
    if (isAscii(form) && !form.startsWith(' ') && !ours.has(char)) return form;
    const alike = lookAlike(char);
    if (alike !== undefined) return alike;
    if (parts.length === 1 && parts[0] === char) return undefined;
    if (depth > 2) return undefined;
    return parts.map((part) => read(part, depth + 1) ?? part).join('');
  };
  return (char) => {
    const code = char.codePointAt(0) ?? 0;
    // Controls, what is to be ignored where it is not known, and the signs of annotations.
    if (/^\p{Default_Ignorable_Code_Point}$/u.test(char) || (code >= 0xfff9 && code <= 0xfffb)) return nothing;
    if (code === 0x85 || code === 0x2028 || code === 0x2029) return '\n';
    if (/^\p{Cc}$/u.test(char)) return nothing;
    if (isMark(char)) return mark;
    if (/^\p{Zs}$/u.test(char)) return ' ';
    // Letters in squares and circles whose meaning is the letter, and the flags' alphabet.
    for (const first of [0x1f150, 0x1f170, 0x1f1e6])
      if (code >= first && code < first + 26) return String.fromCharCode(0x41 + code - first);
    const twin = read(char, 0);
    if (twin === undefined || twin === char) return undefined;
    if (isAscii(twin)) return twin.length <= 4 ? twin : undefined;
    // Another character alone: a letter without its accent, half a width made whole. Ideographs and Arabic forms stay.
    return [...twin].length === 1 && !/^[\p{sc=Han}\p{sc=Arabic}\p{sc=Hebrew}]$/u.test(twin) ? twin : undefined;
  };
}

/** Signs that any letter can carry, and those of Cyrillic; the voice marks of kana make other letters. */
function isMark(char: string): boolean {
  if (char === '\u3099' || char === '\u309a') return false;
  return /^[\p{Mn}\p{Me}]$/u.test(char) && /^[\p{sc=Inherited}\p{sc=Common}\u0483-\u0489]$/u.test(char);
}

/** Digits stand in rows of ten. */
function digitOf(code: number): number {
  let first = code;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(first - 1))) first--;
  return (code - first) % 10;
}

interface Run {
  readonly first: number;
  readonly last: number;
  readonly step: 0 | 1;
  readonly twin: string;
}

/** Runs of neighbours whose twins are the same (step 0) or follow one another (1). */
function runsOf(twin: (char: string) => string | undefined): readonly Run[] {
  const codes: (readonly [number, string])[] = [];
  for (let code = 0x80; code < 0x20000; code++) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const found = twin(String.fromCodePoint(code));
    if (found !== undefined) codes.push([code, found]);
  }
  const runs: Run[] = [];
  for (let i = 0; i < codes.length;) {
    const [first, own] = codes[i] ?? [0, ''];
    const reach = (step: 0 | 1): number => {
      let n = 1;
      for (; i + n < codes.length; n++) {
        const [code, next] = codes[i + n] ?? [0, ''];
        const single = [...own].length === 1 && [...next].length === 1 && own > mark;
        const fits = step === 0 ? next === own : single && next.codePointAt(0) === (own.codePointAt(0) ?? 0) + n;
        // A run stays within its page of 256.
        if (code !== first + n || code >> 8 !== first >> 8 || !fits) break;
      }
      return n;
    };
    const [same, rising] = [reach(0), reach(1)];
    const length = Math.max(same, rising);
    runs.push({ first, last: first + length - 1, step: same >= rising ? 0 : 1, twin: own });
    i += length;
  }
  return runs;
}

const pages = 0x200;

/** The table's bytes (compiler/src/pattern/view-table.ts). */
function encode(runs: readonly Run[]): Uint8Array {
  const start = (pages + 1) * 2;
  const bytes = new Uint8Array(start + runs.length * 6);
  const view = new DataView(bytes.buffer);
  for (let page = 0; page <= pages; page++)
    view.setUint16(page * 2, runs.filter((run) => run.first >> 8 < page).length, true);
  runs.forEach((run, i) => {
    bytes[start + i * 6] = run.first & 0xff;
    bytes[start + i * 6 + 1] = run.last & 0xff;
    view.setUint32(start + i * 6 + 2, wordOf(run), true);
  });
  return bytes;
}

function wordOf({ step, twin }: Run): number {
  const chars = [...twin];
  if (chars.length === 1) return ((step << 30) | (twin.codePointAt(0) ?? 0)) >>> 0;
  return chars.reduce((word, char, i) => (word | ((char.codePointAt(0) ?? 0) << (i * 7))) >>> 0, 0x80000000);
}

/** compiler/src/pattern/view-table.generated.ts */
export function generate(): Promise<readonly Generated[]> {
  const version = (
    JSON.parse(readFileSync(fileAt('package.json'), 'utf8')) as { devDependencies: Record<string, string> }
  ).devDependencies['unhomoglyph']; // npm's form of a manifest
  const source = readFileSync(fileURLToPath(import.meta.url));
  const digest = createHash('sha256').update(source).update(`\0${version}`).digest('hex');
  const current = existsSync(fileAt(path)) ? readFileSync(fileAt(path), 'utf8') : '';
  if (current.includes(`// sources: ${digest}\n`)) return Promise.resolve([{ path, text: current }]);
  const data = readFileSync(fileAt('node_modules/unhomoglyph/data.json'), 'utf8');
  const runs = runsOf(twins(JSON.parse(data) as Record<string, string>)); // one string for each
  const bytes = encode(runs);
  process.stdout.write(`view table: ${runs.length} runs, ${bytes.length} bytes\n`);
  const rows = (
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,120}/g) ?? []
  ).map((row) => `  '${row}',`);
  const text = `// Generated by \`npm run gen\` from Unicode ${process.versions.unicode}; do not edit.
// sources: ${digest}
// Look-alikes: Unicode's confusables.txt as in unhomoglyph ${version} (MIT; data under the Unicode licence).

/** Base64 of the table that view-table.ts explains. */
export const viewTableBase64: string = [
${rows.join('\n')}
].join('');
`;
  return Promise.resolve([{ path, text }]);
}
