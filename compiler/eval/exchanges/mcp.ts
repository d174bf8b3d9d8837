// The examples of the Model Context Protocol → what is made of them: each fits its schema, is told for what it is, and what tools are
// called with, give back and say of themselves arrives in the events of `std.mcp`.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { elementsOf, membersOf, stringAt, type Slice } from '../../../runtime/src/mcp/json-slices.ts';
import { decidedAnswers, decidedMethod } from '../../../runtime/src/mcp/methods.ts';
import { readMessage, type RpcMessage } from '../../../runtime/src/mcp/message.ts';
import {
  callDocument,
  describeDocument,
  partsDocument,
  resultDocument,
  type EventDocument,
} from '../../../runtime/src/mcp/message-events.ts';
import { interpret } from '../../src/ir/interpret/interpret.ts';
import { lowerProgram } from '../../src/ir/lower.ts';
import { everyText, isObject, items, text } from './oracle/json.ts';
import type { Row } from './render-page.ts';

const set = 'llm-mcp';
const head = { client: { workload: 'eval', id: '', ip: '', subject: '' }, session: 's', now: 0 };

const policy = `package tools
import std.mcp
surface Tools: mcp { servers ["any"] }
pattern whole = re"(?s).{1,1000}"
detect Called on Tools.call { severity low find whole in texts(tool.arguments) when tool.name != "" }
detect Result on Tools.result { severity low find whole in content[*].text find whole in texts(structured) when tool.name != "" }
detect Described on Tools.describe { severity low find whole in description when name != "" }
detect Held on Tools.contents { severity low find whole in contents[*].text when uri == "" }
detect Prompted on Tools.messages {
  severity low
  find     whole in messages[*].content.text
  find     whole in messages[*].content.resource.text
  when     name == ""
}
detect Sampling on Tools.sample { severity low find whole in texts(messages[*].content) find whole in system }
detect Sampled on Tools.sampled { severity low find whole in texts(content) when server != "" }
detect Asked on Tools.elicit { severity low find whole in message when server != "" }
detect Answered on Tools.elicited { severity low find whole in texts(content) when server != "" }
`;

/** What an example was asked, and what differed. */
export interface McpCheck extends Row {
  readonly id: string;
  readonly misses: readonly string[];
}

/** All examples below a folder; none where the set is not there. */
export function checkMcp(folder: string): readonly McpCheck[] {
  const schema = join(folder, set, 'all', 'schema-2026-07-28.json');
  if (!existsSync(schema)) return [];
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(JSON.parse(readFileSync(schema, 'utf8')) as object, 'mcp');
  const asked = questions();
  return ['dev', 'heldout']
    .map((half) => join(folder, set, half, 'examples'))
    .filter((path) => existsSync(path))
    .flatMap((path) => filesOf(path))
    .flatMap(({ type, id, path }) => {
      const bytes = new Uint8Array(readFileSync(path));
      const row = (what: string, misses: readonly string[]): McpCheck => ({
        set,
        api: kindOf(type),
        what,
        isMiss: misses.length > 0,
        id,
        misses,
      });
      const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
      const fits = ajv.validate(`mcp#/$defs/${type}`, value) ? [] : [ajv.errorsText()];
      const wire = wireOf(type, bytes, value);
      if (wire === undefined) return [row('schema', fits)];
      const message = readMessage(wire);
      if (typeof message === 'string') return [row('schema', fits), row('told', [message])];
      const wanted = kindOf(type);
      const told = message.kind === wanted ? [] : [`${message.kind} instead of ${wanted}`];
      return [
        row('schema', fits),
        row('told', told),
        ...asked(message, wire).map(([what, misses]) => row(what, misses)),
      ];
    });
}

function filesOf(folder: string): readonly { readonly type: string; readonly id: string; readonly path: string }[] {
  return readdirSync(folder)
    .toSorted()
    .flatMap((type) =>
      readdirSync(join(folder, type))
        .toSorted()
        .map((name) => ({ type, id: `${type}/${name}`, path: join(folder, type, name) })),
    );
}

/** What a type is on the wire, by its name. */
function kindOf(type: string): RpcMessage['kind'] | 'part' {
  if (type.endsWith('Notification')) return 'notification';
  if (type.endsWith('Request')) return 'request';
  if (type.endsWith('ResultResponse') || type.endsWith('Result')) return 'result';
  return type.endsWith('Error') ? 'error' : 'part';
}

/** An example as a message: it is one, or it is the result or the error of one; undefined for any other part. */
function wireOf(type: string, bytes: Uint8Array, value: unknown): Uint8Array | undefined {
  if (isObject(value) && 'jsonrpc' in value) return bytes;
  const kind = kindOf(type);
  const around = kind === 'result' ? 'result' : kind === 'error' ? 'error' : undefined;
  if (kind === 'request' && isObject(value) && 'method' in value)
    return Buffer.concat([Buffer.from('{"jsonrpc":"2.0","id":1,'), bytes.subarray(bytes.indexOf(0x7b) + 1)]);
  if (around === undefined) return undefined;
  return Buffer.concat([Buffer.from(`{"jsonrpc":"2.0","id":1,"${around}":`), bytes, Buffer.from('}')]);
}

type Answer = readonly [what: string, misses: readonly string[]];

