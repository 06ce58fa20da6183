/** CONNACK codes of MQTT 3.1.1 §3.2.2.3, and reason codes of MQTT 5 §2.4, that somebody can do something about. */
export function reasonText(code: number, otherwise = `reason ${code}`): string {
  switch (code) {
    case 2:
    case 0x85:
      return 'it refuses the client id; give another `clientId`';
    case 4:
    case 0x86:
      return 'wrong user or password';
    case 5:
    case 0x87:
      return 'it does not allow this user; check user, password and its access list';
    case 1:
    case 0x84:
      return 'it does not speak this version of MQTT; write another `version`';
    case 0x8e:
      return 'another client has the same client id; give one of them its own `clientId`';
    case 0x8b:
      return 'it is shutting down';
    case 0x95:
      return 'a packet was too large';
    default:
      return otherwise;
  }
}

/** Filters a broker did not grant. */
export const refusalText = (topics: readonly string[]): string => {
  const shown = topics.slice(0, 3).join(', ');
  return `it refuses ${shown}${topics.length > 3 ? ` and ${topics.length - 3} more` : ''}; check its access list`;
};
