// Checks policies against the standard library as it stands on disk, documents included: what a host does.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { documentPaths } from '../../src/semantic/bind/document-paths.ts';
import { checkProgram } from '../../src/semantic/check-program.ts';
import type { CheckResult } from '../../src/semantic/project.ts';
import type { SourceFile } from '../../src/source/source-file.ts';
import { lineColumn } from '../../src/source/source-file.ts';
import { stdFiles } from '../../src/std.generated.ts';

/** The `.rdp` files below `root`, with the documents that they name. */
export function checkFolder(root: string): CheckResult {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.rdp'))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
  const documents = new Map(
    documentPaths(files)
      .documents.filter((path) => existsSync(join(root, path)))
      .map((path): [string, unknown] => [path, parse(readFileSync(join(root, path), 'utf8'))]),
  );
  return checkProgram({ files, documents, std: stdFiles, today: '2026-11-22' });
}

/** Checks one policy without documents. */
export function checkText(text: string): CheckResult {
  const files: readonly SourceFile[] = [{ path: 'policy.rdp', text }];
  return checkProgram({ files, documents: new Map(), std: stdFiles });
}

/** `path:line:column code message` for each diagnostic. */
export function saidBy(result: CheckResult): readonly string[] {
  return result.diagnostics.map(({ span, code, message }) => {
    const { line, column } = lineColumn(span.file, span.start);
    return `${span.file.path}:${line}:${column} ${code} ${message}`;
  });
}
