/** The page. */
import { render } from 'preact';

const root = document.getElementById('app');
if (root) render(<h1>Tillstream</h1>, root);
