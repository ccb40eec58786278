/**
 * A real headless browser, for pages that are to be looked at: a Chromium on this machine, else the one that an npm package brings for
 * Linux on x64; elsewhere an installed Chrome.
 *
 * B1  It needs no network, no display and no installed library, and runs as root.
 * B2  What was unpacked goes when the browser is closed.
 * B3  The unpacked one draws text in the same letters on every machine: those of its package, and the machine's where they lack a sign.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { type Browser, chromium } from 'playwright-core';
import { findOnPath } from '../../src/stack/downloads/find-on-path.js';

const onPath = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const project = fileURLToPath(new URL('../../', import.meta.url));

/** The package unpacks into TMPDIR, and the libraries that a bare machine lacks only where it takes that for AWS. */
const unpack = `
  const { default: packed } = await import('@sparticuz/chromium');
  packed.setGraphicsMode = false;
  process.stdout.write(await packed.executablePath());
`;

export interface OpenBrowser {
  readonly browser: Browser;
  close(): Promise<void>;
}

export async function openBrowser(): Promise<OpenBrowser> {
  for (const name of onPath) {
    const executablePath = await findOnPath(name, process.env.PATH ?? '');
    if (executablePath === null) continue;
    const browser = await launch(executablePath, {});
    return { browser, close: () => browser.close() };
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    const browser = await chromium.launch({ channel: 'chrome' });
    return { browser, close: () => browser.close() };
  }
  const folder = await mkdtemp(join(tmpdir(), 'leftoff-browser-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  try {
    const { stdout: executablePath } = await execa(
      process.execPath,
      ['--input-type=module', '--eval', unpack],
      { cwd: project, env: { TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' }, timeout: 60_000 },
    );
    await writeFile(join(folder, 'fonts', 'fonts.conf'), lettersIn(folder));
    const browser = await launch(executablePath, {
      LD_LIBRARY_PATH: [process.env.LD_LIBRARY_PATH, join(folder, 'al2023', 'lib')].filter(Boolean).join(':'),
      FONTCONFIG_PATH: join(folder, 'fonts'),
    });
    return {
      browser,
      async close() {
        await browser.close().finally(removeFolder);
      },
    };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

/** Chromium's own sandbox refuses to run as root. */
function launch(executablePath: string, variables: Record<string, string>): Promise<Browser> {
  const env = { ...process.env, ...variables };
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--font-render-hinting=none'], env });
}

/** The package's own file names folders of the cloud function that it was made for. */
function lettersIn(folder: string): string {
  const drawn = (family: string, letters: string) =>
    `<alias binding="same"><family>${family}</family><prefer><family>${letters}</family></prefer></alias>`;
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
  ${drawn('system-ui', 'Open Sans')}
  ${drawn('sans-serif', 'Open Sans')}
  ${drawn('monospace', 'DejaVu Sans Mono')}
</fontconfig>
`;
}
