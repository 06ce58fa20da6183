import { type DirectAddress, type SettingFault, streamAddressField } from '../../../drivers/streams/index.js';
import type { Cli } from '../cli.js';
import { Failure } from '../failure.js';
import { kitMessages } from './kit-messages.js';

const modbusPort = 502;

const field = streamAddressField({
  of: { en: 'a line', zh: '线路' },
  example: `tcp://192.168.1.10:${modbusPort}`,
  defaultPort: modbusPort,
});

/** What a technician types as well: a bare device file, or host and port. */
function completed(text: string): string {
  if (text.startsWith('/') || /^COM\d+$/i.test(text)) return `serial:${text}`;
  return /^[^\s/:]+(:\d{1,5})?$/.test(text) && !text.startsWith('serial:') ? `tcp://${text}` : text;
}

/** The line that somebody names on the command line; ends the command where it is none, or none that is called. */
export function linkAddress({ language }: Cli, text: string): DirectAddress {
  const { success, data, error } = field.safeParse(completed(text));
  if (success && data.kind !== 'tcp-listen') return data;
  if (success) throw new Failure(kitMessages(language).line.notHere({ address: text }), 'wrong');
  const [issue] = error.issues;
  const { what, remedy } = (issue?.code === 'custom' ? issue.params : undefined) as unknown as SettingFault;
  throw new Failure(`${what[language]}\n${remedy[language]}`, 'wrong');
}
