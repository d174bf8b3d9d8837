// The page of the decision preview: shows what comes, keeps what is folded open, and tells of clicks on rules.
const vscode = acquireVsCodeApi();
const main = document.getElementById('decision');
window.addEventListener('message', ({ data }) => {
  if (data.kind !== 'decision') return;
  const open = [...main.querySelectorAll('details')].map((details) => details.open);
  main.innerHTML = data.html;
  main.querySelectorAll('details').forEach((details, nth) => (details.open = open[nth] ?? false));
});
main.addEventListener('click', ({ target }) => {
  const rule = target.closest('.rule');
  if (rule !== null) vscode.postMessage({ uri: rule.dataset.uri, line: Number(rule.dataset.line) });
});
