// The life of a session: how it begins, how it ends, and what it survives.

import { fileURLToPath } from 'node:url';
import test from 'ava';
import { startSession } from './wire/session.ts';

const launcher = fileURLToPath(new URL('../../compiler/dist/launch.js', import.meta.url));

test('the command serves, and ends cleanly', async (t) => {
  const session = await startSession({
    command: [process.execPath, launcher, 'lsp', '--stdio'],
    folder: [
      { path: 'policy.rdp', text: 'package p\nsurface Chat: llm {}\n\ndefend Stop on Chat.request { whn true }\n' },
    ],
  });
  t.is(session.initialized.serverInfo?.name, 'rdp');
  const diagnostics = await session.first.diagnostics('policy.rdp');
  t.true(diagnostics.length > 0);
  t.is(await session.end(), 0);
});

test('a request for what the server does not know is an error of that request alone', async (t) => {
  const session = await startSession({ folder: [{ path: 'policy.rdp', text: 'package p\n' }] });
  await t.throwsAsync(session.connection.sendRequest('textDocument/unheardOf', {}));
  await session.first.open('policy.rdp', 'package p\nset a = [1, "x"]\n');
  t.is((await session.first.diagnostics('policy.rdp', (list) => list.length > 0)).length, 1);
  t.is(await session.end(), 0);
});
