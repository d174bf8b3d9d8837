// What a fired rule writes into each section of the decision: text that is known when compiled, or a function that writes it.
// All rules' descriptors are a table in static data, so that ten thousand rules are ten thousand small records, not code.
//
// A descriptor is {u32 sections (a bit each), u32 summary, u32 address and u32 length of `{"rule":…,"at":…}`, then for each
// section, in order, {u32 address, u32 length} of its text or {u32 position in the table of functions, u32 0xffffffff}}.

import type { CoreAction, CoreExpr, CoreRule } from '@rdp/language';
import { actionsByStrength } from '@rdp/runtime/contract';
import { actionName, placeOfRule } from '../../ir/rule-words.ts';
import { buildFunction } from '../encode-function.ts';
import type { FunctionReference } from '../encode-function.ts';
import { callKernel, compileExpr } from './context.ts';
import type { EntrypointContext, FunctionContext } from './context.ts';
import { kindsOf, ruleMatches } from './find.ts';
import { placeSlots } from './constants.ts';
import { jsonText, writeJson, writeStatic } from './json.ts';
import { patchPieces, writePatch, type PatchPiece } from './patches.ts';
import { machineOf } from './representation.ts';
import { scoreKey } from './rule-state.ts';

/** The sections that rules write, by bit; `head` is the status and message of the block that counts. */
export const sectionNames = [
  'head',
  'findings',
  'limits',
  'approvals',
  'quarantine',
  'alerts',
  'patches',
  'records',
  'flows',
  'observed',
  'because',
] as const;
export type SectionName = (typeof sectionNames)[number];

/** Bits of a descriptor's summary above the strength of the rule's enforced action. */
export const summaryBits = { permits: 0x100, blocks: 0x200 } as const;

/** The action, and what goes with it, when nothing permits. */
export const denied = '"block","reason":"default_deny","status":403,"message":"nothing permits this"';

/** The length that says: the address is a function's position. */
export const byFunction = 0xffffffff;

/** The type of functions that write. */
export const writerType = { params: ['i32'], results: [] } as const;

/** A piece of a section: text, an expression whose value is written as JSON, or what only the kernel can write. */
type Piece =
  | string
  | { readonly kind: 'json' | 'text'; readonly expr: CoreExpr }
  | { readonly kind: 'score' | 'matches' }
  | PatchPiece;

/** Address of the table of descriptors: u32 each, by rule. */
export function placeDescriptors(entry: EntrypointContext): number {
  const { rules } = entry.entrypoint;
  const table = new DataView(new ArrayBuffer(Math.max(4, rules.length * 4)));
  rules.forEach((rule, index) => table.setUint32(index * 4, placeDescriptor(entry, rule, index), true));
  return entry.module.data.place(new Uint8Array(table.buffer), 4);
}

/** The sections that some rule writes. */
export function sectionsInUse(rules: readonly CoreRule[]): ReadonlySet<SectionName> {
  return new Set(rules.flatMap((rule, index) => [...piecesOf(rule, index).keys()]));
}

const utf8 = new TextEncoder();

function placeDescriptor(entry: EntrypointContext, rule: CoreRule, index: number): number {
  const { data } = entry.module;
  const pieces = piecesOf(rule, index);
  const words: number[] = [0, summaryOf(rule)];
  const because = utf8.encode(`{"rule":${jsonText(rule.name)},"at":${jsonText(placeOfRule(rule))}}`);
  words.push(data.place(because), because.length);
  let sections = 0;
  sectionNames.forEach((section, bit) => {
    const parts = pieces.get(section);
    if (parts === undefined) return;
    sections |= 1 << bit;
    const [only] = parts;
    if (parts.length === 1 && typeof only === 'string') {
      const bytes = utf8.encode(only);
      words.push(data.place(bytes), bytes.length);
      return;
    }
    entry.module.table.push(generateWriter(entry, { index, section, rule, parts }));
    words.push(entry.module.table.length - 1, byFunction);
  });
  words[0] = sections;
  const view = new DataView(new ArrayBuffer(words.length * 4));
  words.forEach((word, position) => view.setUint32(position * 4, word, true));
  return data.place(new Uint8Array(view.buffer), 4);
}

