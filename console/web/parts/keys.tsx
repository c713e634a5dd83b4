/** The keys of all pages. */
import type { Page } from '../pages/page.ts';
import { Dialog } from './dialog.tsx';

export function Keys({ pages, onClose }: { pages: readonly Page[]; onClose: () => void }) {
  const keys = [
    ...pages.map(({ letter, name }) => [['g', letter ?? ''], name] as const),
    [['/'], 'Find on this page, or else anything'],
    [['j'], 'Next row'],
    [['k'], 'Row before'],
    [['Enter'], 'Open the row'],
    [['Esc'], 'Close'],
    [['?'], 'These keys'],
  ] as const;
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="keys">
        {keys.map(([pressed, what]) => (
          <div key={what}>
            <dt>
              {pressed.map((each) => (
                <kbd key={each}>{each}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
