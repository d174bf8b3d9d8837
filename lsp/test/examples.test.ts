// A policy that is right, asked at every name: completion offers the name where it stands, and what the policy declares can be
// called otherwise without a new error.

import { readFileSync } from 'node:fs';
import test from 'ava';
import { createWorkspace, hasErrors, inspect, type Occurrence, type SourceFile, type Workspace } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { applyEdits } from '../src/ide/apply-edits.ts';
import { completionsAt } from '../src/ide/completion/complete.ts';
import { renameAt } from '../src/ide/rename.ts';
import { finish } from '../src/ide/steps.ts';

function example(name: string): SourceFile {
  const path = `${name}.rdp`;
  return { path, text: readFileSync(new URL(`../../examples/${name}/${path}`, import.meta.url), 'utf8') };
}

function workspaceOf(file: SourceFile): Workspace {
  return createWorkspace({ files: [file], documents: new Map(), std: stdFiles });
}

function namesOf(file: SourceFile): readonly Occurrence[] {
  const inspector = inspect(workspaceOf(file).project);
  const unit = inspector.unit(file.path);
  return unit ? inspector.names(unit) : [];
}

function errorsOf(workspace: Workspace): number {
  return workspace.checked().diagnostics.filter((diagnostic) => hasErrors([diagnostic])).length;
}

const checkout = example('checkout');

test('every name is offered where it stands', (t) => {
  const missing: string[] = [];
  for (const { start, end, access } of namesOf(checkout)) {
    if (access === 'declare') continue;
    const name = checkout.text.slice(start, end);
    const file = { path: checkout.path, text: checkout.text.slice(0, start) + checkout.text.slice(end) };
    const items = completionsAt({ snapshot: workspaceOf(file), path: file.path, offset: start })?.items ?? [];
    // `Chat.request` and `ai.openai` are offered whole.
    if (!items.some(({ label }) => label === name || label.split('.').includes(name)))
      missing.push(`${name} at ${start}`);
  }
  t.deepEqual(missing, []);
});

test('whatever the policy declares can be called otherwise', (t) => {
  const workspace = workspaceOf(checkout);
  const before = errorsOf(workspace);
  const declared = namesOf(checkout).filter(({ access, symbol }) => access === 'declare' && symbol.kind !== 'package');
  t.true(declared.length > 40);
  for (const { start, symbol } of declared) {
    const result = finish(renameAt({ snapshot: workspace, path: checkout.path, offset: start + 1 }, 'other_name'));
    if (result?.kind !== 'edits') {
      t.fail(`${symbol.name}: ${result?.reason ?? 'no name'}`);
      continue;
    }
    const files = applyEdits(workspace.project.files, result.edits);
    t.is(errorsOf(createWorkspace({ ...workspace.project, files })), before, symbol.name);
  }
});
