/** When an execution ends, when the run does, and who is told. */
import { setTimeout } from 'node:timers/promises';
import { abort, array, iteration } from 'leftoff/iteration';

export interface Night {
  readonly photos: readonly string[];
  readonly maxPhotos: number;
}

export interface Studio {
  log(what: string): Promise<void>;
  develop(photo: string): Promise<'done' | 'out of paper' | 'fire alarm' | 'that was all'>;
}

export const studioActivities = (studio: Studio) => ({
  developPhotos: iteration({
    buildEnumerator: ({ photos }: Night) => array(photos),

    eachIteration: async (photo, _night, { stopping }) => {
      // Cut waits short where the worker is told to stop: the photo isn't done then, and the next worker's first.
      await setTimeout(5, null, { signal: stopping });
      switch (await studio.develop(photo)) {
        case 'done':
          return;
        case 'out of paper':
          return abort.retry({ afterMs: 3_600_000 }); // wait an hour in the Workflow, then this photo again
        case 'fire alarm':
          return abort.stop(); // the run ends here, without onComplete
        case 'that was all':
          return abort.complete(); // the run is complete, with onComplete
      }
    },

    onStart: () => studio.log('start'), // once a run
    aroundIterate: async (iterate) => {
      await studio.log('light on'); // once an execution
      await iterate();
      await studio.log('light off');
    },
    onShutdown: (reason) => studio.log(reason), // each execution that ends without an error
    onComplete: async ({ photos }) => `${photos.length} photos`, // once a run; what it returns is the run's result

    maxRuntimeMs: 60_000, // gives its place to others after a minute, and goes on later
    maxItems: ({ maxPhotos }) => maxPhotos, // ends the run, over all its executions
  }),
});
