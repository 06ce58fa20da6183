import { describe, expect, test } from '@jest/globals';
import type { ConditionDescription } from '../../../gateway/contract/index.js';
import { type FormerNames, formerKeys, formerMemoryKeys } from '../../../gateway/runtime/former-names.js';

const condition = (key: string, device: string, tag: string): ConditionDescription => ({
  key,
  device,
  tag,
  kind: 'H',
  limit: 1,
  unit: '',
  message: { en: '', zh: '' },
});
const former: FormerNames = {
  rules: new Map([['level', ['niveau']]]),
  devices: new Map([['tank', ['basin', 'vat']]]),
  tags: new Map([['tank/depth', ['level']]]),
};

describe('keys from before a renaming', () => {
  test('every combination of the names that its parts had, and not the one it has', () => {
    expect(formerKeys(condition('level/tank/depth/H', 'tank', 'depth'), 'level', '', former)).toEqual([
      'level/tank/level/H',
      'level/basin/depth/H',
      'level/basin/level/H',
      'level/vat/depth/H',
      'level/vat/level/H',
      'niveau/tank/depth/H',
      'niveau/tank/level/H',
      'niveau/basin/depth/H',
      'niveau/basin/level/H',
      'niveau/vat/depth/H',
      'niveau/vat/level/H',
    ]);
  });

  test('a condition of a whole device, and one of nothing that was renamed', () => {
    expect(formerKeys(condition('device/tank/DEVICE', 'tank', ''), 'device', '', former)).toEqual([
      'device/basin/DEVICE',
      'device/vat/DEVICE',
    ]);
    expect(formerKeys(condition('flow/pump/flow/L', 'pump', 'flow'), 'flow', '', former)).toEqual([]);
  });

  test('what rules remember goes by device, group and rule', () => {
    expect(formerMemoryKeys('tank/main', 'level', '', former)).toEqual([
      'basin/main/level',
      'vat/main/level',
      'tank/main/niveau',
      'basin/main/niveau',
      'vat/main/niveau',
    ]);
    expect(formerMemoryKeys('pump/main', 'flow', '', former)).toEqual([]);
  });

  test('what suppresses beside a rule goes by the names of its rule', () => {
    const suppressing = condition('level/suppress/pump/CONDITION', 'pump', 'runs');
    expect(formerKeys(suppressing, 'level', '/suppress', former)).toEqual(['niveau/suppress/pump/CONDITION']);
    expect(formerMemoryKeys('tank', 'level', '/suppress', former)).toEqual([
      'basin/level/suppress',
      'vat/level/suppress',
      'tank/niveau/suppress',
      'basin/niveau/suppress',
      'vat/niveau/suppress',
    ]);
    expect(formerMemoryKeys('', 'level', '/suppress', former)).toEqual(['/niveau/suppress']);
  });
});
