import type { SiteAlarm } from '../../../runtime/index.js';
import type { CliMessages } from '../../messages/index.js';
import { type AlarmBlock, alarmBlocks } from './alarm-block.js';
import { planEdits } from './plan-edits.js';
import type { CellRemark, SheetChange } from './read-master.js';
import { editYaml } from './yaml-edit.js';

/** The site file with changes in it, and those that could not be made. */
export interface AppliedChanges {
  readonly text: string;
  readonly problems: readonly CellRemark[];
}

/** Puts changes into the text of a site file; comments and layout stay. Pure. */
export function applyChanges(
  m: CliMessages,
  text: string,
  changes: readonly SheetChange[],
  alarms: readonly SiteAlarm[],
): AppliedChanges {
  const problems: CellRemark[] = [];
  const blocks = alarmBlocks(text);
  let changed = text;
  for (const rule of new Set(changes.map((change) => change.rule))) {
    const wishes = changes.filter((change) => change.rule === rule);
    const kinds = alarms.flatMap((alarm) => (alarm.rule === rule ? [alarm.definition.kind] : []));
    const { edits, refused } = planEdits(rule, blocks.get(rule) ?? ({} as AlarmBlock), [...new Set(kinds)], wishes);
    for (const { row, column, kind } of refused as readonly SheetChange[]) {
      problems.push({ row, column, what: m.master.notForOne({ rule, kind }) });
    }
    try {
      changed = editYaml(changed, edits);
    } catch {
      const [{ row, column }] = wishes as [SheetChange];
      problems.push({ row, column, what: m.master.byHand({ rule }) });
    }
  }
  return { text: changed, problems };
}
