/** Under this key a run's memo has the run id of the failed execution that it was started again from. */
export const continuesMemo = 'leftoff.continues';
