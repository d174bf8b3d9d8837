// An answer, and what is known of its request → whether it may go on, with which edits.
//
// INVARIANT: an answer is taken for what was asked; one that nobody is known to have asked for is told by its members, and where nothing
// passes without a permit it needs one of its own. What could be taken for two things is refused.

import type { SurfacePlan } from '../contract/index.ts';
import type { Considered, Decider, Reason } from './decide-message.ts';
import { membersOf, type Slice } from './json-slices.ts';
import { failureDocument, partsDocument, resultDocument, type CalledTool } from './message-events.ts';
import type { RpcMessage } from './message.ts';
import { decidedAnswers, offeringsIn, type DecidedMethod, type Offering, type Sender } from './methods.ts';
import { editsOfIntroduction, editsOfList, type Hidden } from './offers.ts';
import type { AskedFor } from './pending-calls.ts';
import { considerInputRequests, type Asking } from './requests.ts';
import { together } from './together.ts';

/** Who decides, and who is told of what is left out. */
export interface AnswerPort {
  readonly decider: Decider;
  readonly pins: SurfacePlan['tools'];
  readonly hidden: Hidden;
}

/** An answer with its members. */
interface Result {
  readonly sender: Sender;
  readonly bytes: Uint8Array;
  readonly members: ReadonlyMap<string, Slice>;
  /** The same as a whole. */
  readonly whole: Slice;
  readonly size: number;
  readonly stands: 'alone' | 'with_its_request';
}

/** Considers an answer of `sender`; `asked` is undefined where nobody is known to have asked. */
export async function considerAnswer(
  port: AnswerPort,
  sender: Sender,
  message: RpcMessage,
  asked: AskedFor | undefined,
): Promise<Considered> {
  const { bytes, members, result } = message;
  const whole = members.get('result') ?? members.get('error');
  const own = result ?? (whole && membersOf(bytes, whole));
  if (whole === undefined || own === undefined) return refused('an answer has a key twice, or is none');
  const given: Result = {
    sender,
    bytes,
    members: own,
    whole,
    size: bytes.length,
    stands: asked === undefined ? 'alone' : 'with_its_request',
  };
  if (message.kind === 'error') return considerError(port, given, asked);
  const considered = considerResult(port, given, asked);
  return sender === 'server' ? together(considered, () => considerInputRequests(port.decider, bytes, own)) : considered;
}

/** The text of an error reaches a model as that of a result does. */
function considerError({ decider }: AnswerPort, error: Result, asked: AskedFor | undefined): Promise<Considered> {
  if (asked?.kind !== 'call') return considerReply(decider, error, asked?.method ?? '');
  const { bytes, members, size, stands } = error;
  const document = failureDocument(decider.head(), asked.tool, bytes, members);
  return decider.consider(document, { event: 'result', size, stands, tool: asked.tool.name });
}

async function considerResult(port: AnswerPort, result: Result, asked: AskedFor | undefined): Promise<Considered> {
  const { decider } = port;
  switch (asked?.kind) {
    case 'call':
      return considerToolResult(decider, result, asked.tool);
    case 'list':
      return considerList(port, result, [asked.offering]);
    case 'introduction':
      return freelyWith(await editsOfIntroduction(port, result.bytes, result.members));
    case 'decided':
      return considerDecided(decider, result, asked);
    case 'other':
      return together(considerReply(decider, result, asked.method), () => considerByShape(port, result));
    default:
      return considerByShape(port, result);
  }
}

function freelyWith(edits: Extract<Considered, { readonly kind: 'pass' }>['edits']): Considered {
  return { kind: 'pass', edits, headers: {}, settle: () => Promise.resolve() };
}

function refused(message: string): Considered {
  const why: Reason = { message, reason: 'malformed_input', rule: undefined, headers: {} };
  return { kind: 'refused', why };
}

