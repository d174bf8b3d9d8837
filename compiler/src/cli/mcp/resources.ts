// What an agent may read to write a policy: the language's pages, the packages of the library, the pages of diagnostics.

import { readFileSync } from 'node:fs';
import { catalogEntry, diagnosticCodes, type SourceFile } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';

/** Something to read. */
export interface Readable {
  readonly uri: string;
  readonly name: string;
  readonly description: string;
  readonly mimeType: string;
}

const pages = [
  { name: 'language', description: 'the language from the beginning: surfaces, rules, expressions, tests, deployment' },
  { name: 'reference', description: 'every event with its fields, every function, every kind of clause' },
] as const;

/** Everything that there is, but for the pages of diagnostics, which `diagnosticTemplate` leads to. */
export function listReadable(): readonly Readable[] {
  return [
    ...pages.map(({ name, description }) => ({ uri: `rdp://${name}`, name, description, mimeType: 'text/markdown' })),
    ...packages().map(({ name, description }) => ({ uri: `rdp://${name}`, name, description, mimeType: 'text/x-rdp' })),
  ];
}

/** Where the page of each diagnostic is. */
export const diagnosticTemplate = {
  uriTemplate: 'rdp://diagnostics/{code}',
  name: 'diagnostic',
  description: 'what a diagnostic means, with an example that fires it and one that does not',
  mimeType: 'text/markdown',
} as const;

/** Codes that begin with `start`. */
export function completeCode(start: string): readonly string[] {
  return diagnosticCodes().filter((code) => code.startsWith(start));
}

/** The text at a URI; undefined when there is none. */
export function readReadable(uri: string): { readonly text: string; readonly mimeType: string } | undefined {
  const page = pages.find(({ name }) => uri === `rdp://${name}`);
  if (page) return { text: readPage(`docs/${page.name}.md`), mimeType: 'text/markdown' };
  const [, code] = /^rdp:\/\/diagnostics\/([\w-]+)$/.exec(uri) ?? [];
  if (code !== undefined && catalogEntry(code) !== undefined)
    return { text: readPage(`diagnostics/${code}.md`), mimeType: 'text/markdown' };
  const [, name] = /^rdp:\/\/(std\.[\w.]+)$/.exec(uri) ?? [];
  const files = stdFiles.filter((file) => name !== undefined && packageOf(file) === name);
  return files.length === 0 ? undefined : { text: files.map(({ text }) => text).join('\n'), mimeType: 'text/x-rdp' };
}

/** A page stands beside the bundled server. */
function readPage(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

function packages(): readonly { readonly name: string; readonly description: string }[] {
  const names = new Set(stdFiles.flatMap((file) => packageOf(file) ?? []));
  return [...names].map((name) => {
    const first = stdFiles.find((file) => packageOf(file) === name);
    const [, doc] = /^\/\/\/ ?(.*)/m.exec(first?.text ?? '') ?? [];
    return { name, description: doc ?? `the package ${name}` };
  });
}

/** The package of a file of the library; models of classifiers have none. */
function packageOf({ path, package: own }: SourceFile): string | undefined {
  if (!path.endsWith('.rdp')) return undefined;
  return own ?? path.slice(0, -'.rdp'.length).replaceAll('/', '.');
}
