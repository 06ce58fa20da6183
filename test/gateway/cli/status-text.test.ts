import { describe, expect, test } from '@jest/globals';
import { type Overview, statusText } from '../../../gateway/cli/status-text.js';
import type { Language } from '../../../gateway/contract/index.js';
import type { DeviceView, LinkView } from '../../../gateway/runtime/index.js';
import { toldCli } from './told-cli.js';

const link: LinkView = {
  name: 'bus',
  driver: 'modbus',
  state: 'connected',
  stateForMs: 60_000,
  reads: 30,
  failedReads: 0,
  overruns: 0,
  counters: {},
};

function overview(linkState: string, deviceState: DeviceView['state']): Overview {
  return {
    status: {
      version: '1.2.3',
      site: { id: 'farm', name: 'Farm', timezone: '+08:00' },
      upMs: 60_000,
      time: '2026-11-21T12:04:00.000Z',
      epoch: 'e1',
      configuration: 'c1',
    } as Overview['status'],
    isFlooded: false,
    alarms: [],
    attention: [],
    conditions: [],
    modes: [],
    links: [{ ...link, state: linkState }],
    devices: [{ name: 'well', link: 'bus', profile: 'level', state: deviceState }],
    values: [],
    sinks: [],
  };
}

const said = (of: Overview, language: Language = 'en', siteFile?: string): string =>
  statusText(toldCli(language, 200), of, { withValues: false, siteFile });

describe('what `sluice status` names as the next step', () => {
  test.each([
    ['a link', overview('connecting', 'unknown')],
    ['a device', overview('connected', 'offline')],
  ])('is the doctor, where %s gives no answer', (_, of) => {
    expect(said(of)).toContain(
      'Why nothing answers: stop the gateway, which holds ports and connections, and run `sluice doctor`.',
    );
    expect(said(of, 'zh')).toContain('查找无应答的原因：先停止网关（它占用端口和连接），再执行 `sluice doctor`。');
  });

  test('is of the site file that was named', () => {
    expect(said(overview('connected', 'offline'), 'en', 'farm.yaml')).toContain('`sluice doctor farm.yaml`');
  });

  test.each(['online', 'unknown'] as const)('is nothing, where a device is %s', (state) => {
    expect(said(overview('connected', state))).not.toContain('doctor');
  });
});
