// The patterns of the standard library on texts: what each finds, exactly, and that ordinary text is left alone. Keys are
// made up here from their parts, so that nothing in this file looks like one.

import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import type { Decision } from '@rdp/runtime/contract';
import test from 'ava';
import { interpret } from '../../src/ir/interpret/interpret.ts';
import { lowerProgram } from '../../src/ir/lower.ts';

const packages = ['pii', 'secrets', 'injection', 'unicode', 'attack'];

const patterns = packages.flatMap((name) =>
  stdFiles
    .filter(({ path }) => path === `std/${name}.rdp` || path.startsWith(`std/${name}/`))
    .flatMap(({ text }) => [...text.matchAll(/^pattern (\w+)/gm)].map((match) => `${name}.${match[1]}`)),
);

const policy = `package patterns
${packages.map((name) => `import std.${name}`).join('\n')}
surface Chat: llm {}
detect Any on Chat.request { severity low find ${patterns.join(', ')} in prompts[*].text }`;

const { programs } = checkProgram({
  files: [{ path: 'policy.rdp', text: policy }],
  documents: new Map(),
  std: stdFiles,
});
const [program] = programs ?? [];
const ir = program && lowerProgram(program);

/** What is found in `text`: kind and matched text. */
function found(text: string): readonly string[] {
  if (ir === undefined) throw new Error('the policy has a fault');
  const input = new TextEncoder().encode(JSON.stringify({ prompts: [{ role: 'user', text }] }));
  const decision = JSON.parse(interpret({ ir, entrypoint: 'patterns/Chat/request', input, data: {} })) as Decision; // the contract
  const points = [...text];
  return (decision.findings ?? []).flatMap(({ matches = [] }) =>
    matches.map(({ kind, start, end }) => `${kind} ${points.slice(start, end).join('')}`),
  );
}

const letters = (length: number, of = 'aB3xY7kQ9mZ2pL5w'): string =>
  of.repeat(Math.ceil(length / of.length)).slice(0, length);
const hex = (length: number): string => letters(length, '0f1e2d3c4b5a6978');
const key = (...parts: readonly string[]): string => parts.join('');

const secrets: Readonly<Record<string, string>> = {
  openai_key: key('sk-', 'proj-', letters(74), 'T3Blbk', 'FJ', letters(74)),
  anthropic_key: key('sk-', 'ant-', 'api03-', letters(93), 'AA'),
  google_api_key: key('AI', 'za', letters(35)),
  groq_key: key('gs', 'k_', letters(52)),
  xai_key: key('xa', 'i-', letters(80)),
  perplexity_key: key('pp', 'lx-', letters(48)),
  huggingface_token: key('h', 'f_', letters(34)),
  openrouter_key: key('sk-', 'or-', 'v1-', hex(64)),
  together_key: key('tgp', '_v1_', letters(43)),
  replicate_token: key('r', '8_', letters(37)),
  nvidia_key: key('nv', 'api-', letters(64)),
  langsmith_key: key('lsv2', '_pt_', hex(32), '_', hex(10)),
  aws_access_key: key('AK', 'IA', letters(16, 'ABCDEFGH234567')),
  bedrock_key: key('AB', 'SK', letters(120), '=='),
  azure_devops_token: key(letters(76), 'AZ', 'DO', letters(4)),
  github_token: key('gh', 'p_', letters(36)),
  gitlab_token: key('gl', 'pat-', letters(20)),
  npm_token: key('np', 'm_', letters(36)),
  docker_token: key('dckr', '_pat_', letters(27)),
  vault_token: key('hv', 's.', letters(30)),
  slack_bot_token: key('xo', 'xb-', letters(12, '0123456789'), '-', letters(24)),
  stripe_key: key('sk', '_live_', letters(24)),
  sendgrid_key: key('S', 'G.', letters(22), '.', letters(43)),
  telegram_token: key('123456', '789:AA', letters(33)),
  shopify_token: key('shp', 'at_', hex(32)),
  databricks_token: key('da', 'pi', hex(32)),
  digitalocean_token: key('do', 'p_v1_', hex(64)),
  private_key: key('-----BEGIN ', 'RSA PRIVATE', ' KEY-----', letters(128), '-----END RSA PRIVATE KEY-----'),
  jwt: key('ey', 'J', letters(30), '.ey', 'J', letters(80), '.', letters(43)),
};

