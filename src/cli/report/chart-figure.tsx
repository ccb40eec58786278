/** A chart with its title, and where signs are used that it doesn't name itself, their key. */
import type { ReactNode } from 'react';
import type { Chart } from './charts/draw-chart.js';
import { stages } from './charts/recovery-stages.js';
import { Picture } from './verbatim.js';

export function ChartFigure({ chart, children }: { readonly chart: Chart; readonly children?: ReactNode }) {
  return (
    <figure>
      <h3>{chart.title}</h3>
      {chart.note && <p>{chart.note}</p>}
      {children}
      <Picture className="wide" svg={chart.wide} />
      <Picture className="narrow" svg={chart.narrow} />
    </figure>
  );
}

function Swatch({ children }: { readonly children: ReactNode }) {
  return (
    <svg width="22" height="14" viewBox="0 0 22 14" aria-hidden="true">
      {children}
    </svg>
  );
}

export function ProgressKey() {
  return (
    <ul className="key">
      <li>
        <Swatch>
          <rect width="22" height="14" fill="var(--done-area)" />
          <path d="M0 1H22" stroke="var(--done)" strokeWidth="2" />
        </Swatch>
        orders done
      </li>
      <li>
        <Swatch>
          <rect width="22" height="14" fill="var(--again)" />
        </Swatch>
        on top: orders met again
      </li>
      <li>
        <Swatch>
          <path d="M11 0V14" stroke="var(--fault)" strokeWidth="2" strokeDasharray="4 3" />
        </Swatch>
        the fault
      </li>
      <li>
        <Swatch>
          <rect width="22" height="14" fill="var(--pause)" stroke="var(--line)" />
        </Swatch>
        until the next order is done
      </li>
    </ul>
  );
}

const stageMarks = {
  circle: <circle cx="15" cy="7" r="4" />,
  square: <path d="M11 3H19V11H11Z" />,
  triangle: <path d="M15 2L20 11H10Z" />,
  diamond: <path d="M15 1L19 7L15 13L11 7Z" />,
} as const;

export function RecoveryKey() {
  return (
    <ul className="key">
      {stages.map(({ name, words, fill, symbol }) => (
        <li key={name}>
          <Swatch>
            <rect width="15" height="14" fill={fill} />
            <g fill="var(--paper)" stroke="var(--ink)" strokeWidth="1.5">
              {stageMarks[symbol]}
            </g>
          </Swatch>
          {words}
        </li>
      ))}
    </ul>
  );
}
