/**
 * A recorded history as a JSON file, written and read by the protobuf types themselves.
 *
 * Not the SDK's historyToJSON: that one fails ("type must be a Type") wherever npm installs protobufjs twice.
 */
import { readFile, writeFile } from 'node:fs/promises';
import proto from '@temporalio/proto';

export type History = proto.temporal.api.history.v1.IHistory;

const { History: HistoryType } = proto.temporal.api.history.v1;

export async function writeHistory(path: string, history: History): Promise<void> {
  const json = HistoryType.toObject(HistoryType.fromObject(history), {
    longs: String,
    enums: String,
    bytes: String,
  });
  await writeFile(path, `${JSON.stringify(json, null, 1)}\n`);
}

export async function readHistory(path: string): Promise<History> {
  return HistoryType.fromObject(JSON.parse(await readFile(path, 'utf8')));
}
