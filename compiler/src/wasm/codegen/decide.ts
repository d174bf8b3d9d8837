// One entrypoint → the function that makes its decisions: read the document, evaluate the rules that the index lets through,
// write what fired. When nothing fired the decision is a constant.
// INVARIANT: of rules with an error the first one (in source order) is the decision; within a rule the first error.

import type { CoreExpr } from '@rdp/language';
import { eventOf } from '../../ir/event-expr.ts';
import { buildFunction } from '../encode-function.ts';
import type { FunctionBuilder, FunctionReference, Local } from '../encode-function.ts';
import { kernelGlobal } from '../kernel.ts';
import { generateReader } from '../reader.ts';
import { callKernel, compileExpr, errorGlobal, frameOffsets, helper } from './context.ts';
import type { EntrypointContext } from './context.ts';
import { generateDispatch } from './dispatch.ts';
import { placeSlots } from './constants.ts';
import { writeStatic } from './json.ts';
import { errorCodes } from './representation.ts';
import { generateRule } from './rule.ts';
import { firedWords } from './rule-state.ts';
import { generateOutput } from './output.ts';
import { writeUsage } from './usage.ts';
import { denied, placeDescriptors } from './sections.ts';
import { settledFunction } from './settled.ts';

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

/** (data, input, length) → address of the decision's text. */
export const entrypointType = { params: ['i32', 'i32', 'i32'], results: ['i32'] } as const;

/** The rules of an event as code, for all entrypoints that decide by them. */
export interface RuleCode {
  /** Asked when every function has its state slots. */
  readonly frameSize: () => number;
  /** Leaves the address of the decision's text. */
  readonly answer: (b: FunctionBuilder, frame: Local) => void;
}

/** Generates the functions of the rules of `entry`; `uses`: whether other entrypoints decide by them, too. */
export function generateRules(
  entry: EntrypointContext,
  { frameSize, uses }: { readonly frameSize: () => number; readonly uses: 'one' | 'several' },
): RuleCode {
  const { entrypoint, module } = entry;
  // Validators of patterns go into the table, too, while the rules are made.
  const rules = entrypoint.rules.map((rule, index) => generateRule(entry, rule, index));
  const firstRule = module.table.length;
  module.table.push(...rules);
  const dispatch = generateDispatch(entry, { firstRule });
  const descriptors = placeDescriptors(entry);
  const writeFired = generateOutput(entry, descriptors);
  const answer = (b: FunctionBuilder, frame: Local): void => {
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
        writeUnfired(entry, b, frame);
        callKernel(b, 'out_end').op('return');
      });
    callKernel(b, 'out_begin');
    b.get(frame).call(writeFired);
    leaveOnError(entry, b, { frame, descriptors });
    callKernel(b, 'out_end');
  };
  if (uses === 'one') return { frameSize, answer };
  const whole = helper(entry, 'answer', { params: ['i32'], results: ['i32'] }, (b) => answer(b, 0));
  return { frameSize, answer: (b, frame) => void b.get(frame).call(whole) };
}

/** The decision where no rule fired. */
function writeUnfired(entry: EntrypointContext, b: FunctionBuilder, frame: Local): void {
  const write = (action: string) => (): void => writeStatic(entry, b, `{"version":1,"action":${action}`);
  const { defaultDeny } = entry.entrypoint;
  const settled = defaultDeny ? settledFunction(entry, 'denial') : undefined;
  if (settled) b.get(frame).call(settled).if(undefined, write('"allow"'), write(denied));
  else write(defaultDeny ? denied : '"allow"')();
  writeUsage(entry, b, frame);
  writeStatic(entry, b, '}');
}

/** Generates what leads from the document to the rules. */
export function generateEntrypoint(entry: EntrypointContext, rules: RuleCode): FunctionReference {
  const { entrypoint, module } = entry;
  const read = generateReader(entry);
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
  b.i32(rules.frameSize());
  callKernel(b, 'alloc').tee(frame).i32(0).i32(rules.frameSize()).op('memory.fill');
  b.get(frame).get(record).memory('i32.store', frameOffsets.input);
  b.get(frame).get(data).memory('i32.store', frameOffsets.data);
  b.get(frame).i32(0x7fffffff).memory('i32.store', frameOffsets.errorRule);
  if (entrypoint.prepare) {
    b.get(frame).get(frame).call(generatePrepare(entry, entrypoint.prepare)).memory('i32.store', frameOffsets.input);
    b.globalGet(errorGlobal()).if(undefined, () => {
      writeUnprepared(entry, b);
      b.op('return');
    });
  }
  if (entrypoint.parameters.length > 0) {
    const misfit = b.local('i32');
    b.get(frame).call(generateParameters(entry)).tee(misfit);
    b.if(undefined, () => {
      writeMisfit(entry, b, misfit);
      b.op('return');
    });
  }
  if (entrypoint.concerns) {
    b.get(frame).call(generateConcerns(entry, entrypoint.concerns)).op('i32.eqz');
    b.if(undefined, () => {
      callKernel(b, 'out_begin');
      writeStatic(entry, b, '{"version":1,"action":"allow"}');
      callKernel(b, 'out_end').op('return');
    });
  }
  rules.answer(b, frame);
  module.functions.push(b.finish());
  return { name, type: entrypointType };
}

