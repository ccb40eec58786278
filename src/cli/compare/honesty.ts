/** What the numbers of a comparison hang on, what they don't, and what is not claimed at all. Words only. */

/** Would be other numbers on another machine, or on another server. */
export const dependsOnHere: readonly string[] = [
  'every time: of the runs, of a recovery, of a checkpoint (processor, disk, how busy the machine is)',
  'overheads, less so: both sides of the ratio run on the same machine, but a slower disk makes a checkpoint’s share smaller',
  'a step’s checkpoint: an Activity’s round trip on a dev server whose queues are tuned; the server’s own defaults make it several times as long',
  'the moment at which a lost worker is noticed: the profile’s heartbeat timeout, and the dev server’s timers',
  'how long a server’s outage lasts: it is started again on the same machine, at once',
  'how many orders the heartbeat lane meets again, within its bound: the speed of the work in the last window',
];

/** The same anywhere. */
export const dependsOnNothingHere: readonly string[] = [
  'lost 0 and doubled 0: counted by SQL over the orders and an append-only ledger, whatever the speed',
  'the bound on what is met again, as a formula of the cadence and the settings',
  'revisited 0 in the fenced lanes, and that an outdated worker changes nothing there',
  'the number of checkpoints where they go by number, and the writes that they take',
  'history events per checkpoint, and that history stays bounded',
  'that the control, without a checkpoint, starts over at the first order',
];

export const notClaimed: readonly string[] = [
  'Temporal Cloud: nothing here ran on it. Its limits and latencies are its own, and the dev server’s tuned settings are not to be had there.',
  'Several nodes or shards, or a server that fails over to another: one server process with one file.',
  'The loss of a disk: servers are killed, their files stay. A Redis that loses its files loses what it kept, a Postgres its orders as well.',
  'Clocks that differ: worker, servers and database share one clock here.',
  'Effects outside of the orders’ transaction without an idempotency key: they are done twice, and shown so (--payments without-key).',
  'Networks that lose or delay packets between the parts, beyond connections that are cut and a database that answers slowly.',
  'Other languages’ SDKs, and other versions than those named with each table.',
  'Other engines: they are not in this comparison.',
];
