// Templates of sentences → labelled sentences: as many of each template as are asked for, the same ones each time. The grammar is
// told at the head of the file of templates. A choice that a template makes twice is made twice.

/** A sentence that was made. */
export interface Sentence {
  readonly text: string;
  readonly label: string;
  /** `attack override`: the family that it comes from. */
  readonly family: string;
}

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'choice'; readonly of: readonly (readonly Part[])[] }
  | { readonly kind: 'list'; readonly name: string };

/** At most `each` different sentences of every template in `text`; throws at a template that is none. */
export function expandTemplates(text: string, each: number): readonly Sentence[] {
  const lists = new Map<string, readonly (readonly Part[])[]>();
  const sentences: Sentence[] = [];
  let family = '';
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.startsWith('# ')) continue;
    const list = /^= (\w+) +(.*)$/.exec(line);
    if (list) lists.set(list[1] ?? '', readChoices(list[2] ?? '', 0).of);
    else if (line.startsWith('## ')) family = line.slice(3);
    else {
      const { of } = readChoices(line, 0);
      const seen = new Set<string>();
      for (let tries = 0; seen.size < each && tries < each * 4; tries++) {
        const draw = drawFrom(`${line}${tries}`);
        seen.add(of.length === 1 ? write(of[0] ?? [], lists, draw).trim() : '');
      }
      if (seen.has('')) throw new Error(`no template: ${line}`);
      for (const made of seen) sentences.push({ text: made, label: family.split(' ')[0] ?? '', family });
    }
  }
  return sentences;
}

/** The alternatives from `at` on, up to the bracket that closes them or the end. */
function readChoices(text: string, at: number): { readonly of: readonly (readonly Part[])[]; readonly end: number } {
  const of: Part[][] = [[]];
  let i = at;
  const add = (part: Part): void => void of.at(-1)?.push(part);
  for (; i < text.length && text[i] !== ')'; i++) {
    const name = /^<(\w+)>/.exec(text.slice(i))?.[1];
    const char = text[i] ?? '';
    if (char === '|') of.push([]);
    else if (char === '(') {
      const inner = readChoices(text, i + 1);
      add({ kind: 'choice', of: inner.of });
      i = inner.end;
    } else if (name !== undefined) {
      add({ kind: 'list', name });
      i += name.length + 1;
    } else if (char === '\\') {
      i++;
      add({ kind: 'text', text: text[i] === 'n' ? '\n' : (text[i] ?? '') });
    } else add({ kind: 'text', text: char });
  }
  return { of, end: i };
}

function write(
  parts: readonly Part[],
  lists: ReadonlyMap<string, readonly (readonly Part[])[]>,
  draw: () => number,
): string {
  return parts
    .map((part) => {
      if (part.kind === 'text') return part.text;
      const of = part.kind === 'choice' ? part.of : lists.get(part.name);
      // A name that no list has is a tag of markup.
      if (of === undefined) return part.kind === 'list' ? `<${part.name}>` : '';
      return write(of[Math.floor(draw() * of.length)] ?? [], lists, draw);
    })
    .join('');
}

/** Numbers from 0 to 1 that depend on `seed` alone (xorshift of its hash). */
function drawFrom(seed: string): () => number {
  let state = 0x811c9dc5;
  for (const char of seed) state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 0x01000193);
  state |= 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
