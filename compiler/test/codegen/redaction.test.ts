// Edits of random documents: texts full of matches, look-alikes, hidden and encoded runs, written in JSON with any escapes.
// All three machines agree, edits never overlap, what they leave behind is JSON, every other byte and value is as it was, and
// what was found stands where the decision says.

import test from 'ava';
import fc from 'fast-check';
import { agree, createDifferential } from '../differential.ts';
import { lowerSource } from '../ir/lower-source.ts';

const differential = createDifferential(
  lowerSource(`
    surface Chat: llm {}
    pattern code = re"[0-9]{3}-[0-9]{2}"
    pattern near_code = re"[0-9]{2,4}" near "secret" within 6
    pattern name = words ["blue heron", "café"]
    pattern hidden = re"[\\x{200B}\\x{2060}\\x{E0000}-\\x{E007F}]"
    detect Code on Chat.request { severity high  find code, near_code in prompts[*].text }
    detect Name on Chat.request { find name in normalized(prompts[*].text) }
    detect Leet on Chat.request { severity medium  find name in normalized(prompts[*].text, leet)  find code in normalized(prompts[*].text) }
    detect Hidden on Chat.request { severity low  find hidden in prompts[*].text }
    detect Said on Chat.request { when prompts.exists(p, normalized(p.text).matches("heron"))  severity low }
    defend A on Chat.request { when Code  redact Code with last(2) }
    defend B on Chat.request { when Name  redact Name with "[{kind}:{hash}]" }
    defend C on Chat.request { when Leet  redact Leet with mask("•", 3) }
    defend D on Chat.request { when Hidden  strip Hidden }
  `),
);

const tags = (text: string): string =>
  [...text].map((char) => String.fromCodePoint(0xe0000 + (char.codePointAt(0) ?? 0))).join('');
const piece = fc.oneof(
  fc.constantFrom(
    '123-45',
    '12-345-67',
    'secret 42',
    'Blue Heron',
    'bl\u200bue  heron',
    'вluе herоn',
    'ＢＬＵＥ ｈｅｒｏｎ',
  ),
  fc.constantFrom(
    'b l u e   h e r o n',
    'bl\u0301ue heron\u0336',
    '8lu3 h3r0n',
    'café',
    'cafe\u0301',
    '\u0661\u0662\u0663-45',
  ),
  fc
    .constantFrom('blue heron', '123-45', 'caf\u00e9 noir')
    .chain((text) =>
      fc.constantFrom(
        tags(text.normalize('NFD').replace(/\p{Mark}/gu, '')),
        Buffer.from(text.padEnd(9)).toString('base64'),
        Buffer.from(text.padEnd(8)).toString('hex'),
        encodeURIComponent(text),
        [...text].map((char) => `&#${char.codePointAt(0)};`).join(''),
      ),
    ),
  fc.constantFrom(' ', ' ', '\n', '"', '\\', '/', '😀', '\u200b', '\u2060', 'é', 'x', '.'),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
);
const words = fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join(''));

/** A text in JSON: each code unit plain, escaped shortly or by number, as `draw` has it. */
function written(text: string, draw: (below: number) => number): string {
  const short: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '/': '\\/', '\n': '\\n', '\t': '\\t' };
  const chars = [...text].map((char) => {
    const how = draw(5);
    if (how === 0)
      return [...Array(char.length).keys()]
        .map((i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`)
        .join('');
    return short[char] !== undefined && (char !== '/' || how === 1) ? short[char] : JSON.stringify(char).slice(1, -1);
  });
  return `"${chars.join('')}"`;
}

interface Place {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly bytes: readonly [number, number];
}
interface Decision {
  readonly edits?: readonly (Place & { readonly text: string })[];
  readonly findings?: readonly { readonly matches?: readonly Place[] }[];
}

test('edits leave JSON behind, and everything else as it was', (t) => {
  const data = JSON.stringify({ rdp: { hash_key: 'a key for tests alone' } });
  let edited = 0;
  fc.assert(
    fc.property(fc.array(words, { minLength: 1, maxLength: 4 }), fc.infiniteStream(fc.nat(1000)), (texts, stream) => {
      const draw = (below: number): number => (stream.next().value as number) % below; // it never ends
      const prompts = texts.map(
        (text, i) => `{"role":"user", "${i % 2 ? 'other' : 'x'}":[1,"a"],"text":${written(text, draw)}}`,
      );
      const source = `{"prompts" : [${prompts.join(' , ')}], "model":"m"}`;
      const bytes = Buffer.from(source);
      const decision = JSON.parse(
        agree(t, differential, { entrypoint: 't/Chat/request', input: source, data }),
      ) as Decision; // the contract's
      const edits = decision.edits ?? [];
      const textAt = (path: string): string => texts[Number(path.split('/')[2])] ?? '';

      for (const place of [...edits, ...(decision.findings ?? []).flatMap(({ matches }) => matches ?? [])]) {
        // The bytes are those of the characters.
        const part = JSON.parse(`"${bytes.subarray(...place.bytes).toString()}"`) as string; // between quotes
        t.is(part, [...textAt(place.path)].slice(place.start, place.end).join(''));
      }
      let end = -1;
      let after = '';
      for (const edit of edits) {
        t.true(edit.bytes[0] >= Math.max(end, 0), 'edits are in order and apart');
        after += bytes.subarray(Math.max(end, 0), edit.bytes[0]).toString() + JSON.stringify(edit.text).slice(1, -1);
        end = edit.bytes[1];
      }
      after += bytes.subarray(Math.max(end, 0)).toString();
      const result = JSON.parse(after) as { readonly prompts: readonly { text: string }[] }; // as written above
      const wanted = JSON.parse(source) as { readonly prompts: { text: string }[] }; // as written above
      for (const edit of [...edits].reverse()) {
        const prompt = wanted.prompts[Number(edit.path.split('/')[2])];
        const chars = [...(prompt?.text ?? '')];
        chars.splice(edit.start, edit.end - edit.start, edit.text);
        if (prompt) prompt.text = chars.join('');
      }
      t.deepEqual(result, wanted);
      edited += edits.length;
    }),
    { numRuns: 700, seed: 20250801 },
  );
  t.true(edited > 700, `${edited} edits`);
});

const found = (t: Parameters<typeof agree>[0], text: string): readonly (readonly [number, number])[] => {
  const input = JSON.stringify({ prompts: [{ role: 'user', text }] });
  const data = JSON.stringify({ rdp: { hash_key: 'a key for tests alone' } });
  const decision = JSON.parse(agree(t, differential, { entrypoint: 't/Chat/request', input, data })) as Decision; // the contract's
  return (decision.edits ?? []).map(({ start, end }) => [start, end]);
};

test('a match in a view covers all that it was read from', (t) => {
  const encoded = Buffer.from('the blue heron').toString('base64');
  t.deepEqual(found(t, `see bl\u00adue heron\u0336, ok`), [[4, 16]]);
  t.deepEqual(found(t, `see ${encoded} ok`), [[4, 4 + encoded.length]]);
  t.deepEqual(found(t, 'q=a%20blue%20heron&x'), [[6, 18]]);
  t.deepEqual(found(t, 'a b l u e   h e r o n'), []);
  t.deepEqual(found(t, 'a: b-l-u-e h-e-r-o-n!'), [[3, 20]]);
  t.deepEqual(found(t, 'CAFE or cafe\u0301'), [
    [0, 4],
    [8, 13],
  ]);
});
