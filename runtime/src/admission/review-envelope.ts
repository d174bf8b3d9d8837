// Bytes of an AdmissionReview → what the door has to know of it before and after the decision: who is asked about, and where the
// request begins. Looks at the envelope alone; objects are stepped over, and not even that when the envelope is known before them.
//
// INVARIANT: nothing that is read here decides. The module reads and validates the whole document by itself, so that there is one
// reader of what the policy sees; an envelope that can be read in two ways (a key twice) has no reading here either.

/** What stands around the objects of a review. Texts that are missing are empty. */
export interface ReviewEnvelope {
  readonly apiVersion: string;
  readonly reviewKind: string;
  readonly uid: string;
  readonly operation: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Undefined when it stands behind the objects and only the head was read. */
  readonly dryRun: boolean | undefined;
  /** The byte behind the `{` of `request`. */
  readonly requestStart: number;
}

/** How much to read: `head` ends before the objects when all but `dryRun` is known by then. */
export type ReviewExtent = 'head' | 'whole';

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;
const colon = 0x3a;

/** Deeper than this no reader of ours goes. */
const depthLimit = 512;

interface Cursor {
  readonly bytes: Buffer;
  at: number;
  broken: boolean;
}

interface Reading {
  apiVersion: string | undefined;
  reviewKind: string | undefined;
  uid: string | undefined;
  operation: string | undefined;
  group: string;
  version: string;
  kind: string | undefined;
  namespace: string | undefined;
  name: string | undefined;
  dryRun: boolean | undefined;
  requestStart: number;
  /** Whether the objects were reached with everything known that can be asked for. */
  enough: boolean;
}

/** The envelope; undefined when the bytes have none, are cut off within it, or have a part of it twice. */
export function readEnvelope(document: Uint8Array, extent: ReviewExtent): ReviewEnvelope | undefined {
  const bytes = Buffer.from(document.buffer, document.byteOffset, document.length);
  const cursor: Cursor = { bytes, at: 0, broken: false };
  const reading: Reading = {
    apiVersion: undefined,
    reviewKind: undefined,
    uid: undefined,
    operation: undefined,
    group: '',
    version: '',
    kind: undefined,
    namespace: undefined,
    name: undefined,
    dryRun: undefined,
    requestStart: 0,
    enough: false,
  };
  readMembers(cursor, (start, end) => {
    if (isKey(bytes, start, end, 'apiVersion')) reading.apiVersion = once(cursor, reading.apiVersion);
    else if (isKey(bytes, start, end, 'kind')) reading.reviewKind = once(cursor, reading.reviewKind);
    else if (isKey(bytes, start, end, 'request')) readRequest(cursor, reading, extent);
    else skipValue(cursor);
    return !reading.enough;
  });
  if (cursor.broken || reading.requestStart === 0) return undefined;
  return {
    apiVersion: reading.apiVersion ?? '',
    reviewKind: reading.reviewKind ?? '',
    uid: reading.uid ?? '',
    operation: reading.operation ?? '',
    group: reading.group,
    version: reading.version,
    kind: reading.kind ?? '',
    namespace: reading.namespace ?? '',
    name: reading.name ?? '',
    dryRun: reading.dryRun,
    requestStart: reading.requestStart,
  };
}

function readRequest(cursor: Cursor, reading: Reading, extent: ReviewExtent): void {
  const { bytes } = cursor;
  if (reading.requestStart !== 0) {
    cursor.broken = true;
    return;
  }
  skipSpace(cursor);
  reading.requestStart = cursor.at + 1;
  readMembers(cursor, (start, end) => {
    if (isKey(bytes, start, end, 'uid')) reading.uid = once(cursor, reading.uid);
    else if (isKey(bytes, start, end, 'kind')) readKind(cursor, reading);
    else if (isKey(bytes, start, end, 'name')) reading.name = once(cursor, reading.name);
    else if (isKey(bytes, start, end, 'namespace')) reading.namespace = once(cursor, reading.namespace);
    else if (isKey(bytes, start, end, 'operation')) reading.operation = once(cursor, reading.operation);
    else if (isKey(bytes, start, end, 'dryRun')) readDryRun(cursor, reading);
    else if (extent === 'head' && isObjectKey(bytes, start, end) && isKnown(reading)) reading.enough = true;
    else skipValue(cursor);
    return !reading.enough;
  });
}

function isObjectKey(bytes: Buffer, start: number, end: number): boolean {
  return isKey(bytes, start, end, 'object') || isKey(bytes, start, end, 'oldObject');
}

/** API servers write all of it ahead of the objects, and leave out what is empty. */
function isKnown({ apiVersion, reviewKind, uid, operation, kind }: Reading): boolean {
  return (
    apiVersion !== undefined &&
    reviewKind !== undefined &&
    uid !== undefined &&
    operation !== undefined &&
    kind !== undefined
  );
}

