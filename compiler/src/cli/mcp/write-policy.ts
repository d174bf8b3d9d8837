// The prompt with which an agent writes a policy: what to read, in which order to work, and what counts as done.

/** The words for a task. */
export function writePolicyPrompt(task: string): string {
  return `Write a security policy in rdp for this task:

${task}

rdp is a typed policy language. Rules stand on events of surfaces (\`api\`, \`llm\`, \`mcp\`, \`k8s\`, \`net\`, \`data\`): \`discover\` notes that something exists,
\`detect\` says that something is wrong, \`defend\` does something about it.

Read first, as resources of this server: \`rdp://language\`, then what you need of \`rdp://reference\` (events and their fields) and of the library
(\`rdp://std.pii\`, \`rdp://std.secrets\`, \`rdp://std.injection\`, \`rdp://std.k8s\`, \`rdp://std.owasp\`, …). Prefer the library's patterns, packs and threat
names to your own.

Then work in this order, with this server's tools:
1. Write one small rule and a \`test\` for it. Call \`check\`. Mend every error; \`explain\` has the page of each code. Take a fix that is marked
   unsafe only when the policy means it: it may let through more.
2. Add the other rules, each with a test of a document that it fires on and one that it must leave alone. Call \`test\` with \`coverage\`:
   no rule may be left that never fires, no branch that never fails.
3. Call \`eval\` with \`why\` on documents as they really come, and read whether each rule fired for the reason that you meant.
4. Say with \`covers\` which threats a detection is about, and look at \`coverage\`.
5. Call \`format\` and keep its text.

A field that may be missing is read with \`?.\`, \`??\` or after \`!= none\`. Text that is found is sensitive: it goes nowhere but through \`mask\`, \`hash\`,
\`last\` or \`kind\`. Begin a new rule that blocks with \`mode observe\` where traffic already flows. Never weaken or delete a test to make it pass.
`;
}
