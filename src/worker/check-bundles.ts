/** Whether what workers load was bundled, from the code that is here and the SDK that is installed. */
import { open, readdir, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { workerProgram, workflowThreadProgram } from './load-program.js';
import { installedSdk } from './sdk-versions.js';
import { tracedWorkflowBundlePath, workflowBundlePath } from './workflow-bundle-path.js';

export type BundlesState =
  | { readonly kind: 'absent'; readonly file: string }
  | { readonly kind: 'outdated'; readonly file: string; readonly newer: string }
  | { readonly kind: 'built'; readonly bytes: number };

interface Bundle {
  readonly file: string;
  /** What of ours it is made of, beside it. */
  readonly madeOf: RegExp;
  readonly holdsSdk: boolean;
}

const built = dirname(workflowBundlePath);
const bundles: readonly Bundle[] = [
  { file: workflowBundlePath, madeOf: /^(workflows|continuation)\//, holdsSdk: false },
  {
    file: tracedWorkflowBundlePath,
    madeOf: /^(workflows|continuation)\/|^worker\/tracing\/workflow-/,
    holdsSdk: false,
  },
  {
    file: workerProgram,
    madeOf: /^(worker|activities|orders|stack|continuation)\/|^user-error\.js$/,
    holdsSdk: true,
  },
  { file: workflowThreadProgram, madeOf: /^worker\/workflow-thread\.js$/, holdsSdk: true },
];

/** @param sdk the installed one */
export async function checkBundles(sdk = installedSdk()): Promise<BundlesState> {
  const names = await readdir(built, { recursive: true });
  let bytes = 0;
  for (const { file, madeOf, holdsSdk } of bundles) {
    const bundle = await stat(file).catch(() => null);
    const name = relative(built, file);
    if (bundle === null) return { kind: 'absent', file: name };
    const newer = await findNewer(
      bundle.mtimeMs,
      names.filter((each) => madeOf.test(each) && each.endsWith('.js')),
    );
    if (newer !== null) return { kind: 'outdated', file: name, newer: `dist/${newer}` };
    if (holdsSdk && (await firstLine(file)) !== `// ${sdk}`)
      return { kind: 'outdated', file: name, newer: sdk };
    bytes += bundle.size;
  }
  return { kind: 'built', bytes };
}

async function findNewer(mtimeMs: number, names: readonly string[]): Promise<string | null> {
  for (const name of names) {
    const file = await stat(join(built, name));
    if (file.mtimeMs > mtimeMs) return name;
  }
  return null;
}

async function firstLine(file: string): Promise<string | null> {
  const handle = await open(file);
  try {
    for await (const line of handle.readLines({ end: 1_000 })) return line;
    return null;
  } finally {
    await handle.close();
  }
}
