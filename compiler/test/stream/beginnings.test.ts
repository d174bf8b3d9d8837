// Where a pattern has a match, or would have one with more text, the automaton of beginnings leads to it; and a set as large as a
// library's lets the same text out in every cut.

import { checkProgram, parseRegex } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import test from 'ava';
import fc from 'fast-check';
import { loadProject } from '../../src/cli/decide-project.ts';
import { compilePattern } from '../../src/pattern/compile-pattern.ts';
import { placeBeginnings } from '../../src/pattern/place-beginnings.ts';

const expressions = [
  '\\b[a-z]{3,6}\\b',
  'aa',
  'b[a-c]{0,4}?c',
  '(?m:^)[0-9]{2,3}(?m:$)',
  '[xyz]{1,3}$|^[xyz]{1,3}',
  '(?i:kelvin|sk)[0-9]{2}',
  '(?:é|ß[a-z]){2}',
  '[^a-z]{2}0',
  '(?:a|b)*1',
  '\\Bk[0-9]?',
  '(?:ab){0,3}c',
] as const;

interface Automaton {
  /** The patterns to be asked at a place. */
  readonly ask: (text: Uint8Array, at: number) => readonly number[];
}

/** Reads the block as the kernel does. */
function automatonOf(regexes: readonly string[]): Automaton {
  const memory = new Uint8Array(1 << 20);
  const view = new DataView(memory.buffer);
  let end = 16;
  const starts = regexes.flatMap((regex) => {
    const compiled = compilePattern({ kind: 'regex', regex });
    return compiled.kind === 'fault' ? [] : [compiled.start];
  });
  const block = placeBeginnings(starts, (bytes) => {
    const at = end;
    memory.set(bytes, at);
    end = (at + bytes.length + 7) & ~7;
    return at;
  });
  const [width, noWord, word, inner, rows, lists] = [0, 4, 8, 12, 16, 20].map((at) => view.getUint32(block + at, true));
  const ask = (text: Uint8Array, at: number): readonly number[] => {
    let state = (at > 0 && /\w/.test(String.fromCharCode(text[at - 1] ?? 0)) ? word : noWord) ?? 0;
    for (let p = at; state > 0 && state <= (inner ?? 0) && p < text.length; p++) {
      const column = memory[block + 32 + (text[p] ?? 0)] ?? 0;
      state = view.getUint16((rows ?? 0) + ((state - 1) * (width ?? 0) + column) * 2, true);
    }
    if (state === 0) return [];
    const list = view.getUint32((lists ?? 0) + (state - 1) * 4, true);
    return Array.from({ length: view.getUint16(list, true) }, (_, i) => view.getUint16(list + 2 + i * 2, true));
  };
  return { ask };
}

test('a match that begins at a place is asked for there', (t) => {
  const { ask } = automatonOf(expressions);
  const fragments = [
    'a',
    'b',
    'c',
    'k',
    'K',
    's',
    '\u017f',
    '\u212a',
    '0',
    '12',
    '1',
    'x',
    'z',
    ' ',
    '\n',
    'é',
    'ß',
    'elvin',
    '.',
    'ab',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...fragments), { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      const bytes = new TextEncoder().encode(text);
      expressions.forEach((regex, pattern) => {
        t.is(parseRegex(regex).kind, 'regex');
        const sticky = new RegExp(inJavaScript(regex), 'uyd');
        for (const [index] of [...text].entries()) {
          const before = [...text].slice(0, index).join('');
          sticky.lastIndex = before.length;
          const found = sticky.exec(text);
          if (found === null || found[0] === '') continue;
          const at = Buffer.byteLength(before);
          t.true(ask(bytes, at).includes(pattern), JSON.stringify({ regex, text, at }));
          // Of all that the match may have been cut off at.
          for (let cut = at + 1; cut < bytes.length; cut++)
            if (!/\$/.test(regex))
              t.true(ask(bytes.subarray(0, cut), at).includes(pattern), JSON.stringify({ regex, text, at, cut }));
        }
      });
    }),
    { numRuns: 300 },
  );
});

/** The same expression with JavaScript's groups; letters with relatives beyond ASCII are given them. */
function inJavaScript(regex: string): string {
  return regex
    .replaceAll('(?i:kelvin|sk)', '(?:[kK\\u212a][eE][lL][vV][iI][nN]|[sS\\u017f][kK\\u212a])')
    .replaceAll('(?m:^)', '(?<=^|\\n)')
    .replaceAll('(?m:$)', '(?=$|\\n)');
}

const policy = `package beginnings
import std.ai
import std.pii
import std.secrets
surface Chat: llm { providers [ai.openai] }
detect Found on Chat.response { severity high find pii.any, secrets.any in completions[*].text }
defend Hide on Chat.response { when Found redact Found with "<{kind}>" }
`;

test('with the whole library, every cut lets out what the uncut text does', async (t) => {
  const { programs, diagnostics } = checkProgram({
    files: [{ path: 'beginnings.rdp', text: policy }],
    documents: new Map(),
    std: stdFiles,
  });
  if (programs === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const { enforcer } = await loadProject(programs, '.');
  const pass = (bytes: Uint8Array, lengths: readonly number[]): string => {
    const opened = enforcer.openStream({ entrypoint: 'Chat.response', from: 'text', head: {} });
    if (opened.kind === 'problem') throw new Error(opened.problem.message);
    const pieces: Uint8Array[] = [];
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const length = lengths[i % lengths.length] ?? 1;
      pieces.push(opened.value.push(bytes.subarray(at, at + length)).bytes);
      at += length;
    }
    return Buffer.concat([...pieces, opened.value.end().bytes]).toString();
  };
  const fragments = [
    'jane@example.com',
    '4111 1111 1111 1111',
    'passport ',
    'card number',
    'GB82 WEST 1234 5698 7654 32',
    '192.168.10.1',

    'phone: ',
    '+1 202 555 0143',
    'ssn',
    ' 536-90-4399 ',
    'ordinary words, ',
    'Été ',
    '2026-03-10T05:00:00Z ',
    '\n',
    '"',
    '=',

    `gh${'p_'}${'aB3dE5fG7h'.repeat(4).slice(0, 36)}`,
    `AK${'IA'}QYLPMN5HFIQR7XYA`,
    `password${' = '}`,
    'hunter2hunter2',
    'token: ',
  ];
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...fragments), { minLength: 1, maxLength: 25 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
      (parts, lengths) => {
        const bytes = new TextEncoder().encode(parts.join(''));
        const whole = pass(bytes, [bytes.length]);
        for (const tried of [[1], [20], lengths]) t.is(pass(bytes, tried), whole, JSON.stringify({ parts, tried }));
      },
    ),
    { numRuns: 60 },
  );
});
