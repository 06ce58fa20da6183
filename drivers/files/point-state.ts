import { Quality } from '../../gateway/contract/index.js';

/**
 * What a mine says of a point beside its value, and what that makes of the value. An alarm or a cut is a fact about the
 * mine, not a doubt about the number; beyond its range a sensor still tells that it is beyond. During calibration the
 * gas is that of the bottle (标校, 伪数据), so there is no reading.
 */
export const pointStates = {
  normal: Quality.good,
  alarm: Quality.good,
  cut: Quality.good,
  'feed-fault': Quality.good,
  'over-range': Quality['uncertain-over-range'],
  'under-range': Quality['uncertain-under-range'],
  break: Quality['bad-sensor-failure'],
  calibrating: Quality['bad-function-check'],
  fault: Quality['bad-device-failure'],
  'no-communication': Quality['bad-no-answer'],
  stopped: Quality['bad-out-of-service'],
} as const;

export type PointState = keyof typeof pointStates;

export const pointStateNames = Object.keys(pointStates) as [PointState, ...PointState[]];

/** Words mines write out. Numbers are not among them: each system numbers its states in its own way. */
export const stateWords: Readonly<Record<string, PointState>> = {
  ...(Object.fromEntries(pointStateNames.map((name) => [name, name])) as Record<PointState, PointState>),
  正常: 'normal',
  报警: 'alarm',
  断电: 'cut',
  馈电异常: 'feed-fault',
  超量程: 'over-range',
  上溢: 'over-range',
  溢出: 'over-range',
  负漂: 'under-range',
  断线: 'break',
  标校: 'calibrating',
  调校: 'calibrating',
  标定: 'calibrating',
  伪数据: 'calibrating',
  故障: 'fault',
  通讯中断: 'no-communication',
  通信中断: 'no-communication',
  停用: 'stopped',
  休眠: 'stopped',
};
