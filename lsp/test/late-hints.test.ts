// Who enforces a rule is known after a compile: the hints come when the text rests, and the server asks the client to look again.

import test from 'ava';
import { InlayHintRefreshRequest, InlayHintRequest } from 'vscode-languageserver/node';
import { fullCapabilities } from './wire/capabilities.ts';
import { patienceMs, startSession } from './wire/session.ts';

const policy = `package shop
surface Cluster: k8s {}
defend NoHost on Cluster.admission { when object is Pod && (object.spec.hostNetwork ?? false) block "no" }
deploy production { clusters { plain "a" { kubernetes "1.36" } } Cluster via admission }
`;

test('the client is told to ask again, and then has who enforces each rule', async (t) => {
  const session = await startSession({
    capabilities: {
      ...fullCapabilities,
      workspace: { ...fullCapabilities.workspace, inlayHint: { refreshSupport: true } },
    },
    folder: [{ path: 'policy.rdp', text: policy }],
  });
  const { connection, first } = session;
  const asked = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the server never asked')), patienceMs);
    connection.onRequest(InlayHintRefreshRequest.type, () => {
      clearTimeout(timer);
      resolve();
    });
  });
  const hints = async (): Promise<readonly string[]> => {
    const found = await connection.sendRequest(InlayHintRequest.type, {
      textDocument: { uri: first.uriOf('policy.rdp') },
      range: { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } },
    });
    return (found ?? []).map(({ label }) => (typeof label === 'string' ? label : ''));
  };
  t.deepEqual(await hints(), []);
  await asked;
  t.deepEqual(await hints(), [' ⟶ ValidatingAdmissionPolicy']);
  t.is(await session.end(), 0);
});
