// A place inside of the parentheses of a call → how the function is called, and which argument is being written.

import {
  isMethodOf,
  printType,
  vocabulary,
  type AnyNode,
  type Binding,
  type FunctionForm,
  type ast,
} from '@rdp/language';
import { markPlace, type Marked } from './completion/marked.ts';
import { functionDoc } from './function-docs.ts';
import type { At } from './symbol-at.ts';

/** One way to call a function. */
export interface Signature {
  readonly label: string;
  /** Ranges in `label`, one for each parameter. */
  readonly params: readonly { readonly start: number; readonly end: number }[];
  readonly doc: string;
}

export interface SignatureHelp {
  readonly signatures: readonly Signature[];
  /** Index of the parameter that is being written; it may be past the last. */
  readonly active: number;
}

type Call = ast.Expr & { readonly kind: 'call' };

/** The calls around a place are asked from the inside. */
export function signatureAt(at: At): SignatureHelp | undefined {
  const marked = markPlace(at);
  if (marked === undefined) return undefined;
  for (const node of marked.path.toReversed()) {
    const call = callAround(node, marked.offset);
    const signatures = call ? signaturesOf(marked, call) : redactionSignatures(node);
    if (signatures.length === 0) continue;
    return { signatures, active: activeArgument(node, marked.offset) };
  }
  return undefined;
}

/** A call in whose parentheses `offset` is. */
function callAround(node: AnyNode, offset: number): Call | undefined {
  if (node.kind !== 'call' || !('callee' in node)) return undefined;
  const call = node as Call; // redactions have no callee
  return call.callee.end < offset ? call : undefined;
}

function activeArgument(node: AnyNode, offset: number): number {
  const args = 'args' in node && Array.isArray(node.args) ? (node.args as readonly ast.Expr[]) : []; // arguments of calls
  const at = args.findIndex(({ end }) => offset <= end);
  return at < 0 ? args.length : at;
}

function signaturesOf({ inspector }: Marked, call: Call): readonly Signature[] {
  const { callee } = call;
  if (callee.kind !== 'name' && callee.kind !== 'member') return [];
  const name = callee.name.text;
  const { bindings, types } = inspector.recorder;
  const binding = bindings.get(callee.name);
  if (binding) return boundSignatures(inspector, name, binding);
  const words = vocabulary();
  const usage = words.macros.get(name) ?? words.optionalMethods.get(name) ?? ownForms[name];
  if (usage !== undefined && callee.kind === 'member') return usageSignatures(name, usage);
  const forms = words.functions.filter((form) => {
    if (callee.kind === 'name') return form.receiver === undefined && form.name === name;
    if (form.receiver === undefined) return callee.of.kind === 'name' && form.name === `${callee.of.name.text}.${name}`;
    const type = types.get(callee.of);
    return form.name === name && (type === undefined || isMethodOf(name, type.kind === 'optional' ? type.of : type));
  });
  if (forms.length > 0) return forms.map(formSignature);
  return ownForms[name] === undefined ? [] : usageSignatures(name, ownForms[name]);
}

/** What the table of functions does not have, as it is written. */
const ownForms: Readonly<Partial<Record<string, string>>> = {
  matches: '`text.matches(pattern)`',
  contains_any: '`text.contains_any(texts)`',
  score: '`text.score(classifier)`',
  has: '`has(object.field)`',
  texts: '`texts(json)`',
};

function boundSignatures({ symbolOf }: Marked['inspector'], name: string, binding: Binding): readonly Signature[] {
  const doc = symbolOf(name, binding)?.doc ?? '';
  if (binding.kind === 'lookup') return [signature(name, ['key: string'], 'string?', functionDoc(name) ?? '')];
  if (binding.kind !== 'fn' && binding.kind !== 'intrinsic') return [];
  const params = binding.params.map((param) => `${param.name}: ${printType(param.type)}`);
  return [signature(name, params, binding.result ? printType(binding.result) : undefined, doc)];
}

function formSignature({ name, receiver, params, result }: FunctionForm): Signature {
  const head = receiver === undefined ? name : `${receiver}.${name}`;
  return signature(head, params, result, functionDoc(name.split('.').at(-1) ?? name) ?? '');
}

function signature(head: string, params: readonly string[], result: string | undefined, doc: string): Signature {
  const ranges: { start: number; end: number }[] = [];
  let label = `${head}(`;
  for (const [index, param] of params.entries()) {
    if (index > 0) label += ', ';
    ranges.push({ start: label.length, end: label.length + param.length });
    label += param;
  }
  return { label: `${label})${result === undefined ? '' : ` -> ${result}`}`, params: ranges, doc };
}

/** Each form out of "`list.all(x, condition)` or `map.all(key, value, condition)`". */
function usageSignatures(name: string, usage: string): readonly Signature[] {
  return [...usage.matchAll(/`([^`(]+)\(([^`]*)\)`/g)].map(([, head = name, params = '']) =>
    signature(head, params === '' ? [] : params.split(', '), undefined, functionDoc(name) ?? ''),
  );
}

/** `mask("*", 4)`, `last(4)` behind `redact … with`. */
function redactionSignatures(node: AnyNode): readonly Signature[] {
  if (node.kind !== 'call' || 'callee' in node || !('name' in node)) return [];
  const { text } = node.name as ast.Name; // redactions have a name
  if (text === 'mask') {
    return [
      signature(
        'mask',
        ['character: string', 'keep: int'],
        undefined,
        'Every character becomes this one; the last `keep` stay.',
      ),
    ];
  }
  return text === 'last' ? [signature('last', ['keep: int'], undefined, 'Only the last characters stay.')] : [];
}
