// Goals 6 and 7: the rules of gitleaks with spans, against Hyperscan (ends alone, and spans for the rules that it can), against
// RE2::Set, and against gitleaks' own algorithm in V8. RE2 is the oracle: ours and the peers must tell its matches. Our side
// is the whole decision on a JSON document; the peers are given the bare text.

import { gitleaksRules } from '../patterns/gitleaks-rules.ts';
import { keywordScanner } from '../patterns/keyword-scanner.ts';
import { ordinaryText } from '../patterns/ordinary-text.ts';
import { promptDocument, searcher, type Searcher, type Span } from '../patterns/pattern-policy.ts';
import {
  hyperscan,
  missing,
  present,
  re2,
  roomForMatches,
  rules,
  sameSpans,
  spanList,
  spansIn,
} from '../patterns/peers.ts';
import { interspersed, inTurn, samples } from '../patterns/texts.ts';
import { sampleOf } from '../../compiler/fuzz/sample-text.ts';
import { generator, type BenchCase, type Pair } from '../protocol.ts';

const size = 65_536;
/** Different texts in turn, so that no side learns one by heart. */
const count = 8;

type Text = 'ordinary text' | 'a secret every 4 KB';

function textsFor(text: Text): readonly string[] {
  if (text === 'ordinary text') return Array.from({ length: count }, (_, i) => ordinaryText(size, i + 1));
  const next = generator(11);
  return Array.from({ length: count }, (_, i) => {
    const secrets = rules().map(({ regex }) => sampleOf(regex, next));
    return interspersed({ size, seed: i + 1, distance: 4096, items: [...secrets.slice(i * 27), ...secrets] });
  });
}

/** Goals 6 and 7. */
export const secretCases: readonly BenchCase[] = [
  ...(['ordinary text', 'a secret every 4 KB'] as const).flatMap((text): readonly BenchCase[] => [
    hyperscanCase({ name: `gitleaks' rules, ${text}`, text, spans: 0, subset: 'all' }),
    hyperscanCase({ name: `gitleaks' rules, ${text}`, text, spans: 1, subset: 'all' }),
    hyperscanCase({ name: `the rules it has spans for, ${text}`, text, spans: 1, subset: 'same' }),
  ]),
  {
    goal: 7,
    name: "gitleaks' rules, ordinary text",
    peer: "gitleaks' algorithm in V8",
    threshold: 50,
    direction: 'times-faster',
    needs: () => missing(gitleaksRules, re2),
    prepare: () =>
      against('ordinary text', () => {
        const scan = keywordScanner(rules());
        const keywords = rules().map((rule) => rule.keywords);
        return {
          run: scan,
          spans: scan,
          // It asks for a keyword besides the expression.
          looksFor: (index, text) =>
            keywords[index]?.length === 0 || (keywords[index] ?? []).some((word) => text.toLowerCase().includes(word)),
        };
      }),
  },
  {
    goal: 7,
    name: "gitleaks' rules, ordinary text",
    peer: 'RE2::Set, then RE2',
    threshold: 4,
    direction: 'times-faster',
    needs: () => missing(gitleaksRules, re2),
    prepare: () =>
      against('ordinary text', () => {
        const peer = present(re2());
        const handle = peer.compile(rules().map(({ regex }) => regex));
        const room = roomForMatches();
        return {
          run: (text) => peer.spans(handle, text, room),
          spans: (text) => spansIn(room, peer.spans(handle, text, room)),
          looksFor: () => true,
        };
      }),
  },
];

function hyperscanCase({
  name,
  text,
  spans,
  subset,
}: {
  readonly name: string;
  readonly text: Text;
  readonly spans: 0 | 1;
  readonly subset: 'all' | 'same';
}): BenchCase {
  return {
    goal: 6,
    name,
    peer: spans === 1 ? 'Hyperscan, spans' : 'Hyperscan, ends only',
    threshold: spans === 1 ? 1 : 0.7,
    direction: 'times-faster',
    needs: () => missing(gitleaksRules, hyperscan, re2),
    prepare: () => prepareHyperscan(text, spans, subset),
  };
}

