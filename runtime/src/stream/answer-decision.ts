// Texts of a model's answer → the document of its response, decided on → what the decision says of each text. The one place that
// knows where texts stand in the event.

import type { Decision, Place } from '../contract/index.ts';
import { failedDecision } from '../enforce/failure.ts';
import type { TextEdit, TextMatch } from './text-scanner.ts';

/** Decides on a document. */
export type DecideDocument = (document: object) => Decision;

/** What is known of a response before its first word: `provider`, `model`, `client`, … */
export type ResponseHead = Readonly<Record<string, unknown>>;

/** What a decision says of one text; positions in bytes of it. */
export interface TextDecision {
  readonly edits: readonly TextEdit[];
  readonly matches: readonly TextMatch[];
}

/** The document of a response with these answers. */
export function responseOf(head: ResponseHead, texts: readonly string[]): object {
  return { ...head, completions: texts.map((text) => ({ text })) };
}

/** What `decision` on `responseOf(…, texts)` says of each text. */
export function textDecisions(decision: Decision, texts: readonly string[]): readonly TextDecision[] {
  return texts.map((text, index) => {
    const path = `/completions/${index}/text`;
    let byteAt: ((point: number) => number) | undefined;
    const inBytes = ({
      start,
      end,
    }: Pick<Place, 'start' | 'end'>): { readonly start: number; readonly end: number } => {
      byteAt ??= createByteCounter(text);
      return { start: byteAt(start), end: byteAt(end) };
    };
    const edits = (decision.edits ?? []).filter((edit) => edit.path === path);
    const matches = (decision.findings ?? []).flatMap(({ rule, matches: own = [] }) =>
      own.filter((match) => match.path === path).map((match) => ({ rule, ...match })),
    );
    return {
      edits: edits.map((edit) => ({ ...inBytes(edit), text: edit.text })),
      matches: matches.map(({ rule, kind, ...place }) => ({ rule, kind, ...inBytes(place) })),
    };
  });
}

/** Whether a decision lets nothing more of a response pass. A person who is to be asked cannot be asked half a question. */
export function stopsStream({ action }: Decision): boolean {
  return action === 'block' || action === 'approve';
}

/** What stops a response that was held back: a block, or an edit of what is no text of an answer, such as the arguments of a call. */
export function refusalOf(decision: Decision): Decision | undefined {
  if (stopsStream(decision)) return decision;
  const isElsewhere = (decision.edits ?? []).some(({ path }) => !/^\/completions\/\d+\/text$/.test(path));
  return isElsewhere ? editElsewhere : undefined;
}

const editElsewhere = failedDecision('internal_error', 'what a rule takes out of a stream is no text of its answer');

/** UTF-8 bytes ahead of a code point. */
function createByteCounter(text: string): (point: number) => number {
  if (Buffer.byteLength(text) === text.length) return (point) => Math.min(point, text.length);
  const offsets = [0];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    offsets.push((offsets.at(-1) ?? 0) + (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4));
  }
  return (point) => offsets[point] ?? offsets.at(-1) ?? 0;
}