function readKind(cursor: Cursor, reading: Reading): void {
  const { bytes } = cursor;
  if (reading.kind !== undefined) {
    cursor.broken = true;
    return;
  }
  reading.kind = '';
  readMembers(cursor, (start, end) => {
    if (isKey(bytes, start, end, 'kind')) reading.kind = readText(cursor);
    else if (isKey(bytes, start, end, 'group')) reading.group = readText(cursor);
    else if (isKey(bytes, start, end, 'version')) reading.version = readText(cursor);
    else skipValue(cursor);
    return true;
  });
}

function readDryRun(cursor: Cursor, reading: Reading): void {
  skipSpace(cursor);
  const start = cursor.at;
  skipValue(cursor);
  if (reading.dryRun !== undefined) cursor.broken = true;
  reading.dryRun = cursor.bytes.toString('latin1', start, cursor.at).trim() === 'true';
}

/** A text where none was read before. */
function once(cursor: Cursor, before: string | undefined): string {
  if (before !== undefined) cursor.broken = true;
  return readText(cursor);
}

/** Calls `member` with the place of each key, the cursor standing behind its colon, until it returns false. */
function readMembers(cursor: Cursor, member: (keyStart: number, keyEnd: number) => boolean): void {
  const { bytes } = cursor;
  skipSpace(cursor);
  if (bytes[cursor.at] !== openBrace) {
    cursor.broken = true;
    return;
  }
  cursor.at += 1;
  skipSpace(cursor);
  if (bytes[cursor.at] === closeBrace) {
    cursor.at += 1;
    return;
  }
  while (!cursor.broken) {
    skipSpace(cursor);
    const start = cursor.at + 1;
    skipText(cursor);
    const end = cursor.at - 1;
    skipSpace(cursor);
    if (cursor.broken || bytes[cursor.at] !== colon) break;
    cursor.at += 1;
    if (!member(start, end)) return;
    skipSpace(cursor);
    const next = bytes[cursor.at];
    cursor.at += 1;
    if (next === closeBrace) return;
    if (next !== comma) break;
  }
  cursor.broken = true;
}

/** Whether the key, as it is written, is `name`; an escaped one never is, and no API server escapes these. */
function isKey(bytes: Buffer, start: number, end: number, name: string): boolean {
  if (end - start !== name.length) return false;
  for (let index = 0; index < name.length; index += 1) {
    if (bytes[start + index] !== name.charCodeAt(index)) return false;
  }
  return true;
}

function readText(cursor: Cursor): string {
  skipSpace(cursor);
  const start = cursor.at;
  const escaped = skipText(cursor);
  if (cursor.broken) return '';
  if (escaped === 'plain') return cursor.bytes.toString('utf8', start + 1, cursor.at - 1);
  try {
    const value: unknown = JSON.parse(cursor.bytes.toString('utf8', start, cursor.at));
    if (typeof value === 'string') return value;
  } catch {
    // an escape that JSON has not
  }
  cursor.broken = true;
  return '';
}

/** Steps behind a string. */
function skipText(cursor: Cursor): 'plain' | 'escaped' {
  const { bytes } = cursor;
  if (bytes[cursor.at] !== quote) {
    cursor.broken = true;
    return 'plain';
  }
  let form: 'plain' | 'escaped' = 'plain';
  for (let at = cursor.at + 1; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === backslash) {
      form = 'escaped';
      at += 1;
    } else if (byte === quote) {
      cursor.at = at + 1;
      return form;
    }
  }
  cursor.broken = true;
  return form;
}

/** Steps behind a value by its brackets; whether it is one is the module's business. */
function skipValue(cursor: Cursor): void {
  const { bytes } = cursor;
  skipSpace(cursor);
  let depth = 0;
  while (cursor.at < bytes.length && !cursor.broken) {
    const byte = bytes[cursor.at];
    if (byte === quote) skipText(cursor);
    else if (byte === openBrace || byte === openBracket) {
      depth += 1;
      cursor.at += 1;
      if (depth > depthLimit) cursor.broken = true;
    } else if (byte === closeBrace || byte === closeBracket || byte === comma) {
      if (depth === 0) return;
      if (byte !== comma) depth -= 1;
      cursor.at += 1;
    } else {
      cursor.at += 1;
      continue;
    }
    if (depth === 0) return;
  }
  cursor.broken = true;
}

function skipSpace(cursor: Cursor): void {
  const { bytes } = cursor;
  for (; cursor.at < bytes.length; cursor.at += 1) {
    const byte = bytes[cursor.at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
  }
}
