// Calls that wait at one gateway, and approvers that answer at any: questions stand in Valkey or Redis, the wait stays where the call is.
//
// INVARIANT: as the port's. Only the gateway that asked takes an answer, and takes it once. A question that is gone from the store was
// lost with it, and ends as `unavailable`; while there is no connection the wait goes on until its time is over.

import { isObject } from '../load/read-json.ts';
import { reasonOf } from '../load/problem.ts';
import type { RedisConnection } from '../store/redis-connection.ts';
import { redisScript, runScript } from '../store/redis-script.ts';
import { answerTo } from './answer.ts';
import type { AnswerOutcome, ApprovalDesk, Approver, Question } from './approval-desk.ts';
import { openWaits, type WaitLimits } from './waits.ts';

export interface RedisDeskOptions extends WaitLimits {
  readonly connection: RedisConnection;
  /** What names of keys begin with; `rdp` unless said. */
  readonly prefix?: string;
  /** Milliseconds between two looks for answers; 250 unless said. */
  readonly interval?: number;
}

/** question, open: JSON, id, until, milliseconds to live. */
const askScript = redisScript(`
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[5])
redis.call('HSET', KEYS[1], 'question', ARGV[1], 'granted', '[]', 'state', 'open')
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
return 1
`);

/** question: what was granted when it was read, and is now; state, by → whether nobody was faster. */
const answerScript = redisScript(`
local known = redis.call('HMGET', KEYS[1], 'granted', 'state')
if known[1] ~= ARGV[1] or known[2] ~= 'open' then return 0 end
redis.call('HSET', KEYS[1], 'granted', ARGV[2], 'state', ARGV[3], 'by', ARGV[4])
return 1
`);

/** question, open: id → state and who said so; an answer is gone afterwards. */
const takeScript = redisScript(`
local known = redis.call('HMGET', KEYS[1], 'state', 'by', 'granted')
if not known[1] then return { 'gone', '', '[]' } end
if known[1] ~= 'open' then
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[2], ARGV[1])
end
return { known[1], known[2] or '', known[3] }
`);

/** A desk over a connection. */
export function redisDesk(options: RedisDeskOptions): ApprovalDesk {
  const { connection, prefix = 'rdp', interval = 250 } = options;
  const waits = openWaits(options);
  const open = `${prefix}:{approvals}:open`;
  const keyOf = (id: string): string => `${prefix}:{approvals}:${id}`;

  const look = async (id: string): Promise<void> => {
    const answer = await connection.ask((client) =>
      runScript(client, takeScript, { keys: [keyOf(id), open], words: [id] }),
    );
    const [state, by = '', granted = '[]'] = answer as string[]; // what the script returns
    if (state === 'gone') waits.end(id, { kind: 'unavailable', why: 'the store lost the question' });
    if (state === 'refused') waits.end(id, { kind: 'refused', by });
    if (state === 'granted') waits.end(id, { kind: 'granted', by: textsIn(granted) });
  };
  const timer = setInterval(() => {
    for (const id of waits.ids()) void look(id).catch(() => undefined); // asked again with the next look
  }, interval);
  timer.unref();

  const find = async (id: string): Promise<Question | undefined> => {
    if (!/^[\w-]{1,64}$/.test(id)) return undefined;
    const [question, granted, state] = await connection.ask((client) =>
      client.hmget(keyOf(id), 'question', 'granted', 'state'),
    );
    return state === 'open' ? questionIn(question, granted) : undefined;
  };
  const answer = async (
    id: string,
    given: { readonly approver: Approver; readonly digest: string | undefined },
  ): Promise<AnswerOutcome> => {
    try {
      for (let attempt = 0; attempt < 5; attempt += 1) {
        const question = await find(id);
        if (question === undefined) return 'absent';
        const { outcome, granted } = answerTo(question, given);
        if (outcome === 'not_yours' || outcome === 'other_action') return outcome;
        const state = outcome === 'more_needed' ? 'open' : outcome;
        const words = [JSON.stringify(question.granted), JSON.stringify(granted), state, given.approver.name];
        const was = await connection.ask((client) => runScript(client, answerScript, { keys: [keyOf(id)], words }));
        if (was === 1) return outcome;
      }
      return 'unavailable';
    } catch {
      return 'unavailable';
    }
  };

  return {
    ask: async (question, signal) => {
      const now = Date.now();
      const words = [
        JSON.stringify(question),
        question.id,
        question.until,
        Math.max(1, question.until - now + 60_000),
        now,
      ];
      const waiting = waits.begin(question, signal);
      if (waiting.kind === 'no') return waiting.answer;
      try {
        await connection.ask((client) => runScript(client, askScript, { keys: [keyOf(question.id), open], words }));
      } catch (error) {
        waits.end(question.id, { kind: 'unavailable', why: reasonOf(error) });
      }
      const how = await waiting.answer;
      if (how.kind !== 'granted' && how.kind !== 'refused')
        void connection
          .ask((client) => client.multi().del(keyOf(question.id)).zrem(open, question.id).exec())
          .catch(() => undefined); // it expires by itself
      return how;
    },
    grant: (id, digest, approver) => answer(id, { approver, digest }),
    refuse: (id, approver) => answer(id, { approver, digest: undefined }),
    list: async () => {
      const ids = await connection.ask((client) => client.zrangebyscore(open, Date.now(), '+inf'));
      const questions = await Promise.all(ids.map(find));
      return questions.filter((question) => question !== undefined);
    },
    find,
    waiting: waits.count,
    close: () => {
      clearInterval(timer);
      waits.endAll({ kind: 'unavailable', why: 'the gateway ends' });
      return Promise.resolve();
    },
  };
}

function questionIn(text: string | null | undefined, granted: string | null | undefined): Question | undefined {
  if (typeof text !== 'string') return undefined;
  return { ...(JSON.parse(text) as Omit<Question, 'granted'>), granted: textsIn(granted ?? '[]') }; // as `ask` wrote it
}

function textsIn(json: string): readonly string[] {
  const list: unknown = JSON.parse(json);
  return Array.isArray(list) && !isObject(list) ? list.filter((item) => typeof item === 'string') : [];
}
