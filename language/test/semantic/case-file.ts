// Case files: a policy with the diagnostics that it has, under the lines where they are. Chunks are divided by `// ---`,
// files of a chunk begin with `//- /path`. An expectation is `// ^^^ error[code] message` with carets under the span, or
// `// <<< error[code] message` for a span that starts at the beginning of the line.

import { parse as parseYaml } from 'yaml';
import { lineColumn, lineStarts } from '../../src/source/source-file.ts';
import type { SourceFile } from '../../src/source/source-file.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { checkProgram } from '../../src/semantic/check-program.ts';
import type { CheckResult } from '../../src/semantic/project.ts';
import { stdFiles } from '../../src/std.generated.ts';

const expectation = /^\s*\/\/ *(\^+|<<<) (?:error|warning|information)\[/;

/** The chunks of a case file, expectations among them. */
export function splitChunks(text: string): readonly string[] {
  return text.split(/^\/\/ ---\n/m);
}

/** A chunk without its expectations. */
export function withoutExpectations(chunk: string): string {
  return chunk
    .split('\n')
    .filter((line) => !expectation.test(line))
    .join('\n');
}

interface ChunkFile {
  readonly path: string;
  readonly text: string;
}

function splitFiles(chunk: string): readonly ChunkFile[] {
  const parts = chunk.split(/^\/\/- \/(.+)\n/m);
  if (parts.length === 1) return [{ path: 'policy.rdp', text: chunk }];
  const files: ChunkFile[] = [];
  for (let i = 1; i < parts.length; i += 2) files.push({ path: parts[i] ?? '', text: parts[i + 1] ?? '' });
  return files;
}

/** Checks a chunk without expectations as a project of its own. */
export function checkChunk(chunk: string): CheckResult {
  const files = splitFiles(chunk);
  const sources = files.filter(({ path }) => path.endsWith('.rdp'));
  const documents = files
    .filter(({ path }) => !path.endsWith('.rdp'))
    .map(({ path, text }): readonly [string, unknown] => [path, parseYaml(text)]);
  const own = new Set(sources.map(({ path }) => path));
  return checkProgram({
    files: sources,
    documents: new Map(documents),
    std: stdFiles.filter((file) => !own.has(file.path)),
    today: '2026-11-22',
  });
}

/** The chunk with the diagnostics of its files as expectations. */
export function annotate(chunk: string): string {
  const result = checkChunk(chunk);
  const annotated = splitFiles(chunk).map(({ path, text }) => {
    const own = result.diagnostics.filter((diagnostic) => diagnostic.span.file.path === path);
    return annotateFile({ path, text }, own);
  });
  if (annotated.length === 1 && !chunk.startsWith('//- ')) return annotated[0] ?? '';
  return splitFiles(chunk)
    .map(({ path }, index) => `//- /${path}\n${annotated[index] ?? ''}`)
    .join('');
}

function annotateFile(file: SourceFile, diagnostics: readonly Diagnostic[]): string {
  const lines = file.text.split('\n');
  const starts = lineStarts(file);
  const below = new Map<number, string[]>();
  for (const { span, severity, code, message } of diagnostics) {
    const { line, column } = lineColumn(file, span.start);
    const lineEnd = (starts[line - 1] ?? 0) + (lines[line - 1]?.length ?? 0);
    const width = Math.max(1, Math.min(span.end, lineEnd) - span.start);
    const mark = column < 4 ? '// <<<' : `//${' '.repeat(column - 3)}${'^'.repeat(width)}`;
    const list = below.get(line) ?? [];
    list.push(`${mark} ${severity}[${code}] ${message}`);
    below.set(line, list);
  }
  return lines.flatMap((text, index) => [text, ...(below.get(index + 1) ?? [])]).join('\n');
}
