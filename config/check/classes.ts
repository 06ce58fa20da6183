import type { AlarmClass } from '../../gateway/contract/index.js';
import { alarmClass, builtInClasses } from '../alarm-classes.js';
import { text } from '../messages/index.js';
import { classSchema } from '../schema/alarm-schema.js';
import { toJson } from '../schema/json.js';
import { explain } from './explain.js';
import type { SiteCheck } from './site-check.js';

/** One class of the site file; undefined where something is wrong with it. */
export function checkClass(check: SiteCheck, name: string, data: unknown): AlarmClass | undefined {
  const path = ['classes', name];
  if (Object.hasOwn(builtInClasses, name)) {
    const sentence = {
      what: text((m) => m.problem.builtInClass({ name })),
      remedy: text((m) => m.remedy.otherClassName({ name })),
    };
    check.tell(path, sentence, { atKey: true });
    return undefined;
  }
  const { success, data: half, error } = classSchema.safeParse(data);
  if (!success) {
    const { source } = check;
    check.problems.push(...explain({ source, base: path, data, json: toJson(classSchema) }, error.issues));
    return undefined;
  }
  const made = alarmClass(name, half);
  if (!made.latch || made.acknowledge) return made;
  const sentence = {
    what: text((m) => m.problem.latchUnseen({ name })),
    remedy: text((m) => m.remedy.addKeyLike({ key: 'acknowledge', example: 'true' })),
  };
  check.tell([...path, 'latch'], sentence);
  return undefined;
}
