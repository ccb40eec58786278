/** `leftoff up`: starts what is missing of the stack in the background, and says where everything is. */
import { Command } from 'commander';
import { type PartName, partLabels } from '../stack/addresses.js';
import { bringUp, type StackUp } from '../stack/bring-up.js';
import { type DownloadedPart, downloadParts } from '../stack/download-parts.js';
import { readEnvironment } from '../stack/environment.js';
import { settingWords } from '../stack/temporal/server-settings.js';
import { withoutPassword } from '../stack/without-password.js';
import { interruptible } from './interruptible.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';
import { colours } from './ui/colours.js';

export function upCommand(): Command {
  return withOutput(new Command('up'))
    .description('Starts the local stack in the background: Temporal with its Web UI, PostgreSQL, Redis.')
    .option('--download', 'fetch everything first that offline work needs, the test server too')
    .addHelpText(
      'after',
      '\nWhat TEMPORAL_ADDRESS, DATABASE_URL or REDIS_URL names is used as it is, and not started.' +
        '\nLEFTOFF_TEMPORAL_SETTINGS=default starts the dev server with its own settings instead of the tuned ones:' +
        '\nwhat a run costs on a server that one cannot tune, such as Temporal Cloud.' +
        '\n\nExample:\n  leftoff up\n  leftoff up --json | jq -r .postgres.url',
    )
    .action((options: OutputOptions & { download?: boolean }) => {
      const output = openOutput(options);
      const environment = readEnvironment();
      const onProgress = (message: string): void => output.progress(message);
      return interruptible(async (signal) => {
        const downloads = options.download ? await downloadParts({ environment, onProgress, signal }) : [];
        const startedNow: PartName[] = [];
        const onStarted = (part: PartName): void => void startedNow.push(part);
        const stack = await bringUp({ environment, onProgress, onStarted, signal }).catch(
          (error: unknown) => {
            if (startedNow.length > 0) output.progress(describeLeftUp(startedNow));
            throw error;
          },
        );
        for (const note of stack.notes) output.progress(note);
        output.result([...downloads.map(describeDownload), describeStack(stack)].join('\n'), {
          ...toJson(stack),
          ...(options.download ? { downloads: downloads.map(({ label, state }) => ({ label, state })) } : {}),
        });
        if (downloads.some(({ state, need }) => state === 'absent' && need === 'required'))
          process.exitCode = 1;
      });
    });
}

function toJson({ temporal, postgres, redis, temporalSettings }: StackUp) {
  const { address, namespace, ui } = temporal;
  return {
    temporal: { address, namespace, ui, settings: temporalSettings },
    postgres: { url: postgres.url },
    redis: redis === null ? null : { url: redis.url },
  };
}

function describeStack({ temporal, postgres, redis, started, temporalSettings }: StackUp): string {
  const settings = temporalSettings === null ? '' : `, ${settingWords[temporalSettings]}`;
  const lines: [string, string][] = [
    ['Temporal', `${temporal.address}, namespace ${temporal.namespace}${settings}`],
    ...(temporal.ui === null ? [] : [['Web UI', temporal.ui] satisfies [string, string]]),
    ['PostgreSQL', `${withoutPassword(postgres.url)}   (with its password: leftoff up --json)`],
    ['Redis', redis === null ? 'none; all but Redis checkpoints works without' : withoutPassword(redis.url)],
  ];
  const told =
    started.length === 0
      ? 'Everything was up already.'
      : `Started ${started.map((part) => partLabels[part]).join(', ')}.`;
  return [...lines.map(([label, words]) => `${colours.bold(label.padEnd(12))}${words}`), told].join('\n');
}

/** What an `up` that failed or was called off had started by then: the next one needs it no more. */
function describeLeftUp(parts: readonly PartName[]): string {
  const names = parts.map((part) => partLabels[part]).join(' and ');
  const [are, them] = parts.length === 1 ? ['is', 'it'] : ['are', 'them'];
  return `${names} ${are} up all the same: npx leftoff down stops ${them}`;
}

function describeDownload(part: DownloadedPart): string {
  if (part.state === 'here') return `${colours.green('✓')} ${part.label}: ${part.path}`;
  const mark = part.need === 'required' ? colours.red('✗') : colours.yellow('–');
  return `${mark} ${part.reason}\n  → ${part.mend}`;
}
