// Connections → reviews, for requests written the way API servers write them: POST, HTTP/1.1, a length and JSON. A connection whose
// request is written in any other way goes to Node's own server with every byte that came, and stays there. That server spends more
// on a request than the policy on a document; this one reads the head at once and hands the body over as it lies. Nothing here waits, so
// reviews that may have to wait are not plain.
//
// INVARIANT: what is taken here, Node's server would read the same; in any doubt it gets the connection. A request ends where its
// length says, and a connection that waits or dawdles is closed.

import type { Socket } from 'node:net';

import type { BodyBudget } from '../server/body-budget.ts';
import type { ConnectionTimeouts, FirstReader } from '../server/listen.ts';
import type { Reviewer } from './decide-review.ts';
import type { ReviewMetrics } from './review-metrics.ts';
import { isJson, routeOf, undecidedReply, type ReviewRoute } from './review-route.ts';

export interface PlainOptions {
  readonly reviewer: Reviewer;
  readonly metrics: ReviewMetrics;
  /** Bytes of one body; what is longer goes to Node's server, as what is rather long does. */
  readonly bodyLimit: number;
  readonly budget: BodyBudget;
  readonly timeouts: ConnectionTimeouts;
  readonly isDraining: () => boolean;
}

export interface PlainRequests extends FirstReader {
  readonly pending: () => number;
}

/** A head that was understood. */
interface PlainHead {
  readonly route: ReviewRoute;
  readonly bodyLength: number;
}

/** A body that has not come as a whole. */
interface Incoming {
  readonly head: PlainHead;
  readonly began: number;
  /** Where the body is put together; it is longer than that. */
  readonly room: Buffer;
  at: number;
  readonly timer: NodeJS.Timeout;
}

interface Connection {
  incoming: Incoming | undefined;
  /** Whether it may wait as long as one may between two requests. */
  isWelcome: boolean;
}

const headEnd = '\r\n\r\n';
const headLimit = 8192;
/** Room is made for a body before it comes; for longer ones Node's server makes it as they come. */
const roomLimit = 262_144;
/** Rooms that are kept for the next bodies: making one for each costs more than deciding. */
const roomsKept = 16;

/** Makes what takes the connections of one server. */
export function createPlainRequests(options: PlainOptions): PlainRequests {
  const { metrics, budget, timeouts, reviewer } = options;
  const idle = new Set<Socket>();
  const rooms: Buffer[] = [];
  const heads: KnownHeads = new Map();
  const bodyLimit = Math.min(options.bodyLimit, roomLimit);
  let pending = 0;

  const answer = (socket: Socket, { route }: PlainHead, body: Buffer, began: number): void => {
    const isLate = performance.now() - began > route.timeout;
    if (isLate) metrics.rejected('late');
    const { status, text } = isLate
      ? undecidedReply(body, 'late')
      : reviewer.review({ phase: route.phase, entrypoint: route.entrypoint, body, began });
    const isLast = options.isDraining();
    const length = Buffer.byteLength(text);
    const written = socket.write(
      `${statusLine(status)}${dateLine()}Content-Length: ${length}\r\n${isLast ? 'Connection: close\r\n' : ''}\r\n${text}`,
      length === text.length ? 'latin1' : 'utf8',
    );
    if (isLast) socket.end();
    else if (!written) waitForReader(socket);
  };

  const accept = (socket: Socket, elsewhere: (socket: Socket) => void): void => {
    const connection: Connection = { incoming: undefined, isWelcome: false };
    let isElsewhere = false;
    idle.add(socket);

    const begin = (chunk: Buffer): void => {
      let rest = chunk;
      while (rest.length > 0) {
        const end = rest.indexOf(headEnd);
        const head =
          end < 0 || end > headLimit ? undefined : readHead(rest.toString('latin1', 0, end), bodyLimit, heads);
        const start = end + headEnd.length;
        const stop = start + (head?.bodyLength ?? 0);
        if (head === undefined || reviewer.mayWait() || (stop > rest.length && budget.take(roomLimit) === 'refused')) {
          leave(rest);
          return;
        }
        const began = performance.now();
        if (stop > rest.length) {
          receive(head, rest.subarray(start), began);
          return;
        }
        answer(socket, head, rest.subarray(start, stop), began);
        if (stop === rest.length) return;
        rest = rest.subarray(stop);
      }
    };
    const receive = (head: PlainHead, first: Buffer, began: number): void => {
      idle.delete(socket);
      pending += 1;
      const room = rooms.pop() ?? Buffer.allocUnsafeSlow(roomLimit);
      room.set(first);
      const timer = setTimeout(() => socket.destroy(), timeouts.request);
      connection.incoming = { head, began, room, at: first.length, timer };
    };
    const goOn = (incoming: Incoming, chunk: Buffer): void => {
      const { room, head, began } = incoming;
      const lacking = head.bodyLength - incoming.at;
      room.set(chunk.length > lacking ? chunk.subarray(0, lacking) : chunk, incoming.at);
      incoming.at += chunk.length;
      if (chunk.length < lacking) return;
      drop(incoming);
      idle.add(socket);
      answer(socket, head, room.subarray(0, head.bodyLength), began);
      if (chunk.length > lacking) begin(chunk.subarray(lacking));
    };
    /** What is in the room is there until the next body comes, which is never before this one is answered. */
    const drop = ({ timer, room }: Incoming): void => {
      clearTimeout(timer);
      if (rooms.length < roomsKept) rooms.push(room);
      connection.incoming = undefined;
      pending -= 1;
      budget.give(roomLimit);
    };
    const take = (chunk: Buffer): void => {
      if (connection.incoming === undefined) begin(chunk);
      else goOn(connection.incoming, chunk);
      if (connection.isWelcome || connection.incoming !== undefined || isElsewhere) return;
      connection.isWelcome = true;
      socket.setTimeout(timeouts.idle);
    };
    const gone = (): void => {
      idle.delete(socket);
      if (connection.incoming === undefined) return;
      metrics.rejected('aborted');
      drop(connection.incoming);
    };
    const tooSlow = (): void => {
      if (connection.incoming === undefined) socket.destroy();
    };
    const failed = (): void => void socket.destroy();
    const ended = (): void => void socket.end();
    /** Gives the connection away with the bytes that nobody has answered. */
    const leave = (rest: Buffer): void => {
      isElsewhere = true;
      idle.delete(socket);
      socket.pause();
      socket.off('data', take).off('close', gone).off('timeout', tooSlow).off('error', failed).off('end', ended);
      socket.setTimeout(0);
      socket.unshift(rest);
      elsewhere(socket);
      socket.resume();
    };
    socket.setTimeout(timeouts.head);
    socket.on('data', take).on('close', gone).on('timeout', tooSlow).on('error', failed).on('end', ended);
  };
  return {
    accept,
    pending: () => pending,
    closeIdle: () => {
      for (const socket of idle) socket.end();
    },
  };
}

