import type { LinkTables, Text, Told } from '../../gateway/contract/index.js';
import type { BrokerMessage, Publication } from './broker/broker-session.js';

/** What a listener may do to the link it listens on. */
export interface Mouth {
  publish(publication: Publication): void;
}

/** What makes values of the messages of one link: one protocol above MQTT. */
export interface Listener {
  /** Topic filters that have to be subscribed to. */
  readonly filters: readonly string[];
  readonly qos: 0 | 1 | 2;
  /** What the broker says for us when we are gone, made anew for each connection. */
  will(): Publication | undefined;
  /** The subscription stands. From now on, and until `end`, messages are heard and `told` may be called. */
  begin(tables: LinkTables, told: Told, mouth: Mouth): void;
  hear(message: BrokerMessage): void;
  /** In place of a message of this topic that was too long to be taken. */
  missed(topic: string): void;
  /** Last words before an orderly end; then `end`. */
  farewell(): Publication | undefined;
  /** Nothing is told any more. Resolves when no timer is left. */
  end(): Promise<void>;
  counters(): Readonly<Record<string, number>>;
  /** What these messages say, in words for a technician: a line each. */
  findings(messages: readonly BrokerMessage[]): readonly Text[];
}
