/** What a run works on, told by the Activity that selects it. Pure. */

/** By its type whoever reads the run's history knows its total before the first checkpoint; an object that merely has a `total` says nothing. */
export interface SelectionTold {
  readonly type: 'leftoff.selection';
  /** How many items the run selects. */
  readonly total: number;
}

/** A selection as an Activity returns it: `return telling(await select(…))`. The job says the same by `job.expect`. */
export function telling<S extends { readonly total: number }>(selection: S): S & SelectionTold {
  return { ...selection, type: 'leftoff.selection' };
}
