// Words that begin something: declarations, clauses, parts of tests and packs, and the words that join the parts of a clause.
// Each is a snippet that is a whole: what is left to fill in is marked.

import { vocabulary, type ast } from '@rdp/language';
import { keywordDoc } from '../keyword-docs.ts';
import { propose, type Completion } from './item.ts';

/** Declarations, with what they need. */
const declarations: Readonly<Record<string, string>> = {
  import: 'import ${1:std.pii}',
  surface: 'surface ${1:Chat}: ${2|llm,api,mcp,k8s,net,data|} {\n  $0\n}',
  detect: 'detect ${1:Name} on ${2:Chat.request} {\n  severity ${3|low,medium,high,critical|}\n  when     $0\n}',
  defend: 'defend ${1:Name} on ${2:Chat.request} {\n  when  $0\n  block "${3:why}"\n}',
  discover: 'discover ${1:Name} on ${2:Chat.request} {\n  when   $0\n  record ${3:ai.model} {  }\n}',
  exempt: 'exempt ${1:Rule} {\n  when   $0\n  until  ${2:2027-12-31}\n  owner  "${3:who}"\n  reason "${4:why}"\n}',
  test: 'test "${1:what holds}" on ${2:Chat.request} {\n  given  { $0 }\n  expect ${3:allowed}\n}',
  deploy: 'deploy ${1:production} {\n  clusters {\n    plain "${2:name}" {}\n  }\n  $0\n}',
  set: 'set ${1:name} = ["$0"]',
  data: 'data ${1:name}: set<string> from "${2:data/name.json}"',
  pattern: 'pattern ${1:name} = re"$0"',
  fn: 'fn ${1:name}(${2:value}: ${3:string}) -> ${4:bool} = $0',
  type: 'type ${1:Name} {\n  $0\n}',
  pack: 'pack ${1:name} on ${2|k8s,llm,api,mcp,net,data|} {\n  $0\n}',
  apply: 'apply ${1:pack} to ${2:Surface}',
  use: 'use crd "${1:crd.yaml}"',
  classifier: 'classifier ${1:name} from "${2:model.json}" threshold ${3:0.5}',
  inventory: 'inventory ${1:name} {\n  $0\n}',
  event: 'event ${1:name} on ${2:data} {\n  $0\n}',
  provider: 'provider ${1:name} {\n  hosts ["${2:api.example}"]\n  $0\n}',
  threats: 'threats ${1:list.v1} {\n  ${2:T01} "$0"\n}',
  crosswalk: 'crosswalk ${1:list.v1} -> ${2:list.v2} {\n  $0\n}',
};

/** Declarations, where one may begin. `package` only where the file has none. */
export function declarationKeywords(file: ast.File): readonly Completion[] {
  const words = Object.entries(declarations).map(([word, snippet]) => keyword(word, snippet));
  return file.package ? words : [keyword('package', 'package ${1:name}\n'), ...words];
}

/** Rules, inside of a pack. */
export function packKeywords(): readonly Completion[] {
  return ['detect', 'defend', 'discover'].map((word) =>
    keyword(word, (declarations[word] ?? word).replace('Chat.request', 'request')),
  );
}

const clauses: Readonly<Record<string, string>> = {
  when: 'when $0',
  find: 'find ${1:pattern} in ${2:prompts[*].text}',
  score: 'score ${1:1} when $0',
  threshold: 'threshold ${1:5}',
  severity: 'severity ${1|low,medium,high,critical|}',
  covers: 'covers $0',
  message: 'message "$0"',
  record: 'record ${1:ai.model} { $0 }',
  flow: 'flow ${1:source.workload} -> ${2:destination.host}',
  mode: 'mode ${1|observe,warn,enforce|}',
  until: 'until ${1:2027-12-31}',
  owner: 'owner "$0"',
  reason: 'reason "$0"',
};

const actions: Readonly<Record<string, string>> = {
  block: 'block "${1:why}"',
  redact: 'redact ${1:Detection} with "${2:[{kind\\}]}"',
  strip: 'strip ${1:Detection}',
  limit: 'limit ${1:20} ${2|requests,tokens,usd|} per ${3:1m} by ${4:client.workload}',
  quarantine: 'quarantine ${1:source.workload}',
  approve: 'approve by "${1:team}"',
  permit: 'permit',
  alert: 'alert "${1:why}"',
  set: 'set ${1:object.spec} = $0',
};

