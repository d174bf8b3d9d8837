// The policy that the library recommends against injection, compiled, as a function over texts: whether it fires, what the model's
// score is, and which weaker signs there are.

import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import type { Decision } from '@rdp/runtime/contract';
import { loadProject } from '../../../src/cli/decide-project.ts';

/** What the policy says of a text. */
export interface Verdict {
  /** `injection.is_attack`. */
  readonly isAttack: boolean;
  /** It has one of `injection.clear_signs`. */
  readonly hasSign: boolean;
  /** It has one of `injection.embedded_orders`. */
  readonly hasOrders: boolean;
  /** Of `injection.model` for the normalised view. */
  readonly score: number;
}

export interface Judge {
  readonly judge: (text: string) => Verdict;
  readonly close: () => void;
}

const policy = `package quality

import std.injection

surface Chat: llm {}

detect Attack on Chat.request {
  severity high
  when     prompts.exists(p, injection.is_attack(p.text))
}

detect Sign on Chat.request {
  severity low
  when     prompts.exists(p, normalized(p.text, leet).matches(injection.clear_signs))
}

detect Orders on Chat.request {
  severity low
  when     prompts.exists(p, normalized(p.text, leet).matches(injection.embedded_orders))
}

detect Score on Chat.request {
  severity low
  when     true
  message  "{string(normalized(prompts[0].text, leet).score(injection.model))}"
}
`;

/** Compiles the policy and loads its module. */
export async function createJudge(): Promise<Judge> {
  const { programs, diagnostics } = checkProgram({
    files: [{ path: 'quality.rdp', text: policy }],
    documents: new Map(),
    std: stdFiles,
  });
  if (!programs) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const { enforcer } = await loadProject(programs, '.');
  return {
    judge: (text) => {
      const whole = new TextDecoder().decode(new TextEncoder().encode(text));
      const decision: Decision = enforcer.decide('quality/Chat/request', { prompts: [{ role: 'user', text: whole }] });
      if (decision.reason !== undefined) throw new Error(`${decision.reason}: ${decision.message ?? ''}`);
      const fired = new Map((decision.findings ?? []).map(({ rule, message }) => [rule, message ?? '']));
      return {
        isAttack: fired.has('Attack'),
        hasSign: fired.has('Sign'),
        hasOrders: fired.has('Orders'),
        score: Number(fired.get('Score')),
      };
    },
    close: () => enforcer.close(),
  };
}
