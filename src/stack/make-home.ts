import { mkdir } from 'node:fs/promises';

/**
 * Other users can't look into `.leftoff`: it holds the runs' inputs. As root they may pass through to what they know by name,
 * since Postgres runs as one of them; what lies in it is private by its own mode (launch-server.ts).
 */
const mode = process.getuid?.() === 0 ? 0o711 : 0o700;

/** Makes LEFTOFF_HOME where it isn't there yet; one that a user made keeps the mode that the user gave it. */
export async function makeHome(home: string): Promise<void> {
  await mkdir(home, { recursive: true, mode });
}
