/** Measured in design.md: what the dev server's own defaults would cost a run. */
export const dynamicConfig: Readonly<Record<string, string>> = {
  'history.transferProcessorMaxPollRPS': '500',
  // A heartbeat timeout would otherwise be noticed up to a second late.
  'history.timerProcessorMaxTimeShift': '"50ms"',
  // A second continue-as-new within a second would otherwise wait for the rest of it.
  'history.continueAsNewMinInterval': '"0s"',
};
