// The examples of this repository → what the page offers to begin with: their files, and the requests that they come with.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkFiles } from '@rdp/compiler/tools';
import type { Model } from '@rdp/language';
import type { GalleryExample, GalleryInput } from '../gallery.ts';

const root = fileURLToPath(new URL('../../../examples/', import.meta.url));

/** Shown in this order; the request that shows most comes first. */
const shown: readonly { readonly folder: string; readonly about: string; readonly first: string }[] = [
  { folder: 'starter', about: 'private data and secrets in a chat', first: 'an e-mail address is redacted' },
  { folder: 'llm', about: 'a chat for employees, any provider', first: 'refund.json' },
  { folder: 'mcp', about: 'permitted one by one, results cleaned', first: 'poisoned-result.json' },
  { folder: 'k8s', about: 'rules for pods, installed on any cloud', first: 'host-network-pod.yaml' },
  { folder: 'api', about: 'an HTTP API and its OpenAPI document', first: 'traversal.json' },
  { folder: 'net', about: 'egress and shadow AI', first: 'shadow-ai.json' },
  { folder: 'data', about: 'what an agent remembers', first: 'web-page.json' },
  { folder: 'hidden', about: 'text that hides what it says', first: 'question.json' },
  { folder: 'checkout', about: 'the tour: everything at once', first: 'chat-request.json' },
];

/** The gallery as data. */
export async function readGallery(): Promise<readonly GalleryExample[]> {
  return Promise.all(shown.map(readExample));
}

async function readExample({ folder, about, first }: (typeof shown)[number]): Promise<GalleryExample> {
  const files = filesOf(join(root, folder));
  const title = /^# (.+)$/m.exec(files.get('README.md') ?? '')?.[1] ?? folder;
  const { result } = await checkFiles(join(root, folder));
  const inputs = new Map(
    [...listedInputs(files), ...testInputsOf(result.model, files)].map((input) => [input.text, input]),
  );
  const kept = [...files].filter(
    ([path]) => path.endsWith('.rdp') || (!/\.md$|\.decision\.json$/.test(path) && isNamed(path, files)),
  );
  const rank = ([path]: readonly [string, string]): number => (path.endsWith('.rdp') ? path.split('/').length : 9);
  return {
    name: folder,
    title,
    about,
    files: kept.toSorted((a, b) => rank(a) - rank(b)),
    inputs: [...inputs.values()].toSorted((a, b) => Number(b.name === first) - Number(a.name === first)),
  };
}

/** Whether a policy names the file. */
function isNamed(path: string, files: ReadonlyMap<string, string>): boolean {
  return [...files].some(([policy, text]) => policy.endsWith('.rdp') && text.includes(`"${path}"`));
}

function filesOf(folder: string): ReadonlyMap<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .toSorted();
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

/** The requests that `events.json` names. */
function listedInputs(files: ReadonlyMap<string, string>): readonly GalleryInput[] {
  const listed = JSON.parse(files.get('requests/events.json') ?? '{}') as Readonly<Record<string, string>>; // the example's own file
  return Object.entries(listed).map(([name, event]) => ({ name, event, text: files.get(`requests/${name}`) ?? '' }));
}

/** The documents of tests, but for those that are put into others. */
function testInputsOf({ tests }: Model, files: ReadonlyMap<string, string>): readonly GalleryInput[] {
  return tests.flatMap(({ name, surface, event, given, entrypoint }) => {
    const wire = entrypoint.endsWith('/http') ? '/http' : '';
    const at = { event: `${surface}.${event}${wire}` };
    if (given.kind === 'object') return [{ ...at, name, text: `${JSON.stringify(JSON.parse(given.text), null, 2)}\n` }];
    if (given.kind === 'file' && given.wrap.length > 0) return [];
    const text = files.get(given.path);
    return text === undefined ? [] : [{ ...at, name: given.path.split('/').at(-1) ?? name, text }];
  });
}
