/** Starts the page. */
import { options, render } from 'preact';
import { App } from './app.tsx';
import { takeKeyFromAddress } from './client/key.ts';
import { stayInTouch, tryNow } from './client/live.ts';
import { startTheme } from './client/theme.ts';

// Drawn with the screen's frames: never twice for one, and not at all while nobody sees the page.
options.debounceRendering = requestAnimationFrame;

takeKeyFromAddress();
// A new link may be opened in a tab that has the page already.
addEventListener('hashchange', () => takeKeyFromAddress() && tryNow());
startTheme();
const root = document.getElementById('app');
if (root) render(<App />, root);
void stayInTouch();
