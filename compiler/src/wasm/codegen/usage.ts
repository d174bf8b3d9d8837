// Writes the tokens that a response reports, at the end of the decision on it.

import type { FunctionBuilder, Local } from '../encode-function.ts';
import { callKernel, compileExpr, helper } from './context.ts';
import type { EntrypointContext } from './context.ts';
import { writeStatic } from './json.ts';
import { writerType } from './sections.ts';

/** Writes `,"usage":{…}` where the entrypoint reports it. */
export function writeUsage(entry: EntrypointContext, b: FunctionBuilder, frame: Local): void {
  const { usage } = entry.entrypoint;
  if (usage === undefined) return;
  const write = helper(entry, 'write-usage', writerType, (inner) => {
    inner.block(undefined, (handler) => {
      const f = { entry: { ...entry, shared: new Set<string>() }, b: inner, frame: 0, locals: new Map(), handler };
      for (const name of ['input', 'output', 'more_input', 'more_output'] as const) {
        writeStatic(entry, inner, name === 'input' ? ',"usage":{"input":' : `,"${name}":`);
        compileExpr(f, usage[name]);
        callKernel(inner, 'out_int');
      }
    });
    writeStatic(entry, inner, '}');
  });
  b.get(frame).call(write);
}