/** Reads no more until what was answered is read. */
function waitForReader(socket: Socket): void {
  socket.pause();
  socket.once('drain', () => socket.resume());
}

/** Headers that change what a request is; who sends one, or a second length, is served elsewhere. */
const elsewhereHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'content-encoding',
  'expect',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const lengthName = '\r\nContent-Length: ';

/** Heads but for their lengths, as they were read; one client's are all the same. */
type KnownHeads = Map<string, ReviewRoute | 'not plain'>;
const headsKept = 64;

/** The head, which is read here only when it can be read in one way. */
function readHead(text: string, bodyLimit: number, known: KnownHeads): PlainHead | undefined {
  const start = text.indexOf(lengthName);
  if (start < 0) return undefined;
  const next = text.indexOf('\r', start + lengthName.length);
  const end = next < 0 ? text.length : next;
  const digits = text.slice(start + lengthName.length, end);
  if (!/^\d{1,9}$/.test(digits) || Number(digits) > bodyLimit) return undefined;
  const frame = text.slice(0, start) + text.slice(end);
  let route = known.get(frame);
  if (route === undefined) {
    route = readFrame(frame) ?? 'not plain';
    if (known.size >= headsKept) known.clear();
    known.set(frame, route);
  }
  return route === 'not plain' ? undefined : { route, bodyLength: Number(digits) };
}

/** A head without its length. */
function readFrame(text: string): ReviewRoute | undefined {
  const [requestLine = '', ...lines] = text.split('\r\n');
  if (!requestLine.startsWith('POST ') || !requestLine.endsWith(' HTTP/1.1')) return undefined;
  let hasType = false;
  let hasHost = false;
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (colon < 1 || elsewhereHeaders.has(name) || !isPlainLine(line, colon)) return undefined;
    if (name === 'content-type') {
      if (hasType || !isJson(line.slice(colon + 1).trim())) return undefined;
      hasType = true;
    } else if (name === 'host') {
      if (hasHost) return undefined;
      hasHost = true;
    }
  }
  const url = requestLine.slice('POST '.length, -' HTTP/1.1'.length);
  return hasType && hasHost && isPlainLine(url, 0) && !url.includes(' ') ? routeOf(url) : undefined;
}

/** Whether a line is printable ASCII, its name a word. */
function isPlainLine(line: string, nameLength: number): boolean {
  for (let index = 0; index < line.length; index += 1) {
    const code = line.charCodeAt(index);
    if (code < 0x20 || code > 0x7e) return false;
    if (index < nameLength && !isWordCode(code)) return false;
  }
  return true;
}

function isWordCode(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x2d
  );
}

const statusTexts: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  413: 'Payload Too Large',
  429: 'Too Many Requests',
  504: 'Gateway Timeout',
};

function statusLine(status: number): string {
  return `HTTP/1.1 ${status} ${statusTexts[status] ?? 'Error'}\r\nContent-Type: application/json\r\n`;
}

let dateOf = 0;
let dateText = '';

/** The header with the time, made once a second. */
function dateLine(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== dateOf) {
    dateOf = second;
    dateText = `Date: ${new Date(second * 1000).toUTCString()}\r\n`;
  }
  return dateText;
}
