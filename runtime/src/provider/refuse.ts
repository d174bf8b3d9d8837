// A refusal in the words of a provider's API, so that its clients raise their own error: as the body of a response, or as the last
// event of a stream that has begun.

import type { RefusalShape, StreamFormat } from '../contract/index.ts';
import { encodeMessage } from '../stream/event-stream.ts';

/** What is refused, and why. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** Body and headers of a refusal; where no provider says how, the message alone as JSON. */
export function refuseAs(
  shape: RefusalShape | undefined,
  { status, message }: Refusal,
): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const headers = (shape?.headers ?? []).map(({ name, value }) => [name, value] as const);
  return {
    headers: Object.fromEntries([['content-type', 'application/json'], ...headers]),
    body: JSON.stringify(bodyOf(shape ?? plainShape, { status, message })),
  };
}

const plainShape: RefusalShape = { message: '/message', status: undefined, texts: [], headers: [], event: undefined };

/** The bytes that end a stream of a format. A JSON array cannot end so: its client sees that it is cut off. */
export function refuseInStream(shape: RefusalShape | undefined, format: StreamFormat, refusal: Refusal): Uint8Array {
  const body = JSON.stringify(bodyOf(shape ?? plainShape, refusal));
  switch (format) {
    case 'sse': {
      const event = shape?.event === undefined ? '' : `event: ${shape.event}\n`;
      return Buffer.from(`${event}data: ${body}\n\n`);
    }
    case 'ndjson':
      return Buffer.from(`${body}\n`);
    case 'json':
      return new Uint8Array(0);
    case 'eventstream':
      return encodeMessage(
        Buffer.concat([
          textHeader(':message-type', 'exception'),
          textHeader(':exception-type', 'validationException'),
          textHeader(':content-type', 'application/json'),
        ]),
        Buffer.from(body),
      );
  }
}

/** A header of the type text (7) of an event stream. */
function textHeader(name: string, value: string): Uint8Array {
  const [key, text] = [Buffer.from(name), Buffer.from(value)];
  return Buffer.concat([Uint8Array.of(key.length), key, Uint8Array.of(7, text.length >> 8, text.length & 0xff), text]);
}

/** The members in the order in which the shape names them: texts, then status, then message, each where its pointer leads. */
function bodyOf(shape: RefusalShape, { status, message }: Refusal): object {
  const body: Record<string, unknown> = {};
  for (const { path, text } of shape.texts) put(body, path, text);
  if (shape.status !== undefined) put(body, shape.status, status);
  put(body, shape.message, message);
  return body;
}

function put(into: Record<string, unknown>, pointer: string, value: unknown): void {
  const steps = pointer.split('/').slice(1);
  const last = steps.pop() ?? '';
  let at = into;
  for (const step of steps) at = (at[step] ??= {}) as Record<string, unknown>; // an object that was put there
  at[last] = value;
}