const repeatable: ReadonlySet<string> = new Set(['when', 'find', 'score', 'covers', 'record', 'flow']);

/** The clauses that a rule may still have; of a `defend` rule without an action, actions. */
export function clauseKeywords(
  decl: ast.RuleDecl | ast.ExemptDecl,
  surfaceKind: string | undefined,
): readonly Completion[] {
  const present = new Set<string>(decl.clauses.map(({ kind }) => kind));
  const allowed = vocabulary().clauses[decl.kind] ?? [];
  return allowed.flatMap((clause): readonly Completion[] => {
    if (present.has(clause) && !repeatable.has(clause)) return [];
    if (clause !== 'action') return [keyword(clause, clauses[clause] ?? clause)];
    return Object.entries(actions)
      .filter(([word]) => word !== 'set' || surfaceKind === undefined || surfaceKind === 'k8s')
      .map(([word, snippet]) => keyword(word, snippet));
  });
}

/** `given` and `expect`, where the test lacks them. */
export function testKeywords({ given, expect }: ast.TestDecl): readonly Completion[] {
  const words: Completion[] = [];
  if (given === undefined) {
    words.push(keyword('given', 'given { $0 }'), keyword('given file', 'given file "${1:requests/one.json}"'));
  }
  if (expect.length === 0) words.push(keyword('expect', 'expect $0'));
  return words;
}

/** By the first word of what the cursor is behind: the word that goes on. */
const joining: readonly { readonly after: RegExp; readonly words: readonly string[] }[] = [
  { after: /\bimport\s+[\w.]+\s+$/, words: ['as'] },
  { after: /\bapply\s+[\w.]+\s+$/, words: ['to'] },
  { after: /\bapply\s+[\w.]+\s+to\s+\w+\s+$/, words: ['as'] },
  { after: /\b(?:detect|defend|discover|pack|event)\s+\w+(?:\([^)]*\))?\s+$/, words: ['on'] },
  { after: /\btest\s+"[^"\n]*"\s+$/, words: ['on'] },
  { after: /\bfind\s+[\w.]+(?:\s*,\s*[\w.]+)*\s+$/, words: ['in'] },
  { after: /\blimit\s+[\d_]+\s+\w+\s+$/, words: ['per'] },
  { after: /\blimit\s+[\d_]+\s+\w+\s+per\s+\w+\s+$/, words: ['by'] },
  { after: /\bredact\s+[\w.]+\s+$/, words: ['with'] },
  { after: /\bapprove\s+$/, words: ['by'] },
  { after: /\bblocked\s+$/, words: ['by'] },
  { after: /\b(?:data|classifier)\s+\w+(?::\s*[\w<>.?]+)?\s+$/, words: ['from'] },
  { after: /\bgiven\s+$/, words: ['file'] },
  { after: /\bgiven\s+file\s+"[^"\n]*"\s+$/, words: ['as'] },
  { after: /\bscore\s+\d+\s+$/, words: ['when'] },
  { after: /\bpattern\s+\w+\s*=[^\n]*"\s+$/, words: ['where', 'near'] },
  { after: /\bnear\s+"[^"\n]*"(?:\s*,\s*"[^"\n]*")*\s+$/, words: ['within'] },
  { after: /\b(?:when|&&|\|\||where)\s[^\n]*[\w)\]"]\s+$/, words: ['is', 'in', 'not in'] },
];

/** Words that join what stands ahead of the cursor, on its line, to what follows. */
export function joiningWords(before: string): readonly Completion[] {
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const words = joining.filter(({ after }) => after.test(line)).flatMap((each) => each.words);
  return words.map((word) => keyword(word, `${word} $0`));
}

/** A word with what it begins. */
export function keyword(word: string, snippet: string): Completion {
  const isPlain = snippet === word;
  return propose(word, isPlain ? 'keyword' : 'snippet', {
    rank: 'declared',
    detail: firstLine(snippet),
    document: () => keywordDoc(word.split(' ')[0] ?? word),
    ...(isPlain ? {} : { snippet }),
  });
}

/** How a snippet begins, without its marks. */
function firstLine(snippet: string): string {
  const [line = ''] = snippet.split('\n');
  return line
    .replace(/\$\{\d+\|([^,|]*)[^}]*\}/g, '$1')
    .replace(/\$\{\d+:((?:\\.|[^}\\])*)\}/g, '$1')
    .replace(/\$\d/g, '')
    .replaceAll('\\', '')
    .trim();
}
