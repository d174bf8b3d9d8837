// The little of Node's globals that runtime, compiler and language server use. The worker is built with this in their place.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Bytes with Node's methods for texts and numbers. */
class PageBytes extends Uint8Array {
  write(text: string, at: number): number {
    return encoder.encodeInto(text, this.subarray(at)).written;
  }

  writeUInt32LE(value: number, at: number): number {
    new DataView(this.buffer, this.byteOffset).setUint32(at, value, true);
    return at + 4;
  }

  override toString(encoding = 'utf8', start = 0, end: number = this.length): string {
    const part = this.subarray(start, end);
    if (encoding === 'utf8') return decoder.decode(part);
    const base64 = btoa(Array.from(part, (byte) => String.fromCharCode(byte)).join(''));
    return encoding === 'base64' ? base64 : base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  }
}

function bytesOf(text: string, encoding: string | undefined): Uint8Array {
  if (encoding === undefined || encoding === 'utf8') return encoder.encode(text);
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
}

function copyOf(parts: readonly Uint8Array[]): PageBytes {
  const all = new PageBytes(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** As Node has it: a view of a buffer, a copy of everything else. */
const pageBuffer: {
  readonly from: (source: ArrayBuffer | Uint8Array | string, encoding?: string) => PageBytes;
  readonly concat: (parts: readonly Uint8Array[]) => PageBytes;
  readonly byteLength: (content: string | Uint8Array) => number;
} = {
  from: (source, encoding) => {
    if (source instanceof ArrayBuffer) return new PageBytes(source);
    return copyOf([typeof source === 'string' ? bytesOf(source, encoding) : source]);
  },
  concat: copyOf,
  byteLength: (content) => (typeof content === 'string' ? encoder.encode(content).length : content.length),
};

export { pageBuffer as Buffer };

const turns = new MessageChannel();
const waiting: (() => void)[] = [];
turns.port1.onmessage = () => waiting.shift()?.();

/** Calls `run` when the messages that are there have been dealt with. */
export function setImmediate(run: () => void): void {
  waiting.push(run);
  turns.port2.postMessage(undefined);
}
