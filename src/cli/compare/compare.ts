/** What `leftoff compare` does, from its flags to its result. */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { ZodError } from 'zod';
import { listFaults, refuseUnstrikeable } from '../../faults/faults.js';
import { readEnvironment } from '../../stack/environment.js';
import { quoteForShell } from '../../stack/quote-for-shell.js';
import { UserError } from '../../user-error.js';
import type { CompareOptions } from '../compare.js';
import { Interrupted } from '../exit.js';
import type { Output } from '../output.js';
import { type Comparison, comparisonSchema } from './comparison.js';
import { comparisonPage } from './comparison-page.js';
import { onComparisonStage } from './comparison-stage.js';
import { describeComparison, describeGuarantees, readingWidth } from './describe-comparison.js';
import { guarantees } from './guarantees.js';
import { dependsOnHere, dependsOnNothingHere, notClaimed } from './honesty.js';
import type { Plan } from './plan.js';
import { describeFaults, readPlan } from './read-plan.js';
import { refuseUnwritable } from './refuse-unwritable.js';
import { faultOf, runComparison } from './run-comparison.js';
import { showLanes } from './show-lanes.js';
import { struckWords } from './struck-words.js';

/** @throws UserError, and the signal's reason after Ctrl+C */
export async function compare(options: CompareOptions, output: Output, signal: AbortSignal): Promise<void> {
  if (options.fault === 'help') {
    output.result(describeFaults(listFaults()), listFaults());
    return;
  }
  if (options.guarantees) {
    output.result(describeGuarantees(readingWidth()), {
      guarantees,
      dependsOnHere,
      dependsOnNothingHere,
      notClaimed,
    });
    return;
  }
  if (options.report !== undefined) await refuseUnwritable(options.report, '.html');
  if (options.write !== undefined) await refuseUnwritable(options.write, '.md');
  if (options.from !== undefined) return fromFiles(options.from, options, output);
  if (options.write !== undefined)
    throw new UserError(
      '--write needs --from: a page is made of comparisons that are kept.',
      'npx leftoff compare --help',
      'usage',
    );
  const plan = readPlan(options);
  if (plan.settings !== null) process.env.LEFTOFF_TEMPORAL_SETTINGS = plan.settings;
  refuseUnstrikeable(faultOf(plan), readEnvironment());
  const comparison = await play(plan, options, output, signal);
  output.result(describeComparison(comparison, readingWidth()), comparison);
  if (options.report !== undefined) await writeReport(options.report, comparison, output);
  if (!comparison.ok) process.exitCode = 1;
}

async function play(
  plan: Plan,
  options: CompareOptions,
  output: Output,
  signal: AbortSignal,
): Promise<Comparison> {
  const begunAtMs = performance.now();
  const pressed = new AbortController();
  const { keep = false, yes: mayReplace = false } = options;
  const calledOff = AbortSignal.any([signal, pressed.signal]);
  return onComparisonStage(
    { signal: calledOff, keep, mayReplace, profile: plan.profile, tell: (line) => output.progress(line) },
    async (stage) => {
      const { fault, at, orders, itemMs, lanes } = plan;
      const title = [
        faultOf(plan).title,
        `${fault === 'none' ? '' : `at order ${at}; `}${orders} orders, ${itemMs} ms of work each, profile ${stage.timing.profile}`,
      ];
      const shown = await showLanes(output, {
        ...{ title, orders, lanes, struckWord: struckWords[fault] },
        onInterrupt: () => pressed.abort(new Interrupted()),
      });
      try {
        return await runComparison(stage, {
          plan,
          command: commandOf(process.argv.slice(2)),
          begunAtMs,
          shown,
        });
      } finally {
        shown.close();
      }
    },
  );
}

/** As a person would type it again: where its result went is no part of it. */
function commandOf(args: readonly string[]): string {
  const own = args.filter((arg) => !['--json', '--quiet', '--yes', '--keep'].includes(arg));
  return ['npx leftoff', ...own.map(quoteForShell)].join(' ');
}

async function fromFiles(
  files: readonly string[],
  { write, report }: CompareOptions,
  output: Output,
): Promise<void> {
  const comparisons = await Promise.all(
    files.map(async (path) => ({ path, comparison: await readComparison(path) })),
  );
  if (write !== undefined) {
    const kept = comparisons.map(({ path, comparison }) => ({
      file: relative(dirname(write), path),
      comparison,
    }));
    await writeFile(write, comparisonPage(kept));
    output.progress(`written: ${write}`);
  }
  if (report !== undefined) await writeReport(report, onlyOne(comparisons).comparison, output);
  if (write !== undefined || report !== undefined) return;
  output.result(
    comparisons.map(({ comparison }) => describeComparison(comparison, readingWidth())).join('\n\n'),
    comparisons.map(({ comparison }) => comparison),
  );
}

function onlyOne<T>(read: readonly T[]): T {
  const [first] = read;
  if (first !== undefined && read.length === 1) return first;
  throw new UserError('A page with pictures is of one comparison.', 'Give --from one file.', 'usage');
}

async function writeReport(path: string, comparison: Comparison, output: Output): Promise<void> {
  const { writeReportPage } = await import('./write-report-page.js');
  await writeReportPage(path, comparison);
  output.progress(`written: ${path}`);
}

/** In a line: of a file that is something else nearly everything is wrong. */
function whyNot(error: unknown): string {
  if (error instanceof ZodError) {
    const [first] = error.issues;
    return `${first?.path.join('.') ?? ''}: ${first?.message ?? 'not as it should be'}`;
  }
  return error instanceof Error ? error.message : String(error);
}

async function readComparison(path: string): Promise<Comparison> {
  try {
    return comparisonSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    const why = whyNot(error);
    throw new UserError(
      `${path} holds no comparison: ${why}`,
      'Keep one by: npx leftoff compare --json > comparison.json',
      'failed',
      { cause: error },
    );
  }
}
