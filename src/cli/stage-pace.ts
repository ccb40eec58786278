/** Pretended work per order on a stage, in milliseconds: 61 orders take 25 s, and an audience can read every line. */
export const stagePaceMs = 400;
