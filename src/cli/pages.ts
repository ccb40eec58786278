/**
 * The table of commands: name, one line, and how to load the page.
 *
 * Pages are imported only when asked for: `--help` answers in a quarter of a second, though a worker takes a second to load.
 */
import type { Command } from 'commander';

export interface Page {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

export const pages: readonly Page[] = [
  {
    name: 'demo',
    summary: 'the whole story from nothing: run, kill, checkpoint, resume, proof',
    load: async () => (await import('./demo.js')).demoCommand(),
  },
  {
    name: 'compare',
    summary: 'every lane under the same fault, side by side: facts, verdict, guarantees',
    load: async () => (await import('./compare.js')).compareCommand(),
  },
  {
    name: 'up',
    summary: 'start the local stack in the background',
    load: async () => (await import('./up.js')).upCommand(),
  },
  {
    name: 'down',
    summary: 'stop the local stack',
    load: async () => (await import('./down.js')).downCommand(),
  },
  {
    name: 'verify',
    summary: 'check every part, with the mend for what fails',
    load: async () => (await import('./verify.js')).verifyCommand(),
  },
  { name: 'seed', summary: 'load real orders', load: async () => (await import('./seed.js')).seedCommand() },
  {
    name: 'reset',
    summary: 'set the orders back to pending',
    load: async () => (await import('./reset.js')).resetCommand(),
  },
  {
    name: 'clean',
    summary: 'end all runs and wipe all data',
    load: async () => (await import('./clean.js')).cleanCommand(),
  },
  {
    name: 'worker',
    summary: 'run a worker',
    load: async () => (await import('./worker.js')).workerCommand(),
  },
  {
    name: 'run',
    summary: 'start a run and follow it',
    load: async () => (await import('./run.js')).runCommand(),
  },
  {
    name: 'gateway',
    summary: 'a payment gateway that deduplicates by idempotency key, for run --payments',
    load: async () => (await import('./gateway.js')).gatewayCommand(),
  },
  {
    name: 'kill',
    summary: 'stop workers hard, at an exact order if you like',
    load: async () => (await import('./kill.js')).killCommand(),
  },
  {
    name: 'checkpoints',
    summary: "read a run's checkpoints back, without any worker",
    load: async () => (await import('./checkpoints.js')).checkpointsCommand(),
  },
  {
    name: 'pause',
    summary: 'let a run stand still after the item in hand',
    load: async () => (await import('./pause.js')).pauseCommand(),
  },
  {
    name: 'unpause',
    summary: 'let a paused run go on',
    load: async () => (await import('./unpause.js')).unpauseCommand(),
  },
  {
    name: 'cancel',
    summary: 'end a run for good',
    load: async () => (await import('./cancel.js')).cancelCommand(),
  },
  {
    name: 'retry',
    summary: 'go on with a failed run, or with what failed in one',
    load: async () => (await import('./retry.js')).retryCommand(),
  },
  {
    name: 'mend',
    summary: "correct a failed order's total, before retry",
    load: async () => (await import('./mend.js')).mendCommand(),
  },
  {
    name: 'schedule',
    summary: 'runs that Temporal starts by itself',
    load: async () => (await import('./schedule.js')).scheduleCommand(),
  },
  { name: 'runs', summary: 'list runs', load: async () => (await import('./runs.js')).runsCommand() },
  {
    name: 'status',
    summary: 'where a run stands now',
    load: async () => (await import('./status.js')).statusCommand(),
  },
  {
    name: 'monitor',
    summary: 'the live dashboard for a second terminal',
    load: async () => (await import('./monitor.js')).monitorCommand(),
  },
  {
    name: 'rejects',
    summary: 'the rows that an import rejected, and why',
    load: async () => (await import('./rejects.js')).rejectsCommand(),
  },
  {
    name: 'snapshot',
    summary: 'the order counts in one line',
    load: async () => (await import('./snapshot.js')).snapshotCommand(),
  },
  {
    name: 'bench',
    summary: 'measure throughput, checkpoints, recovery and history, on servers of its own',
    load: async () => (await import('./bench.js')).benchCommand(),
  },
];
