// The edits of a decision: what fired rules redact or strip, as candidates for the kernel to merge and write.

import type { CoreRule } from '@rdp/language';
import type { FunctionBuilder } from '../encode-function.ts';
import { placeHashKeyPath, placeSlots } from './constants.ts';
import { callKernel, errorGlobal, frameOffsets, helper } from './context.ts';
import type { EntrypointContext, FunctionContext } from './context.ts';
import { ruleMatches } from './find.ts';
import { hasHash } from '../../ir/rule-words.ts';
import { jsonText } from './json.ts';
import { noteError } from './note-error.ts';
import { pushRuleFired } from './rule-state.ts';
import { placeKinds } from './sections.ts';

const severities: readonly CoreRule['severity'][] = ['low', 'medium', 'high', 'critical'];

interface Editor {
  readonly rule: number;
  /** The rule whose matches are edited. */
  readonly of: number;
  readonly severity: number;
  readonly redaction: number;
  readonly hashes: boolean;
}

/** Writes the section of edits, when some rule of the entrypoint makes any. The frame is local 0. */
export function writeEditsOf(entry: EntrypointContext, b: FunctionBuilder): void {
  const editors = editorsOf(entry);
  if (editors.length === 0) return;
  b.get(0).call(
    helper(entry, 'write-edits', { params: ['i32'], results: [] }, (inner) => {
      const edits = inner.local('i32');
      const count = inner.local('i32');
      const f: FunctionContext = { entry, b: inner, frame: 0, locals: new Map(), handler: { depth: 0 } };
      const whenBoth = ({ rule, of }: Editor, then: () => void): void => {
        pushRuleFired(f, rule);
        pushRuleFired(f, of);
        inner.op('i32.and').if(undefined, then);
      };
      for (const editor of editors)
        whenBoth(editor, () => {
          inner.get(0).call(ruleMatches(entry, editor.of)).memory('i32.load').get(count).op('i32.add').set(count);
        });
      inner
        .get(count)
        .op('i32.eqz')
        .if(undefined, () => inner.op('return'));
      callKernel(inner.get(count), 'edits_new').set(edits);
      if (editors.some((editor) => editor.hashes)) takeKey(f, { editors, edits, whenBoth });
      for (const editor of editors)
        whenBoth(editor, () => {
          inner.get(edits).get(0).call(ruleMatches(entry, editor.of));
          inner.i32(editor.rule).i32(editor.severity).i32(editor.redaction);
          callKernel(inner, 'edits_add');
        });
      callKernel(inner.get(edits).i32(placeKinds(entry)), 'out_edits');
    }),
  );
}

/** Puts the enforcer's key with the edits when a rule that hashes makes some; without a key all those have an error. */
function takeKey(
  f: FunctionContext,
  take: {
    readonly editors: readonly Editor[];
    readonly edits: number;
    readonly whenBoth: (editor: Editor, then: () => void) => void;
  },
): void {
  const { b, entry } = f;
  const path = placeHashKeyPath(entry);
  for (const editor of take.editors.filter((one) => one.hashes))
    take.whenBoth(editor, () => {
      b.get(take.edits).get(f.frame).memory('i32.load', frameOffsets.data).i32(path);
      callKernel(b, 'data_hash_key').memory('i64.store', 8);
      b.globalGet(errorGlobal()).if(undefined, () => {
        b.get(f.frame).i32(editor.rule).call(noteError(entry)).op('return');
      });
    });
}

function editorsOf(entry: EntrypointContext): readonly Editor[] {
  const { rules } = entry.entrypoint;
  return rules.flatMap((rule, index) => {
    const { action } = rule;
    if (rule.mode !== 'enforce' || (action?.kind !== 'redact' && action?.kind !== 'strip')) return [];
    const found = rules[action.rule];
    if ((found?.finds.length ?? 0) === 0) return [];
    return [
      {
        rule: index,
        of: action.rule,
        severity: severities.indexOf(found?.severity ?? 'low'),
        redaction: placeRedaction(entry, rule),
        hashes: action.kind === 'redact' && hasHash(action.with),
      },
    ];
  });
}

/** A redaction as the kernel reads it (compiler/kernel/ops-edit.ts). */
function placeRedaction(entry: EntrypointContext, rule: CoreRule): number {
  const { data } = entry.module;
  const view = new DataView(new ArrayBuffer(32));
  view.setBigUint64(0, data.text(`{"rule":${jsonText(rule.name)}`), true);
  const redaction = rule.action?.kind === 'redact' ? rule.action.with : undefined;
  if (redaction?.kind === 'template') {
    const parts = redaction.parts.map((part) =>
      typeof part === 'string' ? data.text(part) : part.hole === 'kind' ? 0n : 1n,
    );
    view.setUint32(8, 1, true);
    view.setUint32(12, parts.length, true);
    view.setUint32(16, placeSlots(entry, parts), true);
  } else if (redaction) {
    view.setUint32(8, 2, true);
    view.setUint32(20, redaction.keep, true);
    view.setBigUint64(24, data.text(redaction.with), true);
  }
  return data.place(new Uint8Array(view.buffer), 8);
}
