// Loaded into the server's process by the bench: says what it has cost so far when it is asked over the channel between the
// processes. Memory that is not live is room that V8 keeps for later.

/** What the process answers. */
export interface ServerCost {
  /** Processor time of all its threads, in milliseconds. */
  readonly processor: number;
  /** Bytes of the process that are in memory. */
  readonly resident: number;
  /** Bytes that are reachable after a collection; 0 where that was not asked for, or without `--expose-gc`. */
  readonly live: number;
}

/** What is asked: a collection changes what is measured next, so that it is made only for who wants to know. */
export type CostQuestion = 'cost' | 'cost and live memory';

process.on('message', (question: CostQuestion) => {
  const { user, system } = process.cpuUsage();
  const resident = process.memoryUsage.rss();
  if (question === 'cost and live memory') globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  const live = question === 'cost and live memory' ? heapUsed + external : 0;
  const answer: ServerCost = { processor: (user + system) / 1000, resident, live };
  process.send?.(answer);
});
// The channel alone must not keep the server alive.
process.channel?.unref();
