import type { DriverDevice, DriverTag, LinkPlan, PlannedRequest, Problem, Text } from '../../gateway/contract/index.js';
import type { DeviceSettings } from './device-schema.js';
import type { FilesLink } from './point-slots.js';
import type { TagAddress } from './tag-schema.js';

/** What is read of the files. Nothing is asked: the mine writes whether or not. */
export function planLink(link: FilesLink): LinkPlan {
  const requests: PlannedRequest[] = link.devices.flatMap((device) =>
    device.groups.map(({ name: group, tags }) => ({
      device: device.name,
      group,
      text: `reads ${pointsText(tags)} in ${link.settings.folder}`,
      fetched: tags.length,
      needed: tags.length,
      busMs: 0,
    })),
  );
  const problems = link.devices.flatMap((device) => [
    ...deviceProblems(link, device),
    ...device.groups.flatMap(({ tags }) => tags.flatMap((tag) => tagProblems(link, device, tag))),
  ]);
  return { requests, busLoad: 0, requestsPerSecond: 0, problems };
}

function pointsText(tags: readonly DriverTag<TagAddress>[]): string {
  const byTable = new Map<string, Set<string>>();
  for (const { address } of tags) {
    byTable.set(address.table, (byTable.get(address.table) ?? new Set()).add(address.point));
  }
  return [...byTable].map(([table, points]) => `${points.size} points of ${table}`).join(', ');
}

/** A device that falls silent between two looks, however well the mine writes. */
function deviceProblems(
  { settings }: FilesLink,
  { name, settings: { silence } }: DriverDevice<DeviceSettings, TagAddress>,
): Problem[] {
  if (silence > settings.every) return [];
  const what = {
    en: `the folder is looked at each ${settings.every} ms, and the device may be silent for ${silence} ms`,
    zh: `文件夹每 ${settings.every} ms 查看一次，而设备只允许静默 ${silence} ms`,
  };
  const remedy = {
    en: 'lengthen `silence`, or shorten `every` of the link',
    zh: '加长 `silence`，或缩短链路的 `every`',
  };
  return [{ path: ['devices', name, 'silence'], what, remedy, warning: true }];
}

function tagProblems(
  { settings }: FilesLink,
  { name: device, settings: { mine } }: DriverDevice<DeviceSettings, TagAddress>,
  { name, address }: DriverTag<TagAddress>,
): Problem[] {
  const table = settings.tables[address.table];
  if (!table) return [wrongName(device, name, 'table', address.table, Object.keys(settings.tables))];
  if (table.fields[address.field] === undefined) {
    return [wrongName(device, name, 'field', address.field, Object.keys(table.fields))];
  }
  if (mine === undefined || table.fields['mine'] !== undefined) return [];
  const what = {
    en: `records of ${address.table} hold no mine code, so none is of mine ${mine}`,
    zh: `${address.table} 的记录没有煤矿编码，因此没有属于煤矿 ${mine} 的记录`,
  };
  const remedy = { en: 'leave `mine` out, and tell devices apart by `files`', zh: '去掉 `mine`，用 `files` 区分设备' };
  return [{ path: ['devices', device, 'mine'], what, remedy }];
}

function wrongName(device: string, tag: string, key: string, is: string, possible: readonly string[]): Problem {
  const what: Text = { en: `the link declares no ${key} \`${is}\``, zh: `链路没有声明 ${key} \`${is}\`` };
  const remedy = {
    en: `write one of ${possible.join(', ')}, or declare it under \`tables\` of the link`,
    zh: `写 ${possible.join('、')} 之一，或在链路的 \`tables\` 中声明`,
  };
  return { path: ['devices', device, 'tags', tag, key], what, remedy };
}
