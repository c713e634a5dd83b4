/** Starts the page. */
import { options, render } from 'preact';
import { App } from './app.tsx';
import { NAME, takeKeyFromAddress } from './client/key.ts';
import { stayInTouch, tryNow } from './client/live.ts';
import { startTheme } from './client/theme.ts';

// Drawn with the screen's frames: never twice for one, and not at all while nobody sees the page.
options.debounceRendering = requestAnimationFrame;

// A new link may be opened in a tab that has the page already, or in another.
addEventListener('hashchange', async () => (await takeKeyFromAddress()) && tryNow());
addEventListener('storage', ({ key }) => key === NAME && tryNow());
// It leaves the address at once, before a page is read from there; whether it is taken, the server may have to say first.
const taken = takeKeyFromAddress();
startTheme();
const root = document.getElementById('app');
if (root) render(<App />, root);
await taken;
stayInTouch();