/** A result that has what one of 2024 and one of today have could be taken for either. */
function considerToolResult(
  decider: Decider,
  { bytes, members, size, stands }: Result,
  tool: CalledTool,
): Promise<Considered> {
  if (members.has('toolResult') && (members.has('content') || members.has('structuredContent')))
    return Promise.resolve(refused('this could be taken for two results'));
  const document = resultDocument(decider.head(), tool, bytes, members);
  return decider.consider(document, { event: 'result', size, stands, tool: tool.name });
}

async function considerList(
  port: AnswerPort,
  { bytes, members }: Result,
  offerings: readonly Offering[],
): Promise<Considered> {
  const edits: Extract<Considered, { readonly kind: 'pass' }>['edits'][number][] = [];
  for (const offering of offerings) {
    const own = await editsOfList(port, bytes, members.get(offering.member), offering);
    if (own === undefined) return refused(`this is no list of ${offering.offer}s`);
    edits.push(...own);
  }
  return freelyWith(edits.toSorted((a, b) => a.bytes[0] - b.bytes[0]));
}

/** The answer of a request that has an event of its own. */
function considerDecided(
  decider: Decider,
  { bytes, members, size, stands }: Result,
  { own, name }: { readonly own: DecidedMethod; readonly name: string },
): Promise<Considered> {
  if (own.answer === undefined) return Promise.resolve(freelyWith([]));
  const parts = new Map(
    own.answered.flatMap((key) => {
      const slice = members.get(key);
      return slice === undefined ? [] : [[key, slice] as const];
    }),
  );
  // What has to be asked again brings no answer yet.
  if (parts.size === 0 && members.has('inputRequests')) return Promise.resolve(freelyWith([]));
  const said = { server: decider.server, ...(own.named === undefined ? {} : { [own.named]: name }) };
  return decider.consider(partsDocument(decider.head(), said, bytes, parts), { event: own.answer, size, stands });
}

function considerReply(
  decider: Decider,
  { sender, bytes, whole, size, stands }: Result,
  method: string,
): Promise<Considered> {
  const said = { server: decider.server, sender, method };
  const document = partsDocument(decider.head(), said, bytes, new Map([['result', whole]]));
  return decider.consider(document, { event: 'reply', size, stands });
}

/** By what it has. Nobody waits for what has none of it; where nothing passes without a permit, it needs one as a reply. */
async function considerByShape(port: AnswerPort, result: Result): Promise<Considered> {
  const { decider } = port;
  const { members, sender, bytes } = result;
  const ways: (() => Promise<Considered>)[] = [];
  const offerings = sender === 'server' ? offeringsIn(members) : [];
  if (offerings.length > 0) ways.push(() => considerList(port, result, offerings));
  if (sender === 'server' && ['content', 'structuredContent', 'toolResult'].some((key) => members.has(key)))
    ways.push(() => considerToolResult(decider, result, { server: decider.server, name: '', arguments: '{}' }));
  for (const own of decidedAnswers(sender))
    if (own.told.every((key) => members.has(key))) ways.push(() => considerDecided(decider, result, { own, name: '' }));
  if (sender === 'server' && members.has('instructions'))
    ways.push(async () => freelyWith(await editsOfIntroduction(port, bytes, members)));
  const [only, second] = ways;
  if (second !== undefined) return refused('this could be taken for the answers to several requests');
  if (only !== undefined) return only();
  return result.stands === 'alone' ? considerReply(decider, result, '') : freelyWith([]);
}

/**
 * What a client brings along for requests that came in a result: each is considered as the answer that its members tell. What they were
 * asked in is gone by then.
 */
export async function considerInputResponses(port: AnswerPort, { params, bytes }: Asking): Promise<Considered> {
  const responses = params.get('inputResponses');
  let considered: Considered = freelyWith([]);
  if (responses === undefined) return considered;
  for (const whole of membersOf(bytes, responses)?.values() ?? [responses]) {
    const members = membersOf(bytes, whole);
    if (members === undefined) return together(considered, () => Promise.resolve(refused('an answer cannot be read')));
    const result: Result = {
      sender: 'client',
      bytes,
      members,
      whole,
      size: whole.end - whole.start,
      stands: 'with_its_request',
    };
    considered = await together(considered, () => considerByShape(port, result));
  }
  return considered;
}
