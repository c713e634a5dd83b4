/** Dark or light: as the system has it, until a person chooses. */
import { storeOf } from './store.ts';

export type Theme = 'dark' | 'light';
const NAME = 'tillstream-theme';
const systemIsLight = matchMedia('(prefers-color-scheme: light)');

export const theme = storeOf<{ readonly is: Theme }>({ is: current() });

function current(): Theme {
  const chosen = localStorage.getItem(NAME);
  if (chosen === 'dark' || chosen === 'light') return chosen;
  return systemIsLight.matches ? 'light' : 'dark';
}

function show(): void {
  const is = current();
  document.documentElement.dataset.theme = is;
  if (theme.get().is !== is) theme.change({ is });
}

export function startTheme(): void {
  show();
  systemIsLight.addEventListener('change', show);
}

export function switchTheme(): void {
  localStorage.setItem(NAME, current() === 'dark' ? 'light' : 'dark');
  show();
}
