// The bytes of a stream → its events, in the plainest way: all bytes are there, nothing is cut.

/** The JSON payloads of server-sent events. */
export function serverSentEvents(bytes: Uint8Array): readonly unknown[] {
  return new TextDecoder()
    .decode(bytes)
    .split(/\r?\n\r?\n/)
    .flatMap((event) => {
      const data = event
        .split(/\r?\n/)
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).trimStart())
        .join('\n');
      return data === '' || data === '[DONE]' ? [] : [JSON.parse(data) as unknown];
    });
}

/** The lines of NDJSON. */
export function jsonLines(bytes: Uint8Array): readonly unknown[] {
  return new TextDecoder()
    .decode(bytes)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as unknown);
}

/** The payloads of `application/vnd.amazon.eventstream`; of a `chunk` what is in it. */
export function messagesOfAws(bytes: Uint8Array): readonly unknown[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const events: unknown[] = [];
  for (let at = 0; at < bytes.length;) {
    const [total, headers] = [view.getUint32(at), view.getUint32(at + 4)];
    const payload = new TextDecoder().decode(bytes.subarray(at + 12 + headers, at + total - 4));
    const event = JSON.parse(payload) as { readonly bytes?: string };
    events.push(typeof event.bytes === 'string' ? JSON.parse(Buffer.from(event.bytes, 'base64').toString()) : event);
    at += total;
  }
  return events;
}
