// Links in the documentation: whoever follows one inside of the repository arrives.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { files, read, root } from './repository.ts';

const pages = files.filter((path) => path.endsWith('.md'));

/** Where the links of a page lead, code left aside: in it `](` is no link. */
function linksOf(page: string): readonly string[] {
  const prose = read(page)
    .replace(/^(\s*)(```+|~~~+)[\s\S]*?^\1\2/gm, '')
    .replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(<?([^)>\s]+)>?(?:\s+"[^"]*")?\)|^\[[^\]]+\]:\s*(\S+)/gm)].map(
    ([, inline, reference]) => inline ?? reference ?? '',
  );
}

test('every relative link of a page leads to a file or a folder', (t) => {
  const broken = pages.flatMap((page) =>
    linksOf(page)
      .filter((link) => !/^([a-z][a-z+.-]*:|#)/i.test(link))
      .filter((link) => !existsSync(join(root, dirname(page), decodeURI(link.replace(/[#?].*$/, '')))))
      .map((link) => `${page}: ${link}`),
  );
  t.deepEqual(broken, []);
});

test('every page of docs/ is reached from the README', (t) => {
  const reached = new Set(['README.md']);
  for (const page of reached) {
    for (const link of linksOf(page)) {
      const target = join(dirname(page), link.replace(/[#?].*$/, ''));
      if (pages.includes(target)) reached.add(target);
    }
  }
  t.deepEqual(
    pages.filter((page) => /^docs\/[^/]+\.md$/.test(page) && !reached.has(page)),
    [],
  );
});

test('a decision has a number of its own', (t) => {
  const numbers = files.flatMap((path) => /^docs\/decisions\/(\d{4})-[^/]*\.md$/.exec(path)?.[1] ?? []);
  t.deepEqual(
    numbers.filter((number, index) => numbers.indexOf(number) !== index),
    [],
  );
});
