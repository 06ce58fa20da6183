import { Subject } from 'rxjs';
import { silentLog } from '../../gateway/contract/index.js';
import { compileRules } from '../../gateway/runtime/compile-rules.js';
import { judge, type RuleInput } from '../../pipelines/index.js';
import { progress } from './proof.js';
import { frameOf, loadSite, type Mix, registriesOf, siteText, specsOf, tagsPerDevice } from './rule-load-site.js';

export interface RulesAlone {
  /** Values a second through the rules, over all measured seconds; and in the median one of them. */
  readonly mean: number;
  readonly median: number;
  readonly rules: number;
  readonly findings: number;
}

/**
 * Values a second through the rules alone: the frames of each second are made, then judged, and only that is timed. The
 * first half warms up: the runtime compiles, and slopes come to be known after a minute.
 */
export async function rulesAlone(
  devices: number,
  mix: Mix,
  seconds: number,
  say: (line: string) => void,
): Promise<RulesAlone> {
  const known = registriesOf(() => 0);
  const site = await loadSite(siteText(devices, mix, '/nowhere'), known);
  const tables = specsOf(site).map((spec, index) => ({ ...spec, number: index + 1 }));
  const { rules, phases } = compileRules(site, tables, { registries: known, log: silentLog });
  const input$ = new Subject<RuleInput>();
  let findings = 0;
  input$.pipe(judge(rules, phases)).subscribe(() => (findings += 1));
  const tell = progress(say, `rules alone, ${mix}, seconds`, seconds);
  const times: number[] = [];
  for (let second = 0; second < seconds; second += 1) {
    const frames = tables.map((table, index) => ({ frame: frameOf(table, index, second) }));
    const began = performance.now();
    input$.next({ tick: second * 1000 });
    for (const input of frames) input$.next(input);
    if (second >= seconds / 2) times.push((performance.now() - began) / 1000);
    tell(second + 1);
  }
  const values = devices * tagsPerDevice;
  const all = times.reduce((sum, one) => sum + one, 0);
  const median = times.toSorted((a, b) => a - b)[times.length >> 1] as number;
  return { mean: (values * times.length) / all, median: values / median, rules: rules.length, findings };
}
