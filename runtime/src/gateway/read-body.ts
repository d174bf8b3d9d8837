// The body of a request → its bytes, within the limits of one body and of all together.
//
// INVARIANT: nobody makes the process hold more than its budget, whatever is sent and however slowly; what is read is given back by
// whoever took it.

import type { BodyBudget } from '../server/body-budget.ts';
import { cutShort, hasLeft, type HttpRequest } from '../server/listen.ts';

/** A body, or why there is none. */
export type ReadBody =
  | {
      readonly kind: 'bytes';
      readonly bytes: Buffer;
      /** Gives the bytes back to the budget. */ readonly release: () => void;
    }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'aborted' };

/** How many times `limit` is read and thrown away, so that the client can read its answer, before the connection goes. */
const patience = 4;

/** Reads to the end, or to the limit: the rest of what is too large is thrown away beside the answer. */
export function readBody(request: HttpRequest, limit: number, budget: BodyBudget): Promise<ReadBody> {
  if (hasLeft(request)) return Promise.resolve({ kind: 'aborted' });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let kept = 0;
    let isOver = false;
    const end = (outcome: ReadBody): void => {
      if (isOver) return;
      isOver = true;
      if (outcome.kind !== 'bytes') {
        budget.give(kept);
        chunks.length = 0;
      }
      resolve(outcome);
    };
    const announced = Number(request.headers['content-length'] ?? 0);
    if (announced > limit) end({ kind: 'too_large' });
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit * patience) cutShort(request);
      if (isOver) return;
      if (size > limit) end({ kind: 'too_large' });
      else if (budget.take(chunk.length) === 'refused') end({ kind: 'busy' });
      else {
        chunks.push(chunk);
        kept += chunk.length;
      }
    });
    request.on('end', () => {
      const bytes = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, kept);
      const held = kept;
      end({ kind: 'bytes', bytes, release: () => budget.give(held) });
    });
    request.on('close', () => end({ kind: 'aborted' }));
    request.on('error', () => end({ kind: 'aborted' }));
  });
}
