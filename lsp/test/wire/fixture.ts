// Case files of the wire tests: several cases a file, divided by `// ---`; files of a case begin with `//- /path`; the cursor
// is `$0`. Of a case without such a line the file is `policy.rdp`.

/** One case. */
export interface Fixture {
  /** Index in its file, from 1. */
  readonly number: number;
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** Where `$0` stood. */
  readonly cursor:
    { readonly path: string; readonly line: number; readonly character: number; readonly offset: number } | undefined;
}

/** The cases of a case file. */
export function readFixtures(text: string): readonly Fixture[] {
  return text.split(/^\/\/ ---\n/m).map((chunk, index) => {
    const marked = splitFiles(chunk);
    const at = marked.find((file) => file.text.includes('$0'));
    const offset = at?.text.indexOf('$0') ?? -1;
    const before = at?.text.slice(0, offset).split('\n') ?? [];
    return {
      number: index + 1,
      files: marked.map(({ path, text: source }) => ({ path, text: source.replace('$0', '') })),
      cursor: at && { path: at.path, line: before.length - 1, character: before.at(-1)?.length ?? 0, offset },
    };
  });
}

function splitFiles(chunk: string): readonly { readonly path: string; readonly text: string }[] {
  const parts = chunk.split(/^\/\/- \/(.+)\n/m);
  if (parts.length === 1) return [{ path: 'policy.rdp', text: chunk }];
  const files: { path: string; text: string }[] = [];
  for (let i = 1; i < parts.length; i += 2) files.push({ path: parts[i] ?? '', text: parts[i + 1] ?? '' });
  return files;
}
