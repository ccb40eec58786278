/** Measured in design.md: what the dev server's own defaults would cost a run. */
export const dynamicConfig: Readonly<Record<string, string>> = {
  'history.transferProcessorMaxPollRPS': '500',
  // A heartbeat timeout would otherwise be noticed up to a second late.
  'history.timerProcessorMaxTimeShift': '"50ms"',
  // A second continue-as-new within a second would otherwise wait for the rest of it. Older servers know it by the second
  // name; a name that a server doesn't know does nothing, and it doesn't say so.
  'history.workflowIdReuseMinimalInterval': '"0s"',
  'history.continueAsNewMinInterval': '"0s"',
};
