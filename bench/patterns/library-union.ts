// The patterns of a package of the library as one regular expression of JavaScript, without validators and context words.

import { wordsTree } from '@rdp/language';
import { programsOf } from '../ours.ts';
import { searchPolicy } from './pattern-policy.ts';
import { javascriptOf, javascriptSource } from './regex-to-javascript.ts';

/** JavaScript's source of one expression, for flags `u`. */
export function unionOfLibrary({
  package: name,
  patterns,
}: {
  readonly package: string;
  readonly patterns: readonly string[];
}): string {
  const found = patterns.flatMap((pattern) => {
    const [program] = programsOf(searchPolicy({ library: { package: name, pattern } }));
    return (program?.entrypoints ?? []).flatMap(({ rules }) =>
      rules.flatMap(({ finds }) => finds.flatMap((find) => find.patterns)),
    );
  });
  const sources = found.map(({ body }) =>
    body.kind === 'regex' ? javascriptSource(body.regex) : javascriptOf(wordsTree(body.words)),
  );
  return [...new Set(sources)].join('|');
}
