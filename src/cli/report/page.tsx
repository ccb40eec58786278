/** The page's parts, in the order in which they are read. */
import type { Comparison } from '../compare/comparison.js';
import { ChartsOfComparison, ProgressOfLanes } from './charts-of-comparison.js';
import { FactTable } from './fact-table.js';
import { headlineOf } from './headline.js';
import { HowMeasured } from './how-measured.js';
import { LaneTables } from './lane-tables.js';
import { pageStyle } from './page-style.js';
import type { ReportExtras, WordTable } from './report-extras.js';
import { Data, Style } from './verbatim.js';

interface Told {
  readonly comparison: Comparison;
  readonly extras: ReportExtras;
}

export function Page({ comparison, extras }: Told) {
  const { sentence, control, numbers } = headlineOf(comparison);
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta
          httpEquiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
        <link rel="icon" href="data:," />
        <title>{`Leftoff: ${sentence}`}</title>
        <Style text={pageStyle} />
      </head>
      <body>
        <main>
          <p className="above">Leftoff: the same job, the same fault, side by side</p>
          <h1>{sentence}</h1>
          {control && <p>{control}</p>}
          <ul className="numbers">
            {numbers.map(({ value, label, tone }) => (
              <li key={label} className={tone}>
                <b>{value}</b>
                <span>{label}</span>
              </li>
            ))}
          </ul>
          <h2>What happened in each lane</h2>
          <ProgressOfLanes comparison={comparison} />
          <h2>The numbers</h2>
          <LaneTables comparison={comparison} />
          <h2>In pictures</h2>
          <ChartsOfComparison comparison={comparison} historyGrowth={extras.historyGrowth ?? []} />
          {comparison.verdict.length > 0 && <h2>When to choose which</h2>}
          <Words lines={comparison.verdict} />
          {(extras.tables ?? []).map((table) => (
            <InWords key={table.title} table={table} />
          ))}
          <Limits extras={extras} />
          <h2>How it was measured</h2>
          <HowMeasured comparison={comparison} />
          <h2>Raw data</h2>
          <details>
            <summary>Everything on this page, as compare --json prints it</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls it with the keys */}
            <pre tabIndex={0}>{JSON.stringify(comparison, null, 1)}</pre>
          </details>
        </main>
        <Data id="comparison" value={comparison} />
      </body>
    </html>
  );
}

function Words({ lines }: { readonly lines: readonly string[] }) {
  return (
    <ul className="words">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function InWords({ table: { title, columns, rows } }: { readonly table: WordTable }) {
  const [first, ...others] = columns;
  return (
    <>
      <h2>{title}</h2>
      <FactTable
        label={title}
        nameTitle={first ?? ''}
        nameOf={([name]) => name ?? ''}
        rows={rows}
        columns={others.map((column, index) => ({
          title: column,
          kind: 'words',
          cell: (row: readonly string[]) => row[index + 1] ?? '',
        }))}
      />
    </>
  );
}

function Limits({ extras: { dependence, notClaimed } }: Pick<Told, 'extras'>) {
  return (
    <>
      {dependence && (
        <>
          <h2>What of this holds elsewhere</h2>
          <div className="columns">
            <div>
              <h3>Depends on the dev server or this machine</h3>
              <Words lines={dependence.onThisStand} />
            </div>
            <div>
              <h3>Does not</h3>
              <Words lines={dependence.onNothingHere} />
            </div>
          </div>
        </>
      )}
      {notClaimed && (
        <>
          <h2>Not claimed here</h2>
          <Words lines={notClaimed} />
        </>
      )}
    </>
  );
}