function summaryOf(rule: CoreRule): number {
  if (rule.action === undefined || rule.mode !== 'enforce') return 0;
  const flags =
    (rule.action.kind === 'permit' || rule.action.kind === 'approve' ? summaryBits.permits : 0) |
    (rule.action.kind === 'block' ? summaryBits.blocks : 0);
  return actionsByStrength.indexOf(actionName(rule.action)) | flags;
}

/** What is known when compiled becomes text, and neighbouring texts one. */
function joined(pieces: readonly Piece[]): readonly Piece[] {
  const out: Piece[] = [];
  for (const written of pieces) {
    const piece = (typeof written === 'object' && 'expr' in written && constantText(written.expr)) || written;
    const last = out.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') out[out.length - 1] = last + piece;
    else out.push(piece);
  }
  return out;
}

/** The JSON of a constant string, which no decision needs to work out. */
function constantText(expr: CoreExpr): string | undefined {
  return expr.op === 'const' && expr.value.kind === 'string' ? jsonText(expr.value.value) : undefined;
}

/** What `rule` writes, by section. */
function piecesOf(rule: CoreRule, index: number): ReadonlyMap<SectionName, readonly Piece[]> {
  const name = `{"rule":${jsonText(rule.name)}`;
  const sections = new Map<SectionName, readonly Piece[]>();
  const add = (section: SectionName, pieces: readonly Piece[]): void => void sections.set(section, joined(pieces));
  const { action } = rule;
  if (action?.kind === 'block' && rule.mode === 'enforce')
    add('head', [
      `,"status":${action.status}`,
      ...(action.message ? [',"message":', { kind: 'text', expr: action.message } as const] : []),
    ]);
  if (rule.verb === 'detect') add('findings', findingPieces(rule, name));
  if (action && rule.mode === 'enforce') addAction(add, action, name);
  if (action?.kind === 'set' && rule.mode === 'enforce')
    add(
      'patches',
      patchPieces(rule, index).flatMap((piece, position) => [`${position > 0 ? ',' : ''}${name}`, piece]),
    );
  if (rule.records.length > 0)
    add(
      'records',
      rule.records.flatMap((record, position): readonly Piece[] => [
        `${position > 0 ? ',' : ''}${name},"kind":${jsonText(record.kind)},"fields":{`,
        ...memberPieces(record.fields),
        '}}',
      ]),
    );
  if (rule.flows.length > 0)
    add(
      'flows',
      rule.flows.flatMap((flow, position): readonly Piece[] => [
        `${position > 0 ? ',' : ''}${name},"from":`,
        { kind: 'text', expr: flow.from },
        ',"to":',
        { kind: 'text', expr: flow.to },
        '}',
      ]),
    );
  if (action && rule.mode !== 'enforce')
    add('observed', [
      `${name},"action":${jsonText(actionName(action))},"mode":${jsonText(rule.mode)}`,
      ...('message' in action && action.message
        ? [',"message":', { kind: 'text', expr: action.message } as const]
        : []),
      '}',
    ]);
  const at = `${name},"at":${jsonText(placeOfRule(rule))}`;
  add('because', rule.facts.length > 0 ? [`${at},"facts":{`, ...memberPieces(rule.facts), '}}'] : [`${at}}`]);
  return sections;
}

function memberPieces(members: readonly { readonly name: string; readonly value: CoreExpr }[]): readonly Piece[] {
  return members.flatMap(({ name, value }, position): readonly Piece[] => [
    `${position > 0 ? ',' : ''}${jsonText(name)}:`,
    { kind: 'json', expr: value },
  ]);
}