/** Both sides and the oracle on rules `all` or on those that Hyperscan compiles alone. */
async function prepareHyperscan(text: Text, spans: 0 | 1, subset: 'all' | 'same'): Promise<Pair> {
  const peer = present(hyperscan());
  const expressions = rules().map(({ regex }) => regex);
  const usable = peer.usable(expressions, spans);
  const theirs = usable.map((index) => expressions[index] ?? '');
  const handle = peer.compile(theirs, spans);
  const mine = subset === 'all' ? expressions : theirs;
  const search = await searcher({ expressions: mine });
  const room = roomForMatches();
  const texts = textsFor(text);
  const bytes = inTurn(texts.map((each) => new TextEncoder().encode(each)));
  const documents = inTurn(texts.map(promptDocument));
  return {
    ours: () => search.decide(documents()),
    peer: () => peer.scan(handle, bytes(), room),
    agree: () => {
      const oracle = oracleFor(mine);
      const numbers = new Map(mine.map((regex, index) => [regex, index]));
      for (const each of [...texts, samples(mine)]) {
        const wanted = agreeWithOracle(search, oracle, each);
        const told = spansIn(room, peer.scan(handle, new TextEncoder().encode(each), room));
        // Hyperscan tells every end that a match can have, ours the one that RE2 prefers: that one must be among them.
        const ends = new Set(
          told.map(
            ({ kind, start, end }) =>
              `p${numbers.get(theirs[Number(kind.slice(1))] ?? '')} ${spans === 1 ? start : 0}-${end}`,
          ),
        );
        const known = new Set(usable.map((index) => `p${numbers.get(expressions[index] ?? '')}`));
        for (const { kind, start, end } of wanted) {
          if (
            known.has(kind) &&
            !ends.has(`${kind} ${spans === 1 ? start : 0}-${end}`) &&
            !told.some((one) => one.end === end)
          )
            throw new Error(`Hyperscan does not tell ${kind} ${start}-${end}`);
        }
      }
    },
    note: `it takes ${theirs.length} of ${expressions.length} rules, ours has ${mine.length}`,
  };
}

type Oracle = (text: string) => readonly Span[];

/** RE2, expression by expression. */
function oracleFor(expressions: readonly string[]): Oracle {
  const peer = present(re2());
  const handle = peer.compile(expressions);
  const room = roomForMatches();
  return (text) => spansIn(room, peer.oracle(handle, new TextEncoder().encode(text), room));
}

function agreeWithOracle(search: Searcher, oracle: Oracle, text: string): readonly Span[] {
  const wanted = oracle(text);
  sameSpans('ours and RE2', spanList(search.spans(promptDocument(text))), spanList(wanted));
  return wanted;
}

interface SpanPeer {
  readonly run: (text: Uint8Array) => unknown;
  readonly spans: (text: Uint8Array) => readonly Span[];
  /** Whether it looks for this expression in this text. */
  readonly looksFor: (index: number, text: string) => boolean;
}

/** All rules on both sides; both must tell the oracle's spans. */
async function against(text: Text, make: () => SpanPeer): Promise<Pair> {
  const expressions = rules().map(({ regex }) => regex);
  const search = await searcher({ expressions });
  const peer = make();
  const texts = textsFor(text);
  const bytes = inTurn(texts.map((each) => new TextEncoder().encode(each)));
  const documents = inTurn(texts.map(promptDocument));
  return {
    ours: () => search.decide(documents()),
    peer: () => peer.run(bytes()),
    agree: () => {
      const oracle = oracleFor(expressions);
      for (const each of [...texts, samples(expressions)]) {
        const wanted = agreeWithOracle(search, oracle, each).filter(({ kind }) =>
          peer.looksFor(Number(kind.slice(1)), each),
        );
        sameSpans('the peer and RE2', spanList(peer.spans(new TextEncoder().encode(each))), spanList(wanted));
      }
    },
  };
}
