import type { StatutoryChange } from '../../../config/index.js';
import type { Json, Text } from '../../contract/index.js';

/** Changes a sentence names; the audit has them all. */
const namedMax = 20;

const value = (json: Json): string => (json === null ? '–' : JSON.stringify(json));

const named = ({ device, tag, what, from, to }: StatutoryChange): string =>
  `${device}/${tag} ${what}: ${value(from)} → ${value(to)}`;

function list(changes: readonly StatutoryChange[]): string {
  const rest = changes.length - namedMax;
  return [...changes.slice(0, namedMax).map(named), ...(rest > 0 ? [`… +${rest}`] : [])].join('; ');
}

/** Why a configuration was not applied, each change by name, and what is to be done. */
export const heldBackText = (changes: readonly StatutoryChange[], approvers: readonly string[]): Text => ({
  en: `the site file changes what the law protects, and the configuration applied before goes on: ${list(changes)}. Approved by ${approvers.join(', ') || 'nobody'}; two people approve it (sluice statutory approve), then restart; or undo the change`,
  zh: `站点文件改动了受法律保护的内容，仍按原配置运行：${list(changes)}。已批准：${approvers.join('、') || '无'}；须由两人批准（sluice statutory approve）后重启，或撤销改动`,
});