function findingPieces(rule: CoreRule, name: string): readonly Piece[] {
  const covers = rule.covers.length > 0 ? `,"covers":[${rule.covers.map(jsonText).join()}]` : '';
  return [
    `${name},"severity":${jsonText(rule.severity)}${covers}`,
    ...(rule.message ? [',"message":', { kind: 'text', expr: rule.message } as const] : []),
    ...(rule.scores.length > 0 ? [',"score":', { kind: 'score' } as const] : []),
    ...(rule.finds.length > 0 ? [{ kind: 'matches' } as const] : []),
    '}',
  ];
}

function addAction(
  add: (section: SectionName, pieces: readonly Piece[]) => void,
  action: CoreAction,
  name: string,
): void {
  switch (action.kind) {
    case 'limit':
      return add('limits', [
        `${name},"key":`,
        { kind: 'text', expr: action.key },
        `,"unit":${jsonText(action.unit)},"amount":${action.amount},"window":${action.window}`,
        ...(action.cost ? [',"cost":', { kind: 'json', expr: action.cost } as const] : []),
        ...(action.price ? pricePieces(action.price) : []),
        action.onError === 'allow' ? ',"on_error":"allow"}' : '}',
      ]);
    case 'approve':
      return add('approvals', [`${name},"by":`, { kind: 'text', expr: action.by }, '}']);
    case 'quarantine':
      return add('quarantine', [`${name},"target":`, { kind: 'text', expr: action.target }, '}']);
    case 'alert':
      return add('alerts', [
        name,
        ...(action.message ? [',"message":', { kind: 'text', expr: action.message } as const] : []),
        '}',
      ]);
    case 'set':
    case 'block':
    case 'redact':
    case 'strip':
    case 'permit':
      return;
  }
}

function pricePieces({ input, output }: { readonly input: CoreExpr; readonly output: CoreExpr }): readonly Piece[] {
  return [',"price":[', { kind: 'json', expr: input }, ',', { kind: 'json', expr: output }, ']'];
}

/** Writes one piece. */
function writePiece(f: FunctionContext, piece: Piece, index: number): void {
  const { b, entry } = f;
  if (typeof piece === 'string') return writeStatic(entry, b, piece);
  switch (piece.kind) {
    case 'json':
    case 'text': {
      compileExpr(f, piece.expr);
      return writeValueAs(f, piece);
    }
    case 'patch':
      return writePatch(f, piece);
    case 'score':
      b.get(f.frame)
        .memory('i32.load', entry.stateSlot(scoreKey(index)))
        .op('i64.extend_i32_s');
      callKernel(b, 'out_int');
      return;
    case 'matches':
      b.get(f.frame).call(ruleMatches(entry, index)).i32(placeKinds(entry));
      callKernel(b, 'out_matches');
  }
}

/** What is to be text and is none is the JSON of it, as text. */
function writeValueAs(f: FunctionContext, piece: { readonly kind: 'json' | 'text'; readonly expr: CoreExpr }): void {
  const type = piece.expr.type;
  if (piece.kind === 'json' || type.kind === 'string') return writeJson(f.entry, f.b, type);
  const start = f.b.local('i32');
  const value = f.b.local(machineOf(type));
  f.b.set(value);
  callKernel(f.b, 'out_length').set(start).get(value);
  writeJson(f.entry, f.b, type);
  callKernel(f.b.get(start), 'out_quote');
}

function generateWriter(
  entry: EntrypointContext,
  part: {
    readonly index: number;
    readonly section: SectionName;
    readonly rule: CoreRule;
    readonly parts: readonly Piece[];
  },
): FunctionReference {
  const name = `${entry.prefix}${part.section}:${part.rule.name}`;
  const b = buildFunction(name, writerType);
  b.block(undefined, (handler) => {
    const f: FunctionContext = { entry, b, frame: 0, locals: new Map(), handler };
    for (const piece of part.parts) writePiece(f, piece, part.index);
  });
  entry.module.functions.push(b.finish());
  return { name, type: writerType };
}

/** Names of the kinds of matches in static slots. */
export function placeKinds(entry: EntrypointContext): number {
  return placeSlots(
    entry,
    kindsOf(entry).map((kind) => entry.module.data.text(kind)),
  );
}
