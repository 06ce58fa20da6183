import { z } from 'zod';
import { byteCount, duration, secretReference } from '../../../gateway/contract/index.js';
import { type SettingFault, settingIssue } from '../../streams/index.js';
import { brokerAddressField } from './broker-address.js';

/** A larger message would not leave room for much else on a small box. */
const payloadLimit = 16 * 2 ** 20;

/** The settings every link to a broker has; `payloadMax` is the largest message taken unless the file says otherwise. */
export const brokerFields = (payloadMax: string) => ({
  broker: brokerAddressField().describe('Where the broker answers: `mqtt://host:1883` or `mqtts://host:8883`'),
  version: z.enum(['3.1.1', '5']).default('3.1.1').describe('Version of MQTT that is spoken'),
  clientId: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('`sluice-` and the name of the link unless given; no other client of the broker may have the same'),
  user: z.string().min(1).optional().describe('User the broker knows us by'),
  password: secretReference.optional().describe('Where the password is: `{ env: NAME }` or `{ file: PATH }`'),
  ca: secretReference.optional().describe('Certificate authority (PEM) of the broker, when it is not a public one'),
  cert: secretReference.optional().describe('Our certificate (PEM), for a broker that asks for one'),
  key: secretReference.optional().describe('Key (PEM) of our certificate'),
  keepAlive: duration().prefault('30s').describe('A silent broker is given up after one and a half of it'),
  session: z
    .enum(['clean', 'persistent'])
    .default('clean')
    .describe(
      '`persistent`: the broker keeps for us what comes while we are away, with MQTT 5 for a week, and what of QoS 1 is not on our disk yet; needs devices that tell their own time, and a broker that hands out as many unanswered messages as come in one `commitEvery` (mosquitto: `max_inflight_messages`, 20)',
    ),
  payloadMax: byteCount()
    .prefault(payloadMax)
    .describe('Largest message taken, 16MiB at most; of a larger one nothing is used, and it is counted'),
});

export type BrokerSettings = z.output<z.ZodObject<ReturnType<typeof brokerFields>>>;

/** What the parts of a link's half must be to one another. */
export function checkBrokerSettings(settings: BrokerSettings, context: z.RefinementCtx): void {
  for (const [path, fault] of brokerFaults(settings)) context.addIssue(settingIssue(fault, [path]));
}

function* brokerFaults(settings: BrokerSettings): Generator<readonly [keyof BrokerSettings, SettingFault]> {
  const { broker, user, password, cert, key, payloadMax, keepAlive } = settings;
  if (payloadMax > payloadLimit) {
    yield ['payloadMax', fault('is more than 16MiB', '超过 16MiB', 'write `16MiB` or less', '写 `16MiB` 或更小')];
  }
  if (keepAlive < 1000 || keepAlive > 65_535_000) {
    const remedy = ['write `30s`', '写 `30s`'] as const;
    yield ['keepAlive', fault('is not between 1 s and 65535 s', '不在 1 s 到 65535 s 之间', ...remedy)];
  }
  if (password && user === undefined) {
    yield ['password', fault('has no user', '没有对应的用户名', 'write `user` too', '同时写 `user`')];
  }
  if ((cert === undefined) !== (key === undefined)) {
    const remedy = ['give both `cert` and `key`', '同时写 `cert` 和 `key`'] as const;
    yield [cert ? 'cert' : 'key', fault('a certificate and its key belong together', '证书与私钥必须成对', ...remedy)];
  }
  const idle = broker.isSecure ? undefined : (['ca', 'cert', 'key'] as const).find((name) => settings[name]);
  if (idle) {
    const remedy = ['write `mqtts://…`, or leave it out', '改写 `mqtts://…`，或去掉它'] as const;
    yield [idle, fault('is for `mqtts` alone', '只用于 `mqtts`', ...remedy)];
  }
}

const fault = (en: string, zh: string, remedyEn: string, remedyZh: string): SettingFault => ({
  what: { en, zh },
  remedy: { en: remedyEn, zh: remedyZh },
});
