// Parts of MCP messages → the documents of the events of `std.mcp`, and the edits of decisions about them → edits of the message.
//
// INVARIANT: what a rule looks at stands in the document as it came, byte for byte; an edit that lies elsewhere is none.

import type { ClientFacts } from '../enforce/carry-out.ts';
import type { DocumentEdit } from '../enforce/edits.ts';
import type { Slice } from './json-slices.ts';

/** What is known of a message beside its parts. */
export interface EventHead {
  readonly client: ClientFacts;
  readonly session: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A document, and from where in the message its parts are. */
export interface EventDocument {
  readonly bytes: Uint8Array;
  readonly parts: readonly { readonly at: Slice; readonly from: Slice }[];
}

type Member = readonly [key: string, value: string | { readonly bytes: Uint8Array; readonly slice: Slice }];

/** `{"tool":{"server","name","arguments"},"client",…}` */
export function callDocument(
  head: EventHead,
  tool: { readonly server: string; readonly name: string },
  message: Uint8Array,
  given: Slice | undefined,
): EventDocument {
  const named = `{"server":${JSON.stringify(tool.server)},"name":${JSON.stringify(tool.name)},"arguments":`;
  return documentOf([
    ['tool', named],
    ['', given === undefined ? '{}' : { bytes: message, slice: given }],
    ['', '}'],
    ...headMembers(head),
  ]);
}

/** What a call was, for its result. */
export interface CalledTool {
  readonly server: string;
  readonly name: string;
  /** JSON text; `{}` where the call is not known. */
  readonly arguments: string;
}

/** `{"tool":{…},"content","structuredContent","isError","client",…}`; a result of 2024 has a `toolResult` instead. */
export function resultDocument(
  head: EventHead,
  tool: CalledTool,
  message: Uint8Array,
  result: ReadonlyMap<string, Slice>,
): EventDocument {
  const structured = result.get('structuredContent') ?? result.get('toolResult');
  return documentOf([
    toolMember(tool),
    ...(result.has('content') ? partsOf(message, result, ['content']) : [['content', '[]'] as const]),
    ...(structured === undefined ? [] : [['structuredContent', { bytes: message, slice: structured }] as const]),
    ...partsOf(message, result, ['isError']),
    ...headMembers(head),
  ]);
}

/** An error in a result's place: its message is the text of the content, its `data` what is structured. */
export function failureDocument(
  head: EventHead,
  tool: CalledTool,
  message: Uint8Array,
  error: ReadonlyMap<string, Slice>,
): EventDocument {
  const text = error.get('message');
  const data = error.get('data');
  return documentOf([
    toolMember(tool),
    ['content', '[{"type":"text","text":'],
    ['', text === undefined ? '""' : { bytes: message, slice: text }],
    ['', '}]'],
    ...(data === undefined ? [] : [['structuredContent', { bytes: message, slice: data }] as const]),
    ['isError', 'true'],
    ...headMembers(head),
  ]);
}

function toolMember({ server, name, arguments: given }: CalledTool): Member {
  return ['tool', `{"server":${JSON.stringify(server)},"name":${JSON.stringify(name)},"arguments":${given}}`];
}

/** What a server offers, with the members that say what it is. */
export interface Described {
  readonly server: string;
  readonly offer: string;
  readonly members: ReadonlyMap<string, Slice>;
}

const described: readonly string[] = [
  'name',
  'title',
  'description',
  'inputSchema',
  'outputSchema',
  'arguments',
  'annotations',
];

/** `{"server","offer","name","uri","title","description",…,"client",…}` */
export function describeDocument(
  head: EventHead,
  { server, offer, members }: Described,
  message: Uint8Array,
): EventDocument {
  const uri = members.get('uri') ?? members.get('uriTemplate');
  return documentOf([
    ['server', JSON.stringify(server)],
    ['offer', JSON.stringify(offer)],
    ...partsOf(message, members, described),
    ...(uri === undefined ? [] : [['uri', { bytes: message, slice: uri }] as const]),
    ...headMembers({ ...head, session: undefined }),
  ]);
}

/** `{"server", …what is said…, …parts of the message…, "client", …}` of any other event. */
export function partsDocument(
  head: EventHead,
  said: Readonly<Record<string, string>>,
  message: Uint8Array,
  parts: ReadonlyMap<string, Slice>,
): EventDocument {
  const own = Object.entries(said).map(([key, text]) => [key, JSON.stringify(text)] as const);
  return documentOf([...own, ...partsOf(message, parts, [...parts.keys()]), ...headMembers(head)]);
}

function partsOf(bytes: Uint8Array, members: ReadonlyMap<string, Slice>, keys: readonly string[]): readonly Member[] {
  return keys.flatMap((key): readonly Member[] => {
    const slice = members.get(key);
    return slice === undefined ? [] : [[key, { bytes, slice }]];
  });
}

function headMembers({
  client,
  session,
  now,
}: Omit<EventHead, 'session'> & { readonly session: string | undefined }): readonly Member[] {
  const { workload, id, ip, subject } = client;
  return [
    ['client', JSON.stringify({ workload, id, ip, subject })],
    ...(session === undefined ? [] : [['session', JSON.stringify(session)] as const]),
    ['time', JSON.stringify(new Date(now).toISOString())],
  ];
}

/** Members one after another; one without a key goes on where the one before ends. */
function documentOf(members: readonly Member[]): EventDocument {
  const pieces: Uint8Array[] = [];
  const parts: EventDocument['parts'][number][] = [];
  let size = 0;
  const put = (bytes: Uint8Array): void => {
    pieces.push(bytes);
    size += bytes.length;
  };
  for (const [index, [key, value]] of members.entries()) {
    if (key !== '') put(Buffer.from(`${index === 0 ? '{' : ','}${JSON.stringify(key)}:`));
    if (typeof value === 'string') put(Buffer.from(value));
    else {
      const { slice, bytes } = value;
      parts.push({ at: { start: size, end: size + slice.end - slice.start }, from: slice });
      put(bytes.subarray(slice.start, slice.end));
    }
  }
  put(Buffer.from('}'));
  return { bytes: Buffer.concat(pieces), parts };
}

/** The edits as edits of the message; undefined when one of them lies outside of its parts, and then the message must not pass. */
export function messageEdits(
  { parts }: EventDocument,
  edits: readonly DocumentEdit[],
): readonly DocumentEdit[] | undefined {
  const moved: DocumentEdit[] = [];
  for (const { bytes: range, text } of edits) {
    const [start, end] = range;
    const part = parts.find(({ at }) => at.start <= start && end <= at.end);
    if (part === undefined) return undefined;
    const by = part.from.start - part.at.start;
    moved.push({ bytes: [start + by, end + by], text });
  }
  return moved.toSorted((a, b) => a.bytes[0] - b.bytes[0]);
}
