/**
 * Adds the payload converter that carries bigint and Date to the data converter that a user has.
 *
 * D1  Codecs (encryption), failure converter and external storage stay the user's.
 * D2  A payload converter of the user's own stays too, and that is told: the two can only be combined in its own module.
 * D3  A Workflow bundle made without it is refused: its Workflows could not read what the Worker writes.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { exactEncoding } from '../payloads/payload-converter.js';
import type { ReportFinding } from './finding.js';

/** The module that Workers, Clients and the Workflow sandbox load, each for itself. */
export function exactConverterPath(): string {
  return fileURLToPath(new URL('../payloads/payload-converter.js', import.meta.url));
}

/** @returns the user's data converter with ours in it, or as it was (D2) */
export function composeDataConverter(own: DataConverter | undefined, report: ReportFinding): DataConverter {
  const path = composeConverterPath(own?.payloadConverterPath, report);
  if (own === undefined || !('payloadConverter' in own)) return { ...own, payloadConverterPath: path };
  // A Client also takes one that is loaded already; a path beside it would not be looked at.
  report(ownConverter('The payload converter handed over'));
  return own;
}

/** @returns the user's path where there is one (D2) */
export function composeConverterPath(own: string | undefined, report: ReportFinding): string {
  const ours = exactConverterPath();
  if (own === undefined || own === ours) return ours;
  report(ownConverter(`The payload converter ${own}`));
  return own;
}

function ownConverter(whose: string) {
  return {
    kind: 'own payload converter',
    message: `${whose} stands: a bigint and a Date travel as it writes them. To have them carried exactly, put ExactPayloadConverter of leftoff/payloads first in its CompositePayloadConverter; to have it as it is, say payloads: 'own'.`,
  } as const;
}

/** A prebuilt Workflow bundle whose Workflows read other payloads than their Worker writes (D3). */
export class BundleWithoutConverterError extends Error {
  override readonly name = 'BundleWithoutConverterError';

  constructor() {
    super(
      "The workflowBundle was made without Leftoff's payload converter, so its Workflows could not read a bigint or a Date. Give bundleWorkflowCode the plugin too (plugins: [leftoff()]), or do without the converter: leftoff({ payloads: 'own' }).",
    );
  }
}

/** @throws BundleWithoutConverterError */
export function requireConverterInBundle(bundle: WorkflowBundleOption | undefined): void {
  if (bundle === undefined) return;
  const code = 'code' in bundle ? bundle.code : readFileSync(bundle.codePath, 'utf8');
  if (!code.includes(exactEncoding)) throw new BundleWithoutConverterError();
}
