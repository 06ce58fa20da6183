import type { SiteConfig } from '../../../../config/index.js';
import type { SiteAlarm } from '../../../runtime/index.js';
import { alarmBlocks } from './alarm-block.js';
import type { MasterRow } from './columns.js';
import { masterRows } from './master-rows.js';

/** What every command about a master alarm database takes. */
export interface MasterOptions {
  readonly site?: string;
  readonly json?: true;
}

/** The alarms of a site file, and the text they stand in. */
export interface Master {
  readonly alarms: readonly SiteAlarm[];
  readonly rows: readonly MasterRow[];
  readonly text: string;
}

export async function masterOf(site: SiteConfig): Promise<Master> {
  const [{ registries }, { siteAlarms }] = await Promise.all([
    import('../../../../config/index.js'),
    import('../../../runtime/index.js'),
  ]);
  const alarms = siteAlarms(site, registries);
  const [text = ''] = Object.values(site.files);
  return { alarms, text, rows: masterRows(alarms, alarmBlocks(text)) };
}
