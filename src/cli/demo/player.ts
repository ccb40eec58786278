/** Who plays on a stage, as its errors name them and what they are mended with. */
export interface Player {
  readonly noun: string;
  readonly command: string;
}

export const demoPlayer: Player = { noun: 'demo', command: 'npx leftoff demo' };
export const comparisonPlayer: Player = { noun: 'comparison', command: 'npx leftoff compare' };
