// Decoding of what HTTP carries: percent signs, form fields, JSON strings, multipart parts, XML text. Forgiving where a
// service would be (a broken escape stays as it is), since an attack hides in what one decoder refuses and the next takes.

/** A field of a form, with its name. */
export interface FieldText {
  readonly name: string;
  readonly value: string;
}

/** `text` with percent escapes decoded (bytes as UTF-8, else as Latin-1), `+` left alone. */
export function percentDecoded(text: string): string {
  return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (run) => {
    const bytes = Buffer.from(run.replaceAll('%', ''), 'hex');
    const utf8 = bytes.toString('utf8');
    return utf8.includes('�') ? bytes.toString('latin1') : utf8;
  });
}

/** The fields of a query or an `application/x-www-form-urlencoded` body, decoded once. */
export function formFields(text: string): readonly FieldText[] {
  return text
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const name = equals < 0 ? pair : pair.slice(0, equals);
      return { name: formDecoded(name), value: equals < 0 ? '' : formDecoded(pair.slice(equals + 1)) };
    });
}

function formDecoded(text: string): string {
  return percentDecoded(text.replaceAll('+', ' '));
}

/** Names and texts of a JSON document; none where it is no JSON. */
export function jsonTexts(text: string): readonly string[] {
  try {
    return leaves(JSON.parse(text));
  } catch {
    return [];
  }
}

function leaves(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(leaves);
  return Object.entries(value).flatMap(([name, inner]) => {
    const texts = leaves(inner);
    return [name, ...texts, ...(typeof inner === 'string' ? [`${name}=${inner}`] : [])];
  });
}

/** The parts of a multipart body: the header lines of a part as its name, what follows them as its value. */
export function multipartTexts(body: string): readonly FieldText[] {
  const boundary = /^\s*(--[^\r\n]{1,200})/.exec(body)?.[1]?.trimEnd();
  if (boundary === undefined) return [];
  return body
    .split(boundary)
    .filter((part) => part.trim() !== '' && part.trim() !== '--')
    .map((part) => {
      const blank = /\r?\n\r?\n/.exec(part);
      return blank
        ? { name: part.slice(0, blank.index).trim(), value: part.slice(blank.index + blank[0].length).trimEnd() }
        : { name: part.trim(), value: '' };
    });
}

/** What stands before the root of an XML document, its attributes' values and its text, references resolved. */
export function xmlTexts(body: string): readonly string[] {
  const prologue = /^(?:\s*<[?!](?:[^<>[\]]|\[[^\]]*\])*>)*/.exec(body)?.[0] ?? '';
  const rest = body.slice(prologue.length);
  const values = [...rest.matchAll(/=\s*(?:"([^"]*)"|'([^']*)')/g)].map(([, double, single]) => double ?? single ?? '');
  const texts = rest.split(/<[^<>]*>/);
  return [prologue, ...values, ...texts].filter((text) => text.trim() !== '').map(referencesResolved);
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function referencesResolved(text: string): string {
  return text.replaceAll(
    /&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot|apos));/gi,
    (whole, hex, decimal, name) => {
      if (typeof name === 'string') return named[name.toLowerCase()] ?? whole;
      const point = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    },
  );
}
