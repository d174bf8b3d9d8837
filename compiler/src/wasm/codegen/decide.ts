// One entrypoint → the function that makes its decisions: read the document, evaluate the rules that the index lets through,
// write what fired. When nothing fired the decision is a constant.
// INVARIANT: of rules with an error the first one (in source order) is the decision; within a rule the first error.

import type { CoreRule } from '@rdp/language';
import { actionsByStrength } from '@rdp/runtime/contract';
import { buildFunction } from '../encode-function.ts';
import type { FunctionBuilder, FunctionReference, Local } from '../encode-function.ts';
import { kernelGlobal } from '../kernel.ts';
import { generateReader } from '../reader.ts';
import { callKernel, errorGlobal, frameOffsets, helper } from './context.ts';
import type { EntrypointContext } from './context.ts';
import { generateDispatch } from './dispatch.ts';
import { writeEditsOf } from './edits.ts';
import { placeSlots } from './constants.ts';
import { writeStatic } from './json.ts';
import { errorCodes } from './representation.ts';
import { generateRule } from './rule.ts';
import { firedWords } from './rule-state.ts';
import { byFunction, placeDescriptors, sectionNames, sectionsInUse, summaryBits, writerType } from './sections.ts';
import type { SectionName } from './sections.ts';

/** What the document's faults are called, by the kernel's numbers. */
const malformedReasons = [
  'invalid_utf8',
  'invalid_json',
  'wrong_type',
  'missing_field',
  'duplicate_key',
  'too_deep',
  'out_of_range',
];

const denied = '"block","reason":"default_deny","status":403,"message":"nothing permits this"';

/** (data, input, length) → address of the decision's text. */
export const entrypointType = { params: ['i32', 'i32', 'i32'], results: ['i32'] } as const;

/** Generates all functions of an entrypoint; `frameSize` is asked when every function has its state slots. */
export function generateEntrypoint(entry: EntrypointContext, frameSize: () => number): FunctionReference {
  const { entrypoint, module } = entry;
  const read = generateReader(entry);
  const firstRule = module.table.length;
  entrypoint.rules.forEach((rule, index) => module.table.push(generateRule(entry, rule, index)));
  const dispatch = generateDispatch(entry, { firstRule });
  const descriptors = placeDescriptors(entry);
  const writeFired = generateOutput(entry, descriptors);
  const name = `decide:${entrypoint.name}`;
  const b = buildFunction(name, entrypointType);
  const [data, input, length] = [0, 1, 2];
  const frame = b.local('i32');
  const record = b.local('i32');
  b.i32(0).globalSet(errorGlobal());
  // Maps of the document lie above, too, and may get an index.
  callKernel(b.globalGet(kernelGlobal('heap')), 'set_run_start');
  b.get(input)
    .get(length)
    .call(read)
    .tee(record)
    .op('i32.eqz')
    .if(undefined, () => {
      writeMalformed(entry, b);
      b.op('return');
    });
  b.i32(frameSize());
  callKernel(b, 'alloc').tee(frame).i32(0).i32(frameSize()).op('memory.fill');
  b.get(frame).get(record).memory('i32.store', frameOffsets.input);
  b.get(frame).get(data).memory('i32.store', frameOffsets.data);
  b.get(frame).i32(0x7fffffff).memory('i32.store', frameOffsets.errorRule);
  b.get(frame).call(dispatch);
  leaveOnError(entry, b, { frame, descriptors });
  callKernel(
    b.get(frame).i32(frameOffsets.fired).op('i32.add').i32(firedWords(entrypoint.rules.length)).i32(0),
    'fired_next',
  );
  b.i32(0)
    .op('i32.lt_s')
    .if(undefined, () => {
      callKernel(b, 'out_begin');
      writeStatic(entry, b, `{"version":1,"action":${entrypoint.defaultDeny ? denied : '"allow"'}}`);
      callKernel(b, 'out_end').op('return');
    });
  callKernel(b, 'out_begin');
  b.get(frame).call(writeFired);
  leaveOnError(entry, b, { frame, descriptors });
  callKernel(b, 'out_end');
  module.functions.push(b.finish());
  return { name, type: entrypointType };
}

/** The decision about a document that has not the event's shape. */
function writeMalformed(entry: EntrypointContext, b: FunctionBuilder): void {
  const action = entry.entrypoint.onMalformed;
  const { data } = entry.module;
  const reasons = placeSlots(
    entry,
    malformedReasons.map((reason) => data.text(reason)),
  );
  callKernel(b, 'out_begin');
  const status = action === 'block' ? ',"status":400' : '';
  writeStatic(entry, b, `{"version":1,"action":"${action}","reason":"malformed_input"${status},"message":`);
  b.globalGet(kernelGlobal('malformed')).i32(1).op('i32.sub').i32(3).op('i32.shl').memory('i64.load', reasons);
  callKernel(b, 'out_string');
  writeStatic(entry, b, ',"path":');
  callKernel(b.globalGet(kernelGlobal('malformed_at')), 'json_path');
  callKernel(b, 'out_string');
  writeStatic(entry, b, '}');
  callKernel(b, 'out_end');
}

