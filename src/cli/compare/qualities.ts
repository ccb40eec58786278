/** What can't be measured, row by row: the two Rails originals beside the two patterns here. Words only. */
export interface Quality {
  readonly row: string;
  readonly continuation: string;
  readonly jobIteration: string;
  readonly step: string;
  readonly enumerator: string;
}

export const qualities: readonly Quality[] = [
  {
    row: 'setup',
    continuation: 'a part of Rails 8.1: include ActiveJob::Continuable',
    jobIteration: 'a gem: include JobIteration::Iteration; a queue adapter that it knows',
    step: 'a Temporal server and a worker; a Workflow in continuable(…)',
    enumerator: 'a Temporal server and a worker; an Activity in iteration(…), a Workflow of one line',
  },
  {
    row: 'storage',
    continuation:
      'the serialized job, wherever the queue keeps it: a database with Solid Queue, Redis with Sidekiq',
    jobIteration: 'the serialized job, when it is interrupted: nothing is kept in between',
    step: 'Workflow history: each batch’s result; a store besides where that is asked for',
    enumerator:
      'the Activity’s heartbeat; history after a graceful stop; a store besides where that is asked for',
  },
  {
    row: 'API',
    continuation: 'step :name do |step| … step.set!, step.advance!, step.checkpoint!',
    jobIteration: 'build_enumerator(cursor:) and each_iteration(item)',
    step: 'job.step(name, body); step.set, step.advance, step.checkpoint, step.batches',
    enumerator: 'buildEnumerator(input, { cursor }) and eachIteration(item)',
  },
  {
    row: 'maturity',
    continuation: 'new with Rails 8.1 (2025)',
    jobIteration: 'in production at Shopify since 2017',
    step: 'a demonstration and a library of this repository, on a platform that is old; held by its tests',
    enumerator: 'the same',
  },
  {
    row: 'fit',
    continuation: 'jobs of several steps, of different kinds',
    jobIteration: 'one long loop over many items of one kind',
    step: 'few, heavy steps of different kinds; progress that is to be audited',
    enumerator: 'many small items of one kind',
  },
];
