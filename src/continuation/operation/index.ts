/** What an operator asks of a run from outside: pause, unpause, cancel, start again. */
export { type ControlRequest, type RunStateName, refusalOf } from '../run-control.js';
export { type Asked, type AskOptions, cancelRun, pauseRun, unpauseRun } from './ask-run.js';
export { type StartedAgain, startAgain } from './start-again.js';