/** Returns the decision about an error when there was one. */
function leaveOnError(
  entry: EntrypointContext,
  b: FunctionBuilder,
  { frame, descriptors }: { readonly frame: Local; readonly descriptors: number },
): void {
  const write = helper(entry, 'error-decision', { params: ['i32'], results: ['i32'] }, (inner) => {
    const descriptor = inner.local('i32');
    const words = placeSlots(
      entry,
      Object.keys(errorCodes).map((word) => entry.module.data.text(word)),
    );
    callKernel(inner, 'out_begin');
    writeStatic(entry, inner, '{"version":1,"action":"block","reason":"evaluation_error","status":500,"message":');
    inner
      .get(0)
      .memory('i32.load', frameOffsets.errorCode)
      .i32(1)
      .op('i32.sub')
      .i32(3)
      .op('i32.shl')
      .memory('i64.load', words);
    callKernel(inner, 'out_string');
    writeStatic(entry, inner, ',"because":[');
    inner
      .get(0)
      .memory('i32.load', frameOffsets.errorRule)
      .i32(2)
      .op('i32.shl')
      .memory('i32.load', descriptors)
      .tee(descriptor);
    inner.memory('i32.load', 8).get(descriptor).memory('i32.load', 12);
    callKernel(inner, 'out_text');
    writeStatic(entry, inner, ']}');
    callKernel(inner, 'out_end');
  });
  b.get(frame).memory('i32.load', frameOffsets.errorCode);
  b.if(undefined, () => b.get(frame).call(write).op('return'));
}

/** (frame, rule): notes the error that is set, unless a rule before has one. */
export function noteError(entry: EntrypointContext): FunctionReference {
  return helper(entry, 'note-error', { params: ['i32', 'i32'], results: [] }, (b) => {
    b.get(1)
      .get(0)
      .memory('i32.load', frameOffsets.errorRule)
      .op('i32.lt_u')
      .if(undefined, () => {
        b.get(0).get(1).memory('i32.store', frameOffsets.errorRule);
        b.get(0).globalGet(errorGlobal()).memory('i32.store', frameOffsets.errorCode);
      });
    b.i32(0).globalSet(errorGlobal());
  });
}

/** (frame): writes the decision of the rules that fired. */
function generateOutput(entry: EntrypointContext, descriptors: number): FunctionReference {
  const { rules, defaultDeny } = entry.entrypoint;
  return helper(entry, 'write-decision', writerType, (b) => {
    const inUse = sectionsInUse(rules);
    const summary = b.local('i32');
    const section = sectionWriter(entry, descriptors);
    const write = (name: SectionName): void => {
      if (!inUse.has(name)) return;
      b.get(0)
        .i32(sectionNames.indexOf(name))
        .i64(entry.module.data.text(`,"${name}":[`))
        .call(section);
    };
    b.get(0).call(summaryReader(entry, descriptors)).set(summary);
    writeStatic(entry, b, '{"version":1,"action":');
    const writeAction = (): void => {
      const names = placeSlots(
        entry,
        actionsByStrength.map((action) => entry.module.data.text(action)),
      );
      b.get(summary).i32(0xff).op('i32.and').i32(3).op('i32.shl').memory('i64.load', names);
      callKernel(b, 'out_string');
    };
    if (defaultDeny) {
      const block = actionsByStrength.indexOf('block');
      b.get(summary)
        .i32(summaryBits.permits)
        .op('i32.and', 'i32.eqz')
        .get(summary)
        .i32(0xff)
        .op('i32.and')
        .i32(block)
        .op('i32.ne', 'i32.and');
      b.if(undefined, () => writeStatic(entry, b, denied), writeAction);
    } else writeAction();
    // The first rule that blocks stands above the summary's 16 bits, one more than its index.
    if (inUse.has('head')) {
      b.get(summary)
        .i32(16)
        .op('i32.shr_u')
        .if(undefined, () => {
          b.get(0).get(summary).i32(16).op('i32.shr_u').i32(1).op('i32.sub').call(itemWriter(entry, descriptors));
        });
    }
    write('findings');
    writeEditsOf(entry, b);
    for (const name of sectionNames.slice(sectionNames.indexOf('limits'))) write(name);
    writeStatic(entry, b, '}');
  });
}

