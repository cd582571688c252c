// Light or dark: as the machine has it, until somebody chooses here.

const KEPT = 'vandvagt.theme';
const machine = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = [];
let chosen = recall();

function recall() {
  try {
    const word = localStorage.getItem(KEPT);
    return word === 'dark' || word === 'light' ? word : null;
  } catch {
    return null;
  }
}

export const isDark = () => (chosen ? chosen === 'dark' : machine.matches);
export const onTheme = listener => listeners.push(listener);

function use() {
  document.documentElement.dataset.theme = isDark() ? 'dark' : 'light';
  listeners.forEach(listener => listener());
}

export function turn() {
  chosen = isDark() ? 'light' : 'dark';
  try {
    localStorage.setItem(KEPT, chosen);
  } catch {
    // it is asked of the machine again next time
  }
  use();
}

machine.addEventListener('change', use);
use();