/** What the events of a message are asked: that each text arrives, at its place in the message. */
function questions(): (message: RpcMessage, wire: Uint8Array) => readonly Answer[] {
  const { programs, diagnostics } = checkProgram({
    files: [{ path: 'tools.rdp', text: policy }],
    documents: new Map(),
    std: stdFiles,
  });
  const [program] = programs ?? [];
  if (program === undefined) throw new Error(diagnostics.map((said) => said.message).join('\n'));
  const ir = lowerProgram(program);
  const found = (event: string, document: EventDocument): readonly string[] | string => {
    const decision: unknown = JSON.parse(
      interpret({ ir, entrypoint: `tools/Tools/${event}`, input: document.bytes, data: undefined }),
    );
    if (text(decision, 'reason') !== undefined) return text(decision, 'message') ?? 'blocked';
    return items(decision, 'findings').flatMap((finding) =>
      items(finding, 'matches').map((match) => {
        const [start, end] = items(match, 'bytes');
        if (typeof start !== 'number' || typeof end !== 'number') return '';
        return JSON.parse(`"${new TextDecoder().decode(document.bytes.subarray(start, end))}"`) as string; // between quotes
      }),
    );
  };
  const same = (got: readonly string[] | string, wanted: readonly string[]): readonly string[] => {
    if (typeof got === 'string') return [got];
    const long = wanted.filter((one) => one !== '');
    return JSON.stringify(got.toSorted()) === JSON.stringify(long.toSorted())
      ? []
      : [`has ${JSON.stringify(got)}, not ${JSON.stringify(long)}`];
  };
  /** Requests and answers that have an event of their own: each arrives as it is, with the texts that models and people get to see. */
  const conversation = (message: RpcMessage, wire: Uint8Array, value: unknown): readonly Answer[] => {
    const partsOf = (members: ReadonlyMap<string, Slice>, keys: readonly string[]): ReadonlyMap<string, Slice> =>
      new Map(
        keys.flatMap((key) => (members.has(key) ? [[key, members.get(key) ?? { start: 0, end: 0 }] as const] : [])),
      );
    const own = decidedMethod('client', message.method ?? '') ?? decidedMethod('server', message.method ?? '');
    const params = isObject(value) ? value['params'] : undefined;
    if (own !== undefined && message.params !== undefined && (own.event === 'sample' || own.event === 'elicit')) {
      const said = { server: 'any', method: message.method ?? '' };
      const document = partsDocument(head, said, wire, partsOf(message.params, own.asked));
      const texts =
        own.event === 'elicit'
          ? [text(params, 'message') ?? '']
          : [
              ...items(params, 'messages').flatMap((one) => everyText(isObject(one) ? one['content'] : undefined)),
              text(params, 'systemPrompt') ?? '',
            ];
      return [[own.event, same(found(own.event, document), texts)]];
    }
    const { result } = message;
    const given = isObject(value) ? value['result'] : undefined;
    if (result === undefined) return [];
    return [...decidedAnswers('server'), ...decidedAnswers('client')]
      .filter(({ told, answer }) => answer !== undefined && told.every((key) => result.has(key)))
      .map(({ answer = '', answered, named }) => {
        const said = { server: 'any', ...(named === undefined ? {} : { [named]: '' }) };
        const document = partsDocument(head, said, wire, partsOf(result, answered));
        return [answer, same(found(answer, document), textsOfAnswer(answer, given))];
      });
  };
  return (message, wire) => {
    const value: unknown = JSON.parse(new TextDecoder().decode(wire));
    const answers: Answer[] = [];
    if (message.method === 'tools/call') {
      const name = stringAt(wire, message.params?.get('name')) ?? '';
      const document = callDocument(head, { server: 'any', name }, wire, message.params?.get('arguments'));
      const given = isObject(value) && isObject(value['params']) ? value['params']['arguments'] : undefined;
      answers.push(['arguments', same(found('call', document), everyText(given))]);
    }
    const result = isObject(value) ? value['result'] : undefined;
    if (message.result?.has('content') && isObject(result) && Array.isArray(result['content'])) {
      const tool = { server: 'any', name: 'tool', arguments: '{}' };
      const document = resultDocument(head, tool, wire, message.result);
      const texts = items(result, 'content').flatMap((block) => text(block, 'text') ?? []);
      answers.push(['results', same(found('result', document), [...texts, ...everyText(result['structuredContent'])])]);
    }
    answers.push(...conversation(message, wire, value));
    const toolList = message.result?.get('tools');
    const tools: readonly Slice[] = (toolList && elementsOf(wire, toolList)) ?? [];
    for (const [index, slice] of tools.entries()) {
      const members = membersOf(wire, slice);
      const got = members
        ? found('describe', describeDocument(head, { server: 'any', offer: 'tool', members }, wire))
        : 'no object';
      answers.push(['descriptions', same(got, [text(items(result, 'tools')[index], 'description') ?? ''])]);
    }
    return answers;
  };
}

function textsOfAnswer(answer: string, given: unknown): readonly string[] {
  const content = isObject(given) ? given['content'] : undefined;
  switch (answer) {
    case 'contents':
      return items(given, 'contents').map((one) => text(one, 'text') ?? '');
    case 'messages':
      return items(given, 'messages').flatMap((one) => {
        const block = isObject(one) ? one['content'] : undefined;
        return [text(block, 'text') ?? '', text(isObject(block) ? block['resource'] : undefined, 'text') ?? ''];
      });
    default:
      return everyText(content);
  }
}
