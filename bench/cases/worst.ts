// Goal 9: the worst input against ordinary input of the same size, for gitleaks' rules and for all of the library's patterns; and that no
// text takes more than its share when it is four times as long.

import { gitleaksRules } from '../patterns/gitleaks-rules.ts';
import { hostileTo, hostileToAll, type Hostile } from '../../compiler/fuzz/adversarial-text.ts';
import { ordinaryText } from '../patterns/ordinary-text.ts';
import { promptDocument, searcher, type Searched, type Searcher } from '../patterns/pattern-policy.ts';
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

/** How much longer four times as much text takes, where that is worst. */
export async function measureGrowth(): Promise<readonly Sized[]> {
  const rows: Sized[] = [];
  for (const { name, needs, searched, hostile } of subjects) {
    if (needs?.() !== undefined) continue;
    const search = await searcher(searched());
    const growth = hostile().map(({ text }) => {
      const [short = 1, long = 1] = [size, size * 4].map((length) => quickest(search, promptDocument(text(length))));
      return long / short;
    });
    const value = Math.max(...growth);
    rows.push({ goal: 9, name: `four times the text, ${name}: time`, value, unit: '×', atMost: 6, met: value <= 6 });
  }
  return rows;
}
