// Goal 9: the worst input against ordinary input of the same size, for gitleaks' rules and for all of the library's patterns; and that no
// text takes more than its share when it is 64 times as long, which is counted and not timed.

import { gitleaksRules } from '../patterns/gitleaks-rules.ts';
import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { meter } from '../../compiler/fuzz/metered.ts';
import { compilePrograms, type Compiled } from '../../compiler/src/compile.ts';
import { hostileTo, hostileToAll, type Hostile } from '../../compiler/fuzz/adversarial-text.ts';
import { ordinaryText } from '../patterns/ordinary-text.ts';
import {
  promptDocument,
  searchEntrypoint,
  searcher,
  searchPolicy,
  type Searched,
  type Searcher,
} from '../patterns/pattern-policy.ts';
import { missing, present, re2, roomForMatches, rules, sameSpans, spanList, spansIn } from '../patterns/peers.ts';
import type { BenchCase, Pair } from '../protocol.ts';
import type { Sized } from '../sizes.ts';

const size = 16_384;

interface Subject {
  readonly name: string;
  readonly needs?: () => string | undefined;
  readonly searched: () => Searched;
  readonly hostile: () => readonly Hostile[];
}

const subjects: readonly Subject[] = [
  {
    name: "gitleaks' rules",
    needs: () => missing(gitleaksRules, re2),
    searched: () => ({ expressions: rules().map(({ regex }) => regex) }),
    hostile: () => [
      ...hostileToAll,
      ...hostileTo(
        rules().map(({ regex }) => regex),
        rules().flatMap(({ keywords }) => keywords),
      ),
    ],
  },
  {
    name: 'personal data',
    searched: () => ({ library: { package: 'pii', pattern: 'any' } }),
    hostile: () => hostileToAll,
  },
  {
    name: "the library's secrets",
    searched: () => ({ library: { package: 'secrets', pattern: 'any' } }),
    hostile: () => hostileToAll,
  },
  {
    name: "the library's attacks",
    searched: () => ({ library: { package: 'attack', pattern: 'any' } }),
    hostile: () => hostileToAll,
  },
];

/** Goal 9, the worst of all texts. */
export const worstCases: readonly BenchCase[] = subjects.map(({ name, needs, searched, hostile }): BenchCase => ({
  goal: 9,
  name: `worst input, ${name}`,
  peer: 'ordinary input',
  threshold: 0.25,
  direction: 'times-faster',
  ...(needs ? { needs } : {}),
  prepare: async (): Promise<Pair> => {
    const wanted = searched();
    const search = await searcher(wanted);
    const ordinary = promptDocument(ordinaryText(size));
    const ranked = hostile()
      .map(({ name: text, text: make }) => ({ text, document: promptDocument(make(size)) }))
      .map(({ text, document }) => ({ text, document, spent: quickest(search, document) / document.length }))
      .toSorted((a, b) => b.spent - a.spent);
    const worst = ranked[0]?.document ?? ordinary;
    return {
      ours: () => search.decide(worst),
      peer: () => search.decide(ordinary),
      agree: () => agreeWithOracle(search, wanted, hostile()),
      note: `the worst: ${ranked
        .slice(0, 3)
        .map(({ text }) => text)
        .join('; ')}`,
    };
  },
}));

/** The same spans as RE2 in each text, shortened, where there are expressions to ask RE2 for. */
function agreeWithOracle(search: Searcher, { expressions }: Searched, texts: readonly Hostile[]): void {
  if (expressions === undefined) return;
  const peer = present(re2());
  const handle = peer.compile(expressions);
  const room = roomForMatches();
  for (const { name, text } of texts.filter(({ name: kind }) => !kind.includes('bytes a character'))) {
    const short = `${text(4096)}.`;
    const theirs = spansIn(room, peer.oracle(handle, new TextEncoder().encode(short), room));
    sameSpans(name, spanList(search.spans(promptDocument(short))), spanList(theirs));
  }
}

/** The best of some runs, milliseconds. */
function quickest(search: Searcher, document: Uint8Array): number {
  let best = Number.POSITIVE_INFINITY;
  const end = performance.now() + 10;
  for (let run = 0; run < 1 || performance.now() < end; run++) {
    const start = performance.now();
    search.decide(document);
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

/** How much more work a byte of a text of a megabyte is than one of 16 KB, counted in steps, where that is worst. */
export async function measureGrowth(): Promise<readonly Sized[]> {
  const rows: Sized[] = [];
  for (const { name, needs, searched, hostile } of subjects) {
    if (needs?.() !== undefined) continue;
    const { simd, entrypoints } = compiled(searchPolicy(searched()));
    const metered = await meter(simd);
    const id = entrypoints.indexOf(searchEntrypoint);
    const stepsOf = (text: string): number => {
      const document = promptDocument(text);
      return metered.decide(id, document).steps / document.length;
    };
    const growth = hostile().map(({ text }) => stepsOf(text(size * 64)) / stepsOf(text(size)));
    const value = Math.max(...growth);
    rows.push({
      goal: 9,
      name: `64 times the text, ${name}: steps a byte`,
      value,
      unit: '×',
      atMost,
      met: value <= atMost,
    });
  }
  return rows;
}

/** Were a twentieth of the work on 16 KB quadratic, it would be more. */
const atMost = 4;

function compiled(text: string): Compiled {
  const { programs, diagnostics } = checkProgram({
    files: [{ path: 'bench.rdp', text }],
    documents: new Map(),
    std: stdFiles,
  });
  if (programs === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return compilePrograms(programs);
}
