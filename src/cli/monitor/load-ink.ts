/**
 * Loads ink as the monitor needs it. Before its import, for it is read once, then: without NODE_ENV=production React is its
 * slower self, which keeps a record of every frame in memory.
 */
export async function loadInk() {
  process.env.NODE_ENV = 'production';
  const [{ render }, { createElement }, { Frame }] = await Promise.all([
    import('ink'),
    import('react'),
    import('./frame.js'),
  ]);
  return { render, createElement, Frame };
}
