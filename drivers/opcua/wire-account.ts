/** What has crossed the wire since the start, by names for metrics. */
export class WireAccount {
  sessions = 0;
  losses = 0;
  notifications = 0;
  values = 0;
  readings = 0;
  lateValues = 0;
  alarms = 0;
  /** Values the server threw away because the queue of an item was full: they were never to be had. */
  overflows = 0;
  /** Notifications the server told of and no longer had. */
  missedNotifications = 0;
  /** Items the server does not have or does not let read, now. */
  refusedItems = 0;
  /** Items watched without their deadband, since the server does not know it; of all sessions so far. */
  withoutDeadband = 0;
  /** Gaps of one tag that history could not fill, wholly or in part. */
  unfilledGaps = 0;

  counters(): Readonly<Record<string, number>> {
    const { sessions, losses, notifications, values, readings, lateValues, alarms } = this;
    const { overflows, missedNotifications, refusedItems, withoutDeadband, unfilledGaps } = this;
    return {
      sessions,
      losses,
      notifications,
      values,
      readings,
      late_values: lateValues,
      alarms,
      overflows,
      missed_notifications: missedNotifications,
      refused_items: refusedItems,
      items_without_deadband: withoutDeadband,
      unfilled_gaps: unfilledGaps,
    };
  }
}
