// Before anything is drawn: light or dark, so that nobody is dazzled first. What was chosen here rules, see theme.js.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('vandvagt.theme');
  } catch {
    // the machine's choice, then
  }
  document.documentElement.dataset.theme = chosen ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
})();