/** (frame) → whether the event is one that is denied unless a rule permits it. */
function generateConcerns(entry: EntrypointContext, concerns: CoreExpr): FunctionReference {
  const type = { params: ['i32'], results: ['i32'] } as const;
  const name = `concerns:${entry.entrypoint.name}`;
  const b = buildFunction(name, type);
  b.block(undefined, (handler) => {
    compileExpr({ entry: { ...entry, shared: new Set() }, b, frame: 0, locals: new Map(), handler }, concerns);
    b.op('return');
  });
  b.i32(1);
  entry.module.functions.push(b.finish());
  return { name, type };
}

/** (frame) → the event's record, of the record that was read; after an error the kernel's `error` is set. */
function generatePrepare(entry: EntrypointContext, prepare: CoreExpr): FunctionReference {
  const type = { params: ['i32'], results: ['i32'] } as const;
  const name = `prepare:${entry.entrypoint.name}`;
  const b = buildFunction(name, type);
  b.block(undefined, (handler) => {
    // What rules share they read of the event, which is not there yet.
    compileExpr({ entry: { ...entry, shared: new Set() }, b, frame: 0, locals: new Map(), handler }, prepare);
    b.op('return');
  });
  b.i32(0);
  entry.module.functions.push(b.finish());
  return { name, type };
}

/**
 * (frame) → 0, or the address of a slot with the place of the first parameter of the event's kind that has no value; the kernel's
 * `error` is set then.
 */
function generateParameters(entry: EntrypointContext): FunctionReference {
  const name = `parameters:${entry.entrypoint.name}`;
  const type = { params: ['i32'], results: ['i32'] } as const;
  const b = buildFunction(name, type);
  for (const { of, at, union, variant } of entry.entrypoint.parameters) {
    b.block(undefined, (done) => {
      b.block(undefined, (handler) => {
        const f = { entry: { ...entry, shared: new Set<string>() }, b, frame: 0, locals: new Map(), handler };
        compileExpr(f, { op: 'variant-test', of: eventOf(union), union, variant, type: { kind: 'bool' } });
        b.op('i32.eqz').brIf(done);
        compileExpr(f, of);
        b.op('drop').br(done);
      });
      b.i32(placeSlots(entry, [entry.module.data.text(at)])).op('return');
    });
  }
  b.i32(0);
  entry.module.functions.push(b.finish());
  return { name, type };
}

/** The decision about a document with a parameter that does not fit; the slot says where it stands. */
function writeMisfit(entry: EntrypointContext, b: FunctionBuilder, slot: Local): void {
  writeErrorWord(entry, b);
  writeStatic(entry, b, ',"path":');
  b.get(slot).memory('i64.load');
  callKernel(b, 'out_string');
  writeStatic(entry, b, '}');
  callKernel(b, 'out_end');
}

/** The decision about a document of which no event can be made: the error's word, and no place. */
function writeUnprepared(entry: EntrypointContext, b: FunctionBuilder): void {
  writeErrorWord(entry, b);
  writeStatic(entry, b, '}');
  callKernel(b, 'out_end');
}

/** A malformed decision up to the word of the error that is set. */
function writeErrorWord(entry: EntrypointContext, b: FunctionBuilder): void {
  const words = placeErrorWords(entry, [...ruleErrors, 'unknown_provider']);
  beginMalformed(entry, b);
  b.globalGet(errorGlobal()).i32(1).op('i32.sub').i32(3).op('i32.shl').memory('i64.load', words);
  callKernel(b, 'out_string');
}

/** The errors that rules may have: all but the last. */
const ruleErrors: readonly string[] = Object.keys(errorCodes).filter((word) => word !== 'unknown_provider');

/** Address of the words of errors, by the kernel's numbers less one. */
function placeErrorWords(entry: EntrypointContext, words: readonly string[]): number {
  return placeSlots(
    entry,
    words.map((word) => entry.module.data.text(word)),
  );
}

function beginMalformed(entry: EntrypointContext, b: FunctionBuilder): void {
  const action = entry.entrypoint.onMalformed;
  const status = action === 'block' ? ',"status":400' : '';
  callKernel(b, 'out_begin');
  writeStatic(entry, b, `{"version":1,"action":"${action}","reason":"malformed_input"${status},"message":`);
}

/** The decision about a document that has not the event's shape. */
function writeMalformed(entry: EntrypointContext, b: FunctionBuilder): void {
  const { data } = entry.module;
  const reasons = placeSlots(
    entry,
    malformedReasons.map((reason) => data.text(reason)),
  );
  beginMalformed(entry, b);
  b.globalGet(kernelGlobal('malformed')).i32(1).op('i32.sub').i32(3).op('i32.shl').memory('i64.load', reasons);
  callKernel(b, 'out_string');
  writeStatic(entry, b, ',"path":');
  callKernel(b.globalGet(kernelGlobal('malformed_at')), 'json_path');
  callKernel(b, 'out_string');
  writeStatic(entry, b, ',"byte":');
  callKernel(b, 'path_offset');
  callKernel(b, 'out_uint');
  b.globalGet(kernelGlobal('malformed_field')).op('i64.eqz', 'i32.eqz');
  b.if(undefined, () => {
    writeStatic(entry, b, ',"field":');
    callKernel(b.globalGet(kernelGlobal('malformed_field')), 'out_string');
  });
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
    const words = placeErrorWords(entry, ruleErrors);
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
