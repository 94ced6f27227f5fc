import type { Publication } from '../adapters/actions/publish.ts';
import { messageOf } from '../errors.ts';
import type { Log } from '../ports.ts';
import { annotationsOf } from '../report/annotations.ts';
import { problemLines, reportLines } from '../report/log-text.ts';
import { paragraph } from '../report/markdown.ts';
import { outputsOf, type RunReport } from '../report/run-report.ts';
import { renderSummary } from '../report/summary.ts';

/**
 * What a run gives to the runner. Each part is rendered by itself: one that cannot be rendered is a defect of Slipway, and
 * takes neither the outputs nor another part with it.
 */
export function publicationOf(report: RunReport, log: Pick<Log, 'warning'>): Publication {
  const rendered = <T>(what: string, render: () => T, instead: (notice: string) => T): T => {
    try {
      return render();
    } catch (error) {
      const notice = `Slipway could not render ${what}: ${messageOf(error)}. This is a defect of Slipway; please report it.`;
      log.warning(notice);
      return instead(notice);
    }
  };
  const headlines = report.results.map(({ stage, outcome, headline }) => `${stage}: ${outcome}: ${headline}`);
  return {
    outputs: outputsOf(report.results),
    annotations: rendered(
      'the annotations',
      () => annotationsOf(report.results),
      () => [],
    ),
    summary: rendered(
      'the job summary',
      () => renderSummary(report),
      (notice) => [...headlines, notice].map((line) => paragraph(line.slice(0, 1_000))).join('\n\n'),
    ),
    lines: rendered(
      'the end of the log',
      () => reportLines(report),
      () => headlines,
    ),
    problems: rendered(
      'the errors',
      () => problemLines(report),
      () => report.results.flatMap(({ error }) => error?.message ?? []),
    ),
  };
}
