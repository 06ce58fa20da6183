import { text } from '../messages/index.js';
import { sinkSchema } from '../schema/site-schema.js';
import type { SinkConfig } from '../site.js';
import { valueAt } from './checked.js';
import { checkDeadband } from './deadband.js';
import { checkHalves } from './halves.js';
import { isReserved } from './profile-tags.js';
import type { SiteCheck } from './site-check.js';
import { wrongChoice } from './values.js';

/** One sink; undefined where something is wrong with it. */
export function checkSink(check: SiteCheck, name: string, data: unknown): SinkConfig | undefined {
  const path = ['sinks', name];
  const { sinks } = check.registries;
  const type = valueAt(data, ['type']);
  const definition = typeof type === 'string' && Object.hasOwn(sinks, type) ? sinks[type] : undefined;
  if (typeof type === 'string' && !definition) {
    check.tell([...path, 'type'], wrongChoice({ key: 'type', value: type }, Object.keys(sinks)));
  }
  const { common, own, isWhole, problems } = checkHalves({
    source: check.source,
    path,
    data,
    common: sinkSchema,
    own: definition?.config,
    possible: Object.values(sinks).map((one) => one.config),
    shared: ['type'],
  });
  check.problems.push(...problems);
  checkDeadband(check, [...path, 'deadband'], valueAt(data, ['deadband']), definition);
  if (!isWhole || !common) return undefined;
  const { deadband } = common;
  return {
    name,
    type: common.type,
    settings: own,
    from: common.from,
    flushEveryMs: common.flush,
    batchRecordsMax: common.batch,
    liveFirstAfterMs: common.liveFirstAfter,
    backlogPerSecond: common.backlogPerSecond,
    order: common.order,
    deadband: deadband && { atLeastEveryMs: deadband.atLeastEvery, bands: deadband.tags },
  };
}

/** Tag names that one of the site's destinations cannot hold, told once a profile. */
export function checkTagNames(check: SiteCheck, sinks: readonly SinkConfig[]): void {
  const profiles = new Set([...check.devices.values()].flatMap((device) => device.profile ?? []));
  for (const type of new Set(sinks.map((sink) => sink.type))) {
    for (const { source, tagPaths } of profiles) {
      for (const [tag, path] of tagPaths) {
        const what = isReserved(tag) ? undefined : check.registries.sinks[type]?.refusesTag?.(tag);
        const remedy = text((m) => m.remedy.renameTag({ tag }));
        if (what) check.problems.push(source.problem(path, { what, remedy }, { atKey: true }));
      }
    }
  }
}
