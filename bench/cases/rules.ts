// Goal 5: what more rules cost. One request, ten rules against a thousand and against ten thousand, each rule for its own
// route, model or tool as large policies have them.

import { enforce } from '../ours.ts';
import type { BenchCase, Pair } from '../protocol.ts';

/** Goal 5 for both counts. */
export const ruleCases: readonly BenchCase[] = (
  [
    [1000, 1.2],
    [10_000, 1.5],
  ] as const
).map(([count, threshold]): BenchCase => ({
  goal: 5,
  name: `${count} rules`,
  peer: '10 rules',
  threshold,
  direction: 'at-most',
  prepare: () => prepare(count),
}));

/** A policy with `count` rules; the request meets exactly one of them. */
export function policyWithRules(count: number): string {
  const rules = Array.from({ length: count }, (_, i) =>
    i % 2 === 0
      ? `defend Tool${i} on Tools.call {\n  when  tool.name == "tool_${i}" && client.workload == "blocked"\n  block "no"\n}\n`
      : `defend Server${i} on Tools.call {\n  when  tool.server in ["server_${i}", "other_${i}"] && tool.name.startsWith("drop")\n  block "no"\n}\n`,
  );
  return `package bench.rules\n\nsurface Tools: mcp {}\n\n${rules.join('\n')}`;
}

async function prepare(count: number): Promise<Pair> {
  const few = await enforce(policyWithRules(10));
  const many = await enforce(policyWithRules(count));
  const entrypoint = 'bench/rules/Tools/call';
  const document = (workload: string): Uint8Array =>
    new TextEncoder().encode(
      JSON.stringify({
        tool: { server: 'server_3', name: 'tool_4', arguments: { id: 'A-1' } },
        client: { workload, id: 'c-1', ip: '10.0.0.1' },
      }),
    );
  const input = document('support');
  return {
    ours: () => many.decide(entrypoint, input),
    peer: () => few.decide(entrypoint, input),
    agree: () => {
      for (const workload of ['support', 'blocked']) {
        const verdicts = [few, many].map((enforcer) => enforcer.decide(entrypoint, document(workload)).action);
        const wanted = workload === 'blocked' ? 'block' : 'allow';
        if (verdicts.some((verdict) => verdict !== wanted))
          throw new Error(`${count} rules: ${verdicts.join(' against ')}`);
      }
    },
  };
}
