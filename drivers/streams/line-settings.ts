import type { z } from 'zod';
import type { DialInSettings } from './dial-in-settings.js';
import type { SerialSettings } from './serial-settings.js';
import { settingIssue } from './setting-fault.js';
import type { StreamAddress } from './stream-address.js';

/** What the link of every driver with a line has under these names. */
export interface LineSettings {
  readonly address: StreamAddress;
  readonly serial: SerialSettings;
  readonly dialIn?: DialInSettings | undefined;
}

/** What no line can be, as issues of the link's schema. */
export function checkLine({ address, serial, dialIn }: LineSettings, context: z.RefinementCtx): void {
  if (serial.rs485 === 'rts' && address.kind !== 'serial') {
    const what = { en: 'only a serial port of this box has RTS', zh: '只有本机串口才有 RTS' };
    const remedy = { en: 'leave `rs485` out', zh: '去掉 `rs485`' };
    context.addIssue(settingIssue({ what, remedy }, ['serial', 'rs485']));
  }
  if (address.kind === 'tcp-listen' && !dialIn) {
    const what = { en: 'it is not said how the DTU that dials in is known', zh: '未写明如何识别连入的 DTU' };
    const example = '`dialIn: { registration: DTU-0001 }`';
    const remedy = {
      en: `write ${example}, with what the DTU is set to send first`,
      zh: `写上 ${example},内容为 DTU 设置的注册包`,
    };
    context.addIssue(settingIssue({ what, remedy }, ['dialIn']));
  }
  if (address.kind !== 'tcp-listen' && dialIn) {
    const what = { en: 'nobody dials in to this address', zh: '此地址不接受 DTU 连入' };
    const remedy = {
      en: 'leave `dialIn` out, or write the address as `tcp-listen://0.0.0.0:7000`',
      zh: '去掉 `dialIn`,或将地址写成 `tcp-listen://0.0.0.0:7000`',
    };
    context.addIssue(settingIssue({ what, remedy }, ['dialIn']));
  }
}