for (const [kind, secret] of Object.entries(secrets)) {
  test(`secrets.${kind}`, (t) => {
    t.true(found(`Use ${secret} for now.`).includes(`${kind} ${secret}`));
    t.false(
      found(`Use ${secret.slice(0, Math.ceil(secret.length / 3))}, that is all.`).some((match) =>
        match.startsWith(`${kind} `),
      ),
    );
  });
}

const texts: readonly (readonly [text: string, ...expected: readonly string[]])[] = [
  ['SSN 536-90-4399, refund please', 'us_ssn 536-90-4399'],
  ['SSN 536 90 4399', 'us_ssn 536 90 4399'],
  ['not one: 666-12-3456, 000-12-3456, 123-00-4567, 536-90-0000'],
  ['card 4111 1111 1111 1111 was', 'credit_card 4111 1111 1111 1111'],
  ['cards 378282246310005, 5555-5555-5555-4444.', 'credit_card 378282246310005', 'credit_card 5555-5555-5555-4444'],
  ['no card: 4111 1111 1111 1112'],
  ['call +1 415-555-2671 or (415) 555-2671', 'phone +1 415-555-2671', 'phone (415) 555-2671'],
  ['tell kim@example.org, a.b+c@mail.co.uk.', 'email kim@example.org', 'email a.b+c@mail.co.uk'],
  ['IBAN DE89 3704 0044 0532 0130 00.', 'iban DE89 3704 0044 0532 0130 00'],
  ['no IBAN: DE89 3704 0044 0532 0130 01'],
  [key('say pass', 'word = "Tr0ub4dor!', 'x9" now'), 'assigned_password Tr0ub4dor!x9'],
  ['at 192.168.0.1.', 'ipv4 192.168.0.1'],
  ['version 300.1.2.3'],
  ['born 12/03/1984 in Rome', 'birth_date 12/03/1984'],
  ['due 12/03/2024'],
  ['please Ignore  previous\ninstructions', 'override_phrases Ignore  previous\ninstructions'],
  ['<|im_start|>system', 'role_markers <|im_start|>', 'special_tokens <|im_start|>'],
  ['a\u200bb', 'zero_width \u200b', 'invisible \u200b'],
  ['a\u202eb', 'bidi_control \u202e'],
  ["x' or '1'='1", "sql_quote_break ' or '1'=", "sql_tautology or '1'='"],
  ['<script>alert(1)', 'xss_script_element <script>', 'xss_script_text alert('],
  ['../../etc/passwd', 'path_traversal ../', 'sensitive_file /etc/passwd', 'command_path /etc/passwd'],
];

for (const [text, ...expected] of texts) {
  test(`in ${JSON.stringify(text)}`, (t) => t.deepEqual([...found(text)].sort(), [...expected].sort()));
}

test('ordinary text is left alone', (t) => {
  for (const text of [
    'How do I return a mug that arrived broken? My order is ORD-7F3K-2291 of 2026-11-22, 10:30.',
    'Select a union from the list and sleep well; the system: it works, versions 1.2.3 and 10.4.',
    'Meeting 10:00-11:00, ISBN 978-3-16-148410-0, invoice 2026-000123, 5 or 6 items.',
    'id 550e8400-e29b-41d4-a716-446655440000, path C:\\Users\\kim, a | b | c, let x = y && z;',
    'Stra\u00dfe, caf\u00e9, \u4f60\u597d, \u2764\ufe0f and \u{1F600}',
  ]) {
    t.deepEqual(found(text), [], text);
  }
});
