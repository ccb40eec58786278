/** The one Task Queue: every worker serves every job. */
export const taskQueue = 'leftoff';
