// Goal 5: what more rules cost. One request, ten rules against a thousand and against ten thousand, each rule for its own
// route, model or tool as large policies have them; and rules that each ask for another pattern in the same texts, which are
// searched once.

import { enforce } from '../ours.ts';
import { ordinaryText } from '../patterns/ordinary-text.ts';
import { promptDocument } from '../patterns/pattern-policy.ts';
import type { BenchCase, Pair } from '../protocol.ts';

/** Goal 5: for both counts, and for conditions on texts. */
export const ruleCases: readonly BenchCase[] = [...countCases(), ...conditionCases()];

function countCases(): readonly BenchCase[] {
  return (
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
}

function conditionCases(): readonly BenchCase[] {
  return [
    {
      goal: 5,
      name: '200 conditions on a text of 16 KB',
      peer: '20 conditions',
      threshold: 1.3,
      direction: 'at-most',
      prepare: prepareConditions,
    },
  ];
}

/** A policy whose rules each ask for another pattern in the prompts. */
function policyWithConditions(count: number): string {
  const rules = Array.from(
    { length: count },
    (_, i) =>
      `defend Topic${i} on Chat.request {\n  when prompts.exists(p, p.text.matches(re"project-${i}x[0-9]{1,6}"))\n  block "no"\n}\n`,
  );
  return `package bench.conditions\n\nsurface Chat: llm { providers [] }\n\n${rules.join('\n')}`;
}

async function prepareConditions(): Promise<Pair> {
  const [few, many] = [await enforce(policyWithConditions(20)), await enforce(policyWithConditions(200))];
  const entrypoint = 'bench/conditions/Chat/request';
  const text = ordinaryText(16_384);
  const input = promptDocument(text);
  return {
    ours: () => many.decide(entrypoint, input),
    peer: () => few.decide(entrypoint, input),
    agree: () => {
      for (const [document, wanted] of [
        [input, 'allow'],
        [promptDocument(`${text} project-7x1 ${text}`), 'block'],
      ] as const)
        for (const enforcer of [few, many]) {
          const { action } = enforcer.decide(entrypoint, document);
          if (action !== wanted) throw new Error(`conditions: ${action} instead of ${wanted}`);
        }
    },
  };
}

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
