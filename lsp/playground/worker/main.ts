// The worker of the page. One file, started twice: one decides, the other serves the language, so that neither waits for the other.

import type { Ask } from '../protocol.ts';
import { answerTo } from './answer.ts';
import { serveLanguage } from './language.ts';

declare const self: DedicatedWorkerGlobalScope;

/** What the page sends: the port of a language client, or a question. */
type Message = { readonly kind: 'language'; readonly port: MessagePort } | { readonly kind: 'ask'; readonly ask: Ask };

self.addEventListener('message', ({ data }: MessageEvent<Message>) => {
  if (data.kind === 'language') {
    serveLanguage(data.port);
    return;
  }
  const { ask } = data;
  answerTo(ask).then(
    (answer) => self.postMessage(answer),
    (error: unknown) => {
      const fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
      self.postMessage({ id: ask.id, errors: 0, warnings: 0, events: [], fault });
    },
  );
});
self.postMessage({ kind: 'ready' });
