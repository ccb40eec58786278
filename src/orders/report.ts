/**
 * What the other parts of Leftoff know of a report, and of what a run of generate-reports selects. Types only.
 */

/** A customer's month with orders: what one report row is about. */
export type CustomerMonth = {
  readonly customerId: number;
  /** `YYYY-MM`. */
  readonly month: string;
};

/** A customer's month as a run meets it. */
export type SelectedMonth = CustomerMonth & {
  /** This run reported it before: meeting it again needs no work. */
  readonly done: boolean;
};

/** A contiguous part of the customers. */
export type CustomerRange = {
  /** Strictly after this customer; null: from the first. */
  readonly after: number | null;
  /** Up to this customer, and with them. */
  readonly upTo: number;
};

/**
 * What a run works on, fixed at its start: the orders up to `upToOrder`, by customer and month. An order that comes later has
 * a higher id, and so neither makes a row of this run nor changes one, whenever its customer's turn comes.
 */
export type ReportSelection = {
  /** The highest order id at the start; 0 when there are no orders. */
  readonly upToOrder: number;
  /** When it was fixed, as PostgreSQL prints it: of two runs, the later one's rows stay. */
  readonly selectedAt: string;
};

/** A selection, and how many customers' months it has. */
export type CountedReportSelection = ReportSelection & { readonly total: number };

/** A range that a partition is to report on, out of a selection that is the same for all of them. */
export type CountedCustomerRange = CustomerRange & {
  readonly selection: ReportSelection;
  /** How many customers' months it has. */
  readonly total: number;
};

/** A report row as a visit wrote it. */
export type WrittenReport = CustomerMonth & {
  readonly orders: number;
  readonly units: number;
  readonly totalCents: number;
  /** This run had written the row before: this visit changed nothing in it. */
  readonly revisited: boolean;
};

/** A row that has the reason why it could not be written in its place. */
type FailedReport = CustomerMonth & { readonly reason: string };

/** What became of a customer's month that was met. */
export type MetReport = WrittenReport | FailedReport;

/** The customers' months of one call, and the run that meets them. */
export type ReportsToWrite = {
  readonly runId: string;
  readonly selection: ReportSelection;
  readonly months: readonly CustomerMonth[];
};
