import type { AlarmChange, AlarmDisplay, Priority } from '../../contract/index.js';
import type { AlarmAct } from '../../runtime/index.js';
import type { CliMessages } from '../messages/index.js';

/** The words of ISA-18.2 in the reader's language. */

export const priorityWord = ({ alarms: t }: CliMessages, priority: Priority): string =>
  ({
    critical: t.priorityCritical,
    high: t.priorityHigh,
    medium: t.priorityMedium,
    low: t.priorityLow,
  })[priority]();

export const stateWord = ({ alarms: t }: CliMessages, state: AlarmDisplay): string =>
  ({
    normal: t.stateNormal,
    unacknowledged: t.stateUnacknowledged,
    acknowledged: t.stateAcknowledged,
    'returned-unacknowledged': t.stateReturned,
    'latched-unacknowledged': t.stateLatched,
    'latched-acknowledged': t.stateLatchedSeen,
    shelved: t.stateShelved,
    suppressed: t.stateSuppressed,
    'out-of-service': t.stateOutOfService,
  })[state]();

export const changeWord = ({ alarms: t }: CliMessages, change: AlarmChange): string =>
  ({
    raised: t.changeRaised,
    returned: t.changeReturned,
    acknowledged: t.changeAcknowledged,
    reset: t.changeReset,
    shelved: t.changeShelved,
    unshelved: t.changeUnshelved,
    suppressed: t.changeSuppressed,
    unsuppressed: t.changeUnsuppressed,
    'removed-from-service': t.changeRemoved,
    'returned-to-service': t.changeReturnedToService,
    're-annunciated': t.changeAnnouncedAgain,
    chattering: t.changeChattering,
    'chatter-ended': t.changeChatterEnded,
    'first-out': t.changeFirstOut,
    renamed: t.changeRenamed,
    closed: t.changeClosed,
  })[change]();

export const actWord = ({ alarms: t }: CliMessages, act: AlarmAct['act']): string =>
  ({
    acknowledge: t.actAcknowledge,
    reset: t.actReset,
    shelve: t.actShelve,
    unshelve: t.actUnshelve,
    'remove-from-service': t.actRemove,
    'return-to-service': t.actReturn,
  })[act]();
