// Requests of people → answers to questions and releases from quarantine; and the page from which they are sent.
//
// INVARIANT: everything but the page needs a bearer token, which browsers never send by themselves, so that no other site can act in
// somebody's name. Who is in none of the groups that a rule asks for sees nothing of the call. Every answer is logged with its name.

import type { IncomingMessage, ServerResponse } from 'node:http';

import { everyGroup } from '../approval/answer.ts';
import type { AnswerOutcome, ApprovalDesk, Approver, Question } from '../approval/approval-desk.ts';
import type { DecisionLog } from '../audit/decision-log.ts';
import { answerBlueprint, inventoryPaths, type BlueprintSource } from '../blueprint/index.ts';
import { isObject } from '../load/read-json.ts';
import type { Quarantine } from '../quarantine/quarantine.ts';
import type { AdminTokens } from './admin-tokens.ts';
import { adminPage, pagePolicy } from './admin-page.ts';

export interface AdminOptions {
  readonly tokens: AdminTokens;
  readonly approvals: ApprovalDesk;
  readonly quarantine: Quarantine;
  readonly log: DecisionLog;
  /** What was discovered, for the blueprint's page. */
  readonly blueprint?: BlueprintSource | undefined;
}

export type AdminHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Who is in it may see, hold and release. */
const quarantineGroup = 'quarantine';

/** Who is in it may see what was discovered. */
const inventoryGroup = 'inventory';

/** Bytes of a body. */
const bodyLimit = 16 * 1024;

interface Reply {
  readonly status: number;
  readonly body: object;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly approver: Approver;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Answers every request; for a port of its own, which only people who may approve should reach. */
export function createAdmin(options: AdminOptions): AdminHandler {
  return (request, response) => {
    const [path = '/'] = (request.url ?? '/').split('?', 1);
    const method = request.method ?? 'GET';
    const isRead = method === 'GET' || method === 'HEAD';
    if (path === '/' && isRead) return sendPage(response);
    if (path === '/blueprint' && isRead) return void sendBlueprint(response, path, options);
    const approver = options.tokens.approverOf(request.headers.authorization);
    if (approver === undefined) {
      request.resume();
      return send(response, { status: 401, body: { error: 'a token is needed' } });
    }
    if (isRead && inventoryPaths.includes(path) && mayDo(approver, inventoryGroup)) {
      request.resume();
      return void sendBlueprint(response, request.url ?? path, options);
    }
    void readBody(request, method)
      .then((body) =>
        body === undefined
          ? { status: 400, body: { error: `a JSON object of at most ${bodyLimit} bytes is needed` } }
          : answer({ method, path, approver, body }, options),
      )
      .catch(() => ({ status: 503, body: { error: 'the store cannot be reached' } }))
      .then((reply) => send(response, reply));
  };
}

async function answer(call: Call, options: AdminOptions): Promise<Reply> {
  const [, version, area, id, verb] = call.path.split('/');
  if (version === 'v1' && area === 'approvals') return answerApproval(call, { id, verb }, options);
  if (version === 'v1' && area === 'quarantine') return answerQuarantine(call, id, options);
  return missing;
}

const missing: Reply = { status: 404, body: { error: 'there is nothing here' } };
const wrongMethod: Reply = { status: 405, body: { error: 'not with this method' } };

async function answerApproval(
  { method, approver, body }: Call,
  { id, verb }: { readonly id: string | undefined; readonly verb: string | undefined },
  { approvals, log }: AdminOptions,
): Promise<Reply> {
  if (id === undefined || id === '') {
    if (method !== 'GET') return wrongMethod;
    const open = (await approvals.list()).filter((question) => concerns(question, approver));
    return { status: 200, body: { approvals: open } };
  }
  const question = await approvals.find(id);
  if (question === undefined || !concerns(question, approver)) return missing;
  if (verb === undefined) return method === 'GET' ? { status: 200, body: question } : wrongMethod;
  if (method !== 'POST') return wrongMethod;
  if (verb !== 'grant' && verb !== 'refuse') return missing;
  const digest = body['digest'];
  if (verb === 'grant' && typeof digest !== 'string')
    return { status: 400, body: { error: 'a grant says the `digest` of what it is for' } };
  const outcome =
    verb === 'grant' ? await approvals.grant(id, String(digest), approver) : await approvals.refuse(id, approver);
  note(log, { event: 'approval', decision_id: id, answer: verb, outcome, by: approver.name, rules: question.rules });
  return { status: statusOf[outcome], body: { outcome } };
}

const statusOf: Readonly<Record<AnswerOutcome, number>> = {
  granted: 200,
  refused: 200,
  more_needed: 202,
  absent: 404,
  other_action: 409,
  not_yours: 403,
  unavailable: 503,
};

function concerns({ by }: Question, { groups }: Approver): boolean {
  return groups.includes(everyGroup) || by.some((group) => groups.includes(group));
}

async function answerQuarantine(
  { method, approver, body }: Call,
  verb: string | undefined,
  { quarantine, log }: AdminOptions,
): Promise<Reply> {
  if (!mayDo(approver, quarantineGroup))
    return { status: 403, body: { error: `only who is in the group \`${quarantineGroup}\` may do this` } };
  if (verb === undefined || verb === '')
    return method === 'GET' ? { status: 200, body: { held: quarantine.list() } } : wrongMethod;
  if (verb !== 'release' && verb !== 'hold') return missing;
  if (method !== 'POST') return wrongMethod;
  const target = body['target'];
  if (typeof target !== 'string' || target === '') return { status: 400, body: { error: 'a `target` is needed' } };
  if (verb === 'hold') {
    const fault = await quarantine.hold({ target, rule: `by ${approver.name}`, since: Date.now() });
    note(log, { event: 'quarantine', target, answer: verb, outcome: fault ?? 'held', by: approver.name });
    return fault === undefined ? { status: 200, body: { outcome: 'held' } } : { status: 503, body: { error: fault } };
  }
  const outcome = await quarantine.release(target, approver.name);
  note(log, { event: 'quarantine', target, answer: verb, outcome, by: approver.name });
  return { status: { released: 200, absent: 404, unavailable: 503 }[outcome], body: { outcome } };
}

function note(log: DecisionLog, entry: Readonly<Record<string, unknown>>): void {
  void log.write({ time: new Date().toISOString(), ...entry });
}

function mayDo({ groups }: Approver, group: string): boolean {
  return groups.includes(group) || groups.includes(everyGroup);
}

/** The object in the body; undefined when there is none and one is needed, or it is too long. */
async function readBody(
  request: IncomingMessage,
  method: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (method !== 'POST') {
    request.resume();
    return {};
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) return undefined;
    chunks.push(chunk);
  }
  if (size === 0) return {};
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const guarded = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

function send(response: ServerResponse, { status, body }: Reply): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    ...guarded,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    ...(status === 400 ? { connection: 'close' } : {}),
  });
  response.end(text);
}

function sendPage(response: ServerResponse): void {
  response.writeHead(200, {
    ...guarded,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': pagePolicy,
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
  });
  response.end(adminPage);
}

/** The blueprint's answer to a path and query; its page holds nothing yet, so that it needs no token. */
async function sendBlueprint(response: ServerResponse, target: string, { blueprint }: AdminOptions): Promise<void> {
  const answer = blueprint === undefined ? undefined : await answerBlueprint(target, blueprint);
  if (answer === undefined) return send(response, missing);
  response.writeHead(answer.status, { ...guarded, ...answer.headers });
  response.end(answer.body);
}
