/** Figures by name, as bars with the figure itself beside each: what is a plot and its table at once. */
import { widthOf } from '../../view/questions.ts';

export interface BarsProps {
  readonly title: string;
  readonly unit: string;
  /** `said` is the exact figure. */
  readonly bars: readonly { readonly label: string; readonly value: number; readonly said: string }[];
}

export const Bars = ({ title, unit, bars }: BarsProps) => (
  <section class="card" aria-label={title}>
    <header>
      <h2>{title}</h2>
      <span class="muted">{unit}</span>
    </header>
    <ul class="reasons bars">
      {bars.map(({ label, value, said }) => (
        <li key={label}>
          <p>
            <span>{label}</span>
            <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
              <rect class="track" width="100" height="6" />
              <rect width={widthOf(value, bars)} height="6" />
            </svg>
            <b>{said}</b>
          </p>
        </li>
      ))}
    </ul>
  </section>
);