/** Runs `body` for each rule that fired, with its descriptor. */
function eachFired(
  entry: EntrypointContext,
  b: FunctionBuilder,
  descriptors: number,
  body: (rule: Local, descriptor: Local) => void,
): void {
  const words = firedWords(entry.entrypoint.rules.length);
  const rule = b.local('i32');
  const descriptor = b.local('i32');
  b.i32(-1).set(rule);
  b.block(undefined, (exit) => {
    b.loop(undefined, (again) => {
      b.get(0).i32(frameOffsets.fired).op('i32.add').i32(words).get(rule).i32(1).op('i32.add');
      callKernel(b, 'fired_next').tee(rule).i32(0).op('i32.lt_s').brIf(exit);
      b.get(rule).i32(2).op('i32.shl').memory('i32.load', descriptors).set(descriptor);
      body(rule, descriptor);
      b.br(again);
    });
  });
}

/** (frame) → strongest action, whether something permits, and the first rule that blocks (see `generateOutput`). */
function summaryReader(entry: EntrypointContext, descriptors: number): FunctionReference {
  return helper(entry, 'summary', { params: ['i32'], results: ['i32'] }, (b) => {
    const strongest = b.local('i32');
    const flags = b.local('i32');
    const first = b.local('i32');
    const own = b.local('i32');
    eachFired(entry, b, descriptors, (rule, descriptor) => {
      b.get(descriptor).memory('i32.load', 4).tee(own).i32(0xff).op('i32.and').get(strongest).op('i32.gt_u');
      b.if(undefined, () => b.get(own).i32(0xff).op('i32.and').set(strongest));
      b.get(flags).get(own).i32(summaryBits.permits).op('i32.and', 'i32.or').set(flags);
      b.get(own).i32(summaryBits.blocks).op('i32.and').get(first).op('i32.eqz').i32(9).op('i32.shl', 'i32.and');
      b.if(undefined, () => b.get(rule).i32(1).op('i32.add').set(first));
    });
    b.get(strongest).get(flags).op('i32.or').get(first).i32(16).op('i32.shl', 'i32.or');
  });
}

/** (frame, rule): writes section 0 of a rule, which it has. */
function itemWriter(entry: EntrypointContext, descriptors: number): FunctionReference {
  return helper(entry, 'write-head', { params: ['i32', 'i32'], results: [] }, (b) => {
    const descriptor = b.local('i32');
    b.get(1).i32(2).op('i32.shl').memory('i32.load', descriptors).set(descriptor);
    b.get(0).get(1).get(descriptor).i32(16).op('i32.add').call(entryWriter(entry));
  });
}

/** (frame, rule, address of {text or function}): writes it and notes an error. */
function entryWriter(entry: EntrypointContext): FunctionReference {
  return helper(entry, 'write-entry', { params: ['i32', 'i32', 'i32'], results: [] }, (b) => {
    b.get(2)
      .memory('i32.load', 4)
      .i32(byFunction)
      .op('i32.eq')
      .if(
        undefined,
        () => {
          b.get(0).get(2).memory('i32.load').callIndirect(writerType);
          b.globalGet(errorGlobal()).if(undefined, () => b.get(0).get(1).call(noteError(entry)));
        },
        () => callKernel(b.get(2).memory('i32.load').get(2).memory('i32.load', 4), 'out_text'),
      );
  });
}

/** (frame, section, opening text): writes the section of all rules that fired and have it, or nothing. */
function sectionWriter(entry: EntrypointContext, descriptors: number): FunctionReference {
  return helper(entry, 'write-section', { params: ['i32', 'i32', 'i64'], results: [] }, (b) => {
    const some = b.local('i32');
    const bits = b.local('i32');
    eachFired(entry, b, descriptors, (rule, descriptor) => {
      b.get(descriptor)
        .memory('i32.load')
        .tee(bits)
        .get(1)
        .op('i32.shr_u')
        .i32(1)
        .op('i32.and')
        .if(undefined, () => {
          b.get(some).if(
            undefined,
            () => writeStatic(entry, b, ','),
            () => {
              b.get(2).i64(32n).op('i64.shr_u', 'i32.wrap_i64').get(2).op('i32.wrap_i64');
              callKernel(b, 'out_text').i32(1).set(some);
            },
          );
          b.get(0).get(rule).get(descriptor).i32(16).op('i32.add');
          b.get(bits)
            .i32(1)
            .get(1)
            .op('i32.shl')
            .i32(1)
            .op('i32.sub', 'i32.and', 'i32.popcnt')
            .i32(3)
            .op('i32.shl', 'i32.add');
          b.call(entryWriter(entry));
        });
    });
    b.get(some).if(undefined, () => writeStatic(entry, b, ']'));
  });
}

/** Rules whose enforced action edits the document. */
export function editingRules(rules: readonly CoreRule[]): readonly number[] {
  return rules.flatMap((rule, index) =>
    rule.mode === 'enforce' && (rule.action?.kind === 'redact' || rule.action?.kind === 'strip') ? [index] : [],
  );
}
