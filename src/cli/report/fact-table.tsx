/** A table that a phone scrolls within its own box, its first column staying in sight. */
import type { ReactNode } from 'react';

export interface FactColumn<Row> {
  readonly title: string;
  readonly kind: 'words' | 'number';
  readonly cell: (row: Row) => ReactNode;
  /** What must not be so; absent: nothing here can be wrong. */
  readonly isBad?: (row: Row) => boolean;
}

export function FactTable<Row>(table: {
  /** What it is of, for who doesn't see what stands above it. */
  readonly label: string;
  readonly caption?: string;
  /** What the first column names. */
  readonly nameTitle?: string;
  readonly columns: readonly FactColumn<Row>[];
  readonly rows: readonly Row[];
  readonly nameOf: (row: Row) => string;
}) {
  const { label, caption, nameTitle = 'lane', columns, rows, nameOf } = table;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls it with the keys
    <section className="scroll" tabIndex={0} aria-label={label}>
      <table>
        {caption !== undefined && <caption>{caption}</caption>}
        <thead>
          <tr>
            <ColumnHead title={nameTitle} kind="words" />
            {columns.map(({ title, kind }) => (
              <ColumnHead key={title} title={title} kind={kind} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={nameOf(row)}>
              <th scope="row">{nameOf(row)}</th>
              {columns.map(({ title, kind, cell, isBad }) => (
                <td key={title} className={isBad?.(row) ? `${kind} bad` : kind}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** One that names nothing is no heading. */
function ColumnHead({ title, kind }: { readonly title: string; readonly kind: string }) {
  return title === '' ? (
    <td />
  ) : (
    <th scope="col" className={kind}>
      {title}
    </th>
  );
}
