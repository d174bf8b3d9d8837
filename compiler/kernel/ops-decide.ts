// Which rules fired: a bit a rule, and above those a bit a word, so that ten thousand rules that did not fire cost nothing.

/** Notes that a rule fired. `words` is the number of 64-bit words of rules; the summary stands behind them. */
export function fired_set(bits: usize, words: u32, rule: u32): void {
  const word = rule >> 6;
  const place = bits + (<usize>word << 3);
  store<u64>(place, load<u64>(place) | ((<u64>1) << (rule & 63)));
  const summary = bits + (<usize>(words + (word >> 6)) << 3);
  store<u64>(summary, load<u64>(summary) | ((<u64>1) << (word & 63)));
}

/** The first rule that fired from `rule` on, or -1. */
export function fired_next(bits: usize, words: u32, rule: u32): i32 {
  let word = rule >> 6;
  if (word >= words) return -1;
  let rest = load<u64>(bits + (<usize>word << 3)) >> (rule & 63);
  if (rest != 0) return <i32>(rule + <u32>ctz<u64>(rest));
  word++;
  const summaries = (words + 63) >> 6;
  for (let i = word >> 6; i < summaries; i++) {
    rest = load<u64>(bits + (<usize>(words + i) << 3));
    if (i == word >> 6) rest &= ~(<u64>0) << (word & 63);
    if (rest == 0) continue;
    word = (i << 6) + <u32>ctz<u64>(rest);
    return <i32>((word << 6) + <u32>ctz<u64>(load<u64>(bits + (<usize>word << 3))));
  }
  return -1;
}
