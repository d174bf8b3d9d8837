// Facts of rules as features want them: those of the newest snapshot when they are known, worked out a while after the last key
// otherwise, since they take a compile.

import { ruleFactsOf, type FactsByRule } from '../ide/preview/rule-facts.ts';
import type { Project } from './projects.ts';

/** How long a project has to rest before its facts are worked out, in milliseconds. */
const restMs = 500;

/** The facts of a project's rules. */
export interface LateFacts {
  /** Those that are known of the newest snapshot. */
  readonly known: (project: Project) => FactsByRule | undefined;
  /** Those of the newest snapshot, however long it takes. */
  readonly wait: (project: Project) => Promise<FactsByRule | undefined>;
}

/** Calls `ready` when facts came that were not known when they were asked for. */
export function createLateFacts(ready: () => void): LateFacts {
  const known = new WeakMap<object, FactsByRule>();
  const timers = new WeakMap<Project, ReturnType<typeof setTimeout>>();
  const wait = async (project: Project): Promise<FactsByRule | undefined> => {
    const snapshot = project.snapshot();
    const answer = await ruleFactsOf(snapshot, async (path) => {
      const read = await project.readText(path);
      return read.kind === 'text' ? read.text : undefined;
    });
    const facts: FactsByRule = answer.kind === 'facts' ? answer.facts : new Map();
    known.set(snapshot, facts);
    return facts;
  };
  return {
    wait,
    known: (project) => {
      const facts = known.get(project.snapshot());
      if (facts) return facts;
      clearTimeout(timers.get(project));
      const timer = setTimeout(() => {
        if (known.has(project.snapshot())) return;
        void wait(project).then((found) => {
          if (found && found.size > 0) ready();
        });
      }, restMs);
      timers.set(project, timer);
      return undefined;
    },
  };
}
