// Writes the decision of the rules that fired: the strongest action, the status of the first block, then section by section
// what each rule's descriptor says.

import { actionsByStrength } from '@rdp/runtime/contract';
import type { FunctionBuilder, FunctionReference, Local } from '../encode-function.ts';
import { placeSlots } from './constants.ts';
import { callKernel, errorGlobal, frameOffsets, helper } from './context.ts';
import type { EntrypointContext } from './context.ts';
import { writeEditsOf } from './edits.ts';
import { writeStatic } from './json.ts';
import { noteError } from './note-error.ts';
import { firedWords } from './rule-state.ts';
import { byFunction, denied, sectionNames, sectionsInUse, summaryBits, writerType } from './sections.ts';
import type { SectionName } from './sections.ts';
import { writeUsage } from './usage.ts';
import { settledFunction } from './settled.ts';

/** (frame): writes the decision of the rules that fired. */
export function generateOutput(entry: EntrypointContext, descriptors: number): FunctionReference {
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
      const settled = settledFunction(entry, 'denial');
      const deny = (): void => writeStatic(entry, b, denied);
      b.if(undefined, settled ? () => void b.get(0).call(settled).if(undefined, writeAction, deny) : deny, writeAction);
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
    writeUsage(entry, b, 0);
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
