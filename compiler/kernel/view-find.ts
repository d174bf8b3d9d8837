// Finds in normalised views: the views of texts are scanned as texts are, and matches go back to the places of the original.

import { collection_new } from './collection';
import { MATCH, has_place, matches_finish } from './ops-find';
import { at } from './ops-value';
import { scan_text } from './pattern-search';
import { view_of, view_span } from './view';

/** The views of the texts of a list that stand in the document, those that may have a match of the set; `texts`: as for `scan_text`. */
export function scan_views(set: usize, texts: usize, list: usize, twins: usize, leet: u32): usize {
  const scan = collection_new();
  let item = <usize>load<u32>(list, 4);
  const last = item + (<usize>load<u32>(list) << 3);
  while (item < last) {
    const s = load<u64>(item);
    item += 8;
    if (!has_place(s)) continue;
    const view = view_of(twins, s, leet);
    scan_text(set, texts, scan, load<u64>(view), view, s);
  }
  return scan;
}

/**
 * Makes matches in views, which are not settled yet, matches in the originals: in the order of the texts and of their places there,
 * each once, since all matches in a run that was decoded have the same. Those without a place are dropped.
 */
export function matches_unview(matches: usize): void {
  const count = load<u32>(matches);
  const items = <usize>load<u32>(matches, 8);
  let kept: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const match = items + <usize>i * MATCH;
    const span = view_span(<usize>load<u32>(match, 20), load<u32>(match, 12), load<u32>(match, 16));
    if (span == 0) continue;
    const to = items + <usize>kept * MATCH;
    const s = load<u64>(match);
    // What matches are in order by, until they have their places.
    store<u32>(to, <u32>at(s) + <u32>(span >> 32));
    store<u32>(to, <u32>at(s) + <u32>span, 4);
    store<u64>(to, s, 24);
    store<u32>(to, load<u32>(match, 8), 8);
    store<u32>(to, <u32>(span >> 32), 12);
    store<u32>(to, <u32>span, 16);
    store<u32>(to, 0, 20);
    kept++;
  }
  store<u32>(matches, kept);
  matches_finish(matches);
}
