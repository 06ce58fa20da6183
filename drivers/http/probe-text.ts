import { DeviceFault, type Text } from '../../gateway/contract/index.js';
import type { DeviceBody, HttpDevice } from './device-body.js';
import type { JsonValue } from './json-value.js';
import type { ListenAddress } from './written-fields.js';

export function probeText(findings: readonly Text[]): Text {
  return { en: findings.map(({ en }) => en).join('\n'), zh: findings.map(({ zh }) => zh).join('\n') };
}

export const listening = ({ host, port }: ListenAddress, paths: readonly string[]): Text => ({
  en: `http://${host}:${port} can be listened on; POST JSON with the token to ${paths.join(', ')}`,
  zh: `http://${host}:${port} 可以监听；请携带令牌 POST JSON 到 ${paths.join('、')}`,
});

/** What a device's service answered, tag by tag. */
export function answered(device: HttpDevice, body: DeviceBody | DeviceFault | undefined): Text {
  const { name } = device;
  if (body instanceof DeviceFault) return { en: `${name}: ${body.message}`, zh: `${name}：${body.message}` };
  const values = device.groups.flatMap(({ name: group, tags }) =>
    tags.map((tag, slot) => `${tag.name} = ${valueText(body?.values.get(group)?.[slot])}`),
  );
  const said = [...values, ...(body?.at === undefined ? [] : [new Date(body.at).toISOString()])].join(', ');
  const records = body?.happenings.length ?? 0;
  return {
    en: `${name}: ${said}${records > 0 ? `; ${records} records` : ''}`,
    zh: `${name}：${said}${records > 0 ? `；${records} 条记录` : ''}`,
  };
}

function valueText(value: JsonValue | undefined): string {
  if (!value) return '∅';
  if (value.kind === 'number') return String(value.value);
  return value.kind === 'text' ? value.text : value.kind === 'none' ? 'null' : '?';
}
