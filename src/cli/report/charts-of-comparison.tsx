/** All pictures of a comparison, in the order in which the story is told. */
import type { Comparison } from '../compare/comparison.js';
import { ChartFigure, ProgressKey, RecoveryKey } from './chart-figure.js';
import { drawCheckpointCost } from './charts/checkpoint-cost-chart.js';
import { drawHistoryGrowth } from './charts/history-growth-chart.js';
import { drawHistoryOfRuns } from './charts/history-of-runs-chart.js';
import { drawOverhead } from './charts/overhead-chart.js';
import { drawProgress } from './charts/progress-charts.js';
import { drawRecovery } from './charts/recovery-chart.js';
import { drawRevisits } from './charts/revisit-chart.js';
import type { HistoryPoint } from './report-extras.js';
import { Picture } from './verbatim.js';

export function ProgressOfLanes({ comparison }: { readonly comparison: Comparison }) {
  return (
    <>
      <ProgressKey />
      <div className="lanes">
        {drawProgress(comparison).map(({ lane, words, svg }) => (
          <figure key={lane}>
            <h3>{lane}</h3>
            <p>{words}</p>
            <Picture className="panel" svg={svg} />
          </figure>
        ))}
      </div>
    </>
  );
}

export function ChartsOfComparison({
  comparison: { lanes },
  historyGrowth,
}: {
  readonly comparison: Comparison;
  readonly historyGrowth: readonly HistoryPoint[];
}) {
  const recovery = drawRecovery(lanes);
  const cost = drawCheckpointCost(lanes);
  const overhead = drawOverhead(lanes);
  return (
    <div className="charts">
      <ChartFigure chart={drawRevisits(lanes)} />
      {recovery && (
        <ChartFigure chart={recovery}>
          <RecoveryKey />
        </ChartFigure>
      )}
      {cost && <ChartFigure chart={cost} />}
      {overhead && <ChartFigure chart={overhead} />}
      <ChartFigure chart={drawHistoryOfRuns(lanes)} />
      {historyGrowth.length > 0 && <ChartFigure chart={drawHistoryGrowth(historyGrowth)} />}
    </div>
  );
}
