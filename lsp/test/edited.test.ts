// Whatever was done before, a server answers as one that was started on the final texts: edits of several files that name each
// other, some taken back, files opened, closed, saved, written by others, requests in between. `RUNS=200` for a long run.

import test from 'ava';
import fc from 'fast-check';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { WorkspaceDiagnosticRequest, type ClientCapabilities, type Diagnostic } from 'vscode-languageserver/node';
import { everyAnswer, type Where } from './edits/every-answer.ts';
import { documents, policies } from './edits/linked-files.ts';
import { play, steps, type Step } from './edits/steps.ts';
import { fullCapabilities } from './wire/capabilities.ts';
import { killServers, startSession, type Folder, type Session } from './wire/session.ts';
import { show } from './wire/show.ts';

const runs = Number(process.env['RUNS'] ?? 4);

/** Pulls diagnostics, where the edited server pushes them: both are compared. */
const pulling: ClientCapabilities = {
  ...fullCapabilities,
  textDocument: {
    ...fullCapabilities.textDocument,
    diagnostic: { ...fullCapabilities.textDocument?.publishDiagnostics, relatedDocumentSupport: true },
  },
};

const where: fc.Arbitrary<Where> = fc.record({
  file: fc.nat(20),
  place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  at: fc.constantFrom('name' as const, 'name' as const, 'anywhere' as const),
});

test.after.always(killServers);

test('after any edits a server answers as one that is fresh', async (t) => {
  t.timeout(3_600_000);
  let edited = await startSession();
  let run = 0;
  const property = fc.asyncProperty(
    steps(policies.map(({ text }) => text)),
    fc.array(where, { minLength: 3, maxLength: 6 }),
    async (todo, places) => {
      const difference = await differenceAfter(edited, { name: `run-${++run}`, todo, places });
      if (difference === undefined) return;
      // What comes next begins with a server that nothing has happened to.
      await edited.end();
      edited = await startSession();
      throw new Error(difference);
    },
  );
  const found = await fc.check(property, { numRuns: runs });
  t.false(found.failed, found.failed ? `${fc.stringify(found.counterexample)}\n${String(found.errorInstance)}` : '');
  t.is(await edited.end(), 0);
  t.deepEqual(
    edited.log.filter((line) => line.startsWith('1 ')),
    [],
  );
});

/** The first question that the two answer in different ways, with both answers. */
async function differenceAfter(
  edited: Session,
  { name, todo, places }: { readonly name: string; readonly todo: readonly Step[]; readonly places: readonly Where[] },
): Promise<string | undefined> {
  const folder = edited.write(name, [...policies, ...documents]);
  await folder.add();
  const played = await play(edited, folder, { files: policies, steps: todo });
  const fresh = await startSession({ capabilities: pulling, folder: [...played.disk, ...documents] });
  try {
    const texts = [...played.open].map(([path, document]) => ({
      path,
      text: document.getText(),
      version: document.version,
    }));
    for (const { path, text, version } of texts) await fresh.first.open(path, text, version);
    const asked = (of: Folder): readonly TextDocument[] =>
      texts.map(({ path, text, version }) => TextDocument.create(of.uriOf(path), 'rdp', version, text));
    const wanted = await everyAnswer(fresh, fresh.first, { documents: asked(fresh.first), places });
    const given = await everyAnswer(edited, folder, { documents: asked(folder), places });
    for (const [label, answer] of wanted) {
      const other = given.get(label);
      if (other !== answer) return differ(label, answer, other);
    }
    const pulled = await fresh.connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds: [] });
    const lists = new Map(
      pulled.items.map((item) => [item.uri.slice(fresh.first.uri.length), item.kind === 'full' ? item.items : []]),
    );
    return await diagnosticsDiffer(edited, folder, { lists, shown: fresh.first });
  } finally {
    await fresh.end();
    for (const path of played.open.keys()) await folder.close(path);
    await folder.remove();
  }
}

/** What was pushed last becomes what was pulled, before long. */
async function diagnosticsDiffer(
  edited: Session,
  folder: Folder,
  { lists, shown }: { readonly lists: ReadonlyMap<string, readonly Diagnostic[]>; readonly shown: Folder },
): Promise<string | undefined> {
  for (let tries = 0; ; tries++) {
    const pushed = new Map<string, readonly Diagnostic[]>();
    for (const { uri, diagnostics } of edited.published)
      if (uri.startsWith(`${folder.uri}/`)) pushed.set(uri.slice(folder.uri.length), diagnostics);
    const differing = [...new Set([...lists.keys(), ...pushed.keys()])].find(
      (path) => show(lists.get(path) ?? [], shown) !== show(pushed.get(path) ?? [], folder),
    );
    if (differing === undefined) return undefined;
    if (tries === 40)
      return differ(
        `diagnostics of ${differing}`,
        show(lists.get(differing) ?? [], shown),
        show(pushed.get(differing) ?? [], folder),
      );
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function differ(label: string, wanted: string, given: string | undefined): string {
  return `${label}\n--- fresh\n${wanted}\n--- edited\n${given ?? 'nothing'}`;
}
