// One gateway's part in counting, as a process of its own: connects to the store, and when told so lets clients ask for charges until they
// are told to stop, telling of each that was within when it was sent and answered.
//
// Arguments: URL, amount, window in seconds, clients, milliseconds between two charges of a client. Messages: `go`, `stop`.

import { redisLimits } from '../../runtime/src/limits/redis-limits.ts';
import { connectRedis } from '../../runtime/src/store/redis-connection.ts';

/** What a worker tells. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'within'; readonly sent: number; readonly answered: number }
  | { readonly kind: 'done'; readonly over: number; readonly unavailable: number; readonly slowest: number };

const [url = '', amount = '1', window = '1', clients = '1', wait = '0'] = process.argv.slice(2);
const connection = connectRedis({ url });
const store = redisLimits({ connection, grace: 700 });
const charge = {
  scope: 'interop/Chat/request',
  rule: 'Budget',
  key: 'one',
  unit: 'requests',
  amount: Number(amount),
  window: Number(window),
  cost: 1,
};
const counts = { over: 0, unavailable: 0, slowest: 0 };
let isRunning = false;

process.on('message', (message) => {
  if (message === 'go') void run();
  else isRunning = false;
});
await connection.ready(10_000);
while (store.problem() !== undefined) await pause(10);
tell({ kind: 'ready' });

async function run(): Promise<void> {
  isRunning = true;
  await Promise.all(Array.from({ length: Number(clients) }, client));
  tell({ kind: 'done', ...counts });
  connection.close();
  process.disconnect();
}

async function client(): Promise<void> {
  while (isRunning) {
    const sent = Date.now();
    const outcome = await store.take([charge], performance.now());
    const answered = Date.now();
    counts.slowest = Math.max(counts.slowest, answered - sent);
    if (outcome.kind === 'within') tell({ kind: 'within', sent, answered });
    else counts[outcome.kind] += 1;
    await pause(Number(wait));
  }
}

function tell(message: WorkerMessage): void {
  process.send?.(message);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
