/** An error's words as a checkpoint carries them: with every heartbeat, and twenty of them at once. */
const mostCharacters = 1_000;

export function shorten(words: string): string {
  return words.length > mostCharacters ? `${words.slice(0, mostCharacters)}…` : words;
}
