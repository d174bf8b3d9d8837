// Every case below `cases/<feature>`: the server is asked what the feature's probe asks, and the answer compared with the golden
// beside the case (`name.golden.txt`). `UPDATE=1` writes goldens; a case without one, or a golden without a case, fails.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { readFixtures } from './wire/fixture.ts';
import { probes } from './wire/probes.ts';
import { startSession, type Session } from './wire/session.ts';
import { show } from './wire/show.ts';

const root = fileURLToPath(new URL('cases', import.meta.url));
const update = process.env['UPDATE'] === '1' && process.env['CI'] === undefined;
let session: Session;

test.before(async () => {
  session = await startSession({ initializationOptions: { diagnosticPages: 'https://pages.example' } });
});

test.after.always(async (t) => {
  t.is(await session.end(), 0);
  t.deepEqual(
    session.log.filter((line) => line.startsWith('1 ')),
    [],
  );
});

for (const feature of readdirSync(root)) {
  const names = readdirSync(join(root, feature));
  for (const name of names.filter((each) => each.endsWith('.rdp'))) {
    test.serial(`${feature}: ${name.slice(0, -4)}`, async (t) => {
      const probe = probes[feature];
      if (probe === undefined) return t.fail(`there is no probe \`${feature}\` in wire/probes.ts`);
      const answers: string[] = [];
      for (const fixture of readFixtures(readFileSync(join(root, feature, name), 'utf8'))) {
        const label = `${feature}-${name.slice(0, -4)}-${fixture.number}`;
        const folder = session.write(label, fixture.files);
        await folder.add();
        const policies = fixture.files.filter(({ path }) => path.endsWith('.rdp'));
        for (const { path, text } of policies) await folder.open(path, text);
        const uri = folder.uriOf(fixture.cursor?.path ?? policies[0]?.path ?? '');
        const { line, character } = fixture.cursor ?? { line: 0, character: 0 };
        const answer = await probe({
          connection: session.connection,
          folder,
          fixture,
          uri,
          position: { line, character },
        });
        answers.push(show(answer, folder));
        for (const { path } of policies) await folder.close(path);
        await folder.remove();
      }
      const golden = join(root, feature, name.replace(/\.rdp$/, '.golden.txt'));
      const text = answers.join('// ---\n');
      if (update) writeFileSync(golden, text);
      t.true(existsSync(golden), `no golden: UPDATE=1 writes ${golden}`);
      t.is(text, readFileSync(golden, 'utf8'));
    });
  }
  test(`${feature}: no golden is left over`, (t) => {
    const left = names.filter(
      (name) => name.endsWith('.golden.txt') && !names.includes(name.replace(/\.golden\.txt$/, '.rdp')),
    );
    t.deepEqual(left, []);
  });
}
