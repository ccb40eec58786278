/** One frame of the monitor, for scripts: every source is asked once. */
import { type MonitorModel, monitorModel } from './monitor-model.js';
import { monitorView, plainText } from './monitor-view.js';
import { openSources } from './open-sources.js';
import { nothingRead } from './readings.js';

/** Nothing scrolls away where nobody looks: all lines, of the width that output is written for. */
const size = { columns: 80, rows: 200 };

export async function readFrame(
  home: string,
): Promise<{ readonly text: string; readonly model: MonitorModel }> {
  const sources = openSources({ home });
  try {
    const model = monitorModel(await sources.readAll(nothingRead), [], Date.now());
    return { text: plainText(monitorView(model, size)), model };
  } finally {
    sources.close();
  }
}
