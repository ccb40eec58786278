/**
 * Install step: makes `npx leftoff` find this checkout's own command.
 *
 * Without the link npx would install the checkout into its cache first: a prompt, and a second build.
 */
import { chmod, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('./main.js', import.meta.url));
const executables = fileURLToPath(new URL('../../node_modules/.bin', import.meta.url));

await chmod(command, 0o755);
await mkdir(executables, { recursive: true });
await rm(join(executables, 'leftoff'), { force: true });
await symlink(join('..', '..', 'dist', 'cli', 'main.js'), join(executables, 'leftoff'));
