// A policy, an event and an input as somebody writes it → the decision, why it came out so, and where in that text something was
// found or would be changed.

import { renderTrace, traceDecision, withTestKey, type Trace } from '@rdp/compiler';
import { inputDocuments, type InputForm } from '@rdp/compiler/inputs';
import type { Model, Workspace } from '@rdp/language';
import { policyOf, type Problem, type ReadText } from './policy.ts';

/** An event that rules stand on. */
export interface EventChoice {
  /** `Chat.request`; `Chat.request/http` is the exchange as it was on the wire. */
  readonly label: string;
  /** `shop/checkout/Chat/request` */
  readonly entrypoint: string;
  readonly surfaceKind: string;
}

/** What to decide on. */
export interface DecisionQuestion {
  readonly entrypoint: string;
  /** The input's name: `.yaml` and `.yml` are YAML, everything else JSON. */
  readonly path: string;
  readonly text: string;
}

/** A stretch of the input's text, in its UTF-16 units. */
export interface InputPlace {
  readonly kind: 'match' | 'edit';
  readonly start: number;
  readonly end: number;
  readonly rule: string;
  /** What kind of match it is, or the text that takes its place. */
  readonly text: string;
}

/** One document decided on. */
export interface DecidedDocument {
  /** The document's bytes. */
  readonly input: Uint8Array;
  readonly trace: Trace;
  /** The trace as a tree of text. */
  readonly why: string;
  /** Empty where the document is not the input's text itself: of YAML, and of manifests that a review was put around. */
  readonly places: readonly InputPlace[];
}

export type DecisionAnswer = { readonly kind: 'decided'; readonly documents: readonly DecidedDocument[] } | Problem;

/** The events that can be decided on, by name. */
export async function eventsOf(snapshot: Workspace, read: ReadText): Promise<readonly EventChoice[] | Problem> {
  const policy = await policyOf(snapshot, read);
  if (policy.kind === 'problem') return policy;
  const compiled = new Set(
    policy.programs.flatMap(({ entrypoints }) => entrypoints.flatMap(({ name, aliases = [] }) => [name, ...aliases])),
  );
  return choicesOf(policy.model).filter(({ entrypoint }) => compiled.has(entrypoint));
}

function choicesOf({ surfaces }: Model): readonly EventChoice[] {
  return surfaces
    .flatMap(({ name, kind, events }) =>
      events.flatMap((event) => {
        const plain = { label: `${name}.${event.name}`, entrypoint: event.entrypoint, surfaceKind: kind };
        return [plain, { ...plain, label: `${plain.label}/http`, entrypoint: `${plain.entrypoint}/http` }];
      }),
    )
    .toSorted((a, b) => (a.label < b.label ? -1 : 1));
}

/** Decides. */
export async function decide(snapshot: Workspace, read: ReadText, question: DecisionQuestion): Promise<DecisionAnswer> {
  const policy = await policyOf(snapshot, read);
  if (policy.kind === 'problem') return policy;
  const choice = choicesOf(policy.model).find(({ entrypoint }) => entrypoint === question.entrypoint);
  if (choice === undefined) return { kind: 'problem', message: `no rule is on ${question.entrypoint}` };
  const form: InputForm =
    choice.surfaceKind === 'k8s' ? { kind: 'admission', operation: 'CREATE' } : { kind: 'document', keys: [] };
  const bytes = new TextEncoder().encode(question.text);
  const inputs = await inputDocuments(question.path, bytes, form);
  if (inputs.kind === 'fault') return { kind: 'problem', message: inputs.message };
  const { programs, origins } = policy;
  const data: unknown = JSON.parse(withTestKey(policy.data));
  const documents = inputs.documents.map((input): DecidedDocument => {
    const trace = traceDecision({ programs, origins, entrypoint: question.entrypoint, input, data, sensitive: 'show' });
    return { input, trace, why: renderTrace(trace), places: input === bytes ? placesOf(trace, bytes) : [] };
  });
  return { kind: 'decided', documents };
}

/** Bytes of a decision's places → units of the text; what is edited hides what was found there. */
function placesOf({ decision }: Trace, bytes: Uint8Array): readonly InputPlace[] {
  const decoder = new TextDecoder();
  const unit = (byte: number): number => decoder.decode(bytes.subarray(0, byte)).length;
  const edits = (decision.edits ?? []).map(({ bytes: [start, end], text, rule }): InputPlace => ({
    kind: 'edit',
    start: unit(start),
    end: unit(end),
    rule,
    text,
  }));
  const matches = (decision.findings ?? []).flatMap(({ rule, matches: own = [] }) =>
    own.map(({ bytes: [start, end], kind }): InputPlace => ({
      kind: 'match',
      start: unit(start),
      end: unit(end),
      rule,
      text: kind,
    })),
  );
  const isEdited = ({ start, end }: InputPlace): boolean => edits.some((edit) => edit.start < end && start < edit.end);
  return [...edits, ...matches.filter((match) => !isEdited(match))].toSorted((a, b) => a.start - b.start);
}
