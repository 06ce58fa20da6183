import type { NotificationMessage, PublishRequestOptions, PublishResponse } from 'node-opcua-client';
import type { Connection } from './connection.js';
import { timeOf } from './items.js';
import type { Opcua } from './library.js';
import { refusalStatus, Status } from './values/status-quality.js';

export interface PublishedTo {
  /**
   * In the order of the server's sequence, one after the other: the next waits until this one is done. `sentAt` is the
   * server's own time, ms.
   */
  notified(subscriptionId: number, message: NotificationMessage, sentAt: number | undefined): void | Promise<void>;
  /** The server said something about this subscription, if only that there is nothing to say. */
  heard(subscriptionId: number): void;
  /** Notifications the server told and threw away before they came; they are not to be had any more. */
  missed(count: number): void;
}

/** Publish requests the server holds for each subscription, so that one is there while another is on its way. */
const requestsPerSubscription = 2;

/** A request lies at the server until it has something to say; the watchdog of the subscription is what ends the wait. */
const publishTimeoutMs = 2 ** 31 - 1;

type Acknowledgements = NonNullable<PublishRequestOptions['subscriptionAcknowledgements']>;

/** Sequence numbers begin anew at 1 after this one (OPC 10000-4 §7.14). */
const lastSequenceNumber = 2 ** 32 - 1;

/**
 * Asks for notifications as long as the connection lasts, acknowledges them and puts what was missed in its place
 * (OPC 10000-4 §5.13.5). What goes wrong is the loss of the connection.
 */
export class PublishLoop {
  readonly #opcua: Opcua;
  readonly #connection: Connection;
  readonly #to: PublishedTo;
  readonly #expected = new Map<number, number>();
  #acknowledgements: Acknowledgements = [];
  #outstanding = 0;
  #outstandingMax = Number.POSITIVE_INFINITY;
  /** Undefined while nothing waits: then a notification is taken at once. */
  #tail: Promise<void> | undefined;

  constructor(opcua: Opcua, connection: Connection, to: PublishedTo) {
    this.#opcua = opcua;
    this.#connection = connection;
    this.#to = to;
  }

  add(subscriptionId: number): void {
    this.#expected.set(subscriptionId, 1);
    this.#request();
  }

  #request(): void {
    const wanted = Math.min(this.#expected.size * requestsPerSubscription, this.#outstandingMax);
    while (this.#outstanding < wanted && !this.#connection.ended.aborted) {
      this.#outstanding += 1;
      const subscriptionAcknowledgements = this.#acknowledgements;
      this.#acknowledgements = [];
      const request = new this.#opcua.PublishRequest({
        requestHeader: { timeoutHint: publishTimeoutMs },
        subscriptionAcknowledgements,
      });
      this.#connection.session.publish(request, (error, response) => {
        this.#outstanding -= 1;
        if (this.#connection.ended.aborted) return;
        if (response && !error) this.#take(response);
        else this.#refused(error);
      });
    }
  }

  #refused(error: Error | null): void {
    const status = refusalStatus(error);
    if (status === Status.badTooManyPublishRequests && this.#outstanding > 0) {
      this.#outstandingMax = this.#outstanding;
      return;
    }
    // A server may give a request back that has lain too long.
    if (status === Status.badTimeout) return this.#request();
    this.#connection.lose(`publishing ended: ${error?.message ?? 'no reason given'}`);
  }

  #take({ subscriptionId, notificationMessage, availableSequenceNumbers, responseHeader }: PublishResponse): void {
    const expected = this.#expected.get(subscriptionId);
    if (expected !== undefined) {
      this.#to.heard(subscriptionId);
      const { sequenceNumber, notificationData } = notificationMessage;
      const isKeepAlive = !notificationData || notificationData.length === 0;
      const missing = between(expected, sequenceNumber);
      if (missing > 0) this.#enqueue(() => this.#fetchMissing(subscriptionId, expected, missing));
      if (isKeepAlive) {
        this.#expected.set(subscriptionId, sequenceNumber);
      } else {
        this.#expected.set(subscriptionId, following(sequenceNumber));
        this.#acknowledgements.push({ subscriptionId, sequenceNumber });
        // Some servers leave the time of the notification itself out.
        const sentAt = timeOf(notificationMessage.publishTime) ?? timeOf(responseHeader.timestamp);
        this.#enqueue(() => this.#to.notified(subscriptionId, notificationMessage, sentAt));
      }
    } else {
      // Of a subscription that is not ours any more: freed, so that the server need not keep it.
      for (const sequenceNumber of availableSequenceNumbers ?? []) {
        this.#acknowledgements.push({ subscriptionId, sequenceNumber });
      }
    }
    this.#request();
  }

  #enqueue(act: () => void | Promise<void>): void {
    const failed = (error: unknown): void =>
      this.#connection.lose(
        `a notification could not be taken: ${error instanceof Error ? error.message : String(error)}`,
      );
    if (!this.#tail) {
      try {
        const doing = act();
        if (!doing) return;
        this.#follow(doing.catch(failed));
      } catch (error) {
        failed(error);
      }
      return;
    }
    this.#follow(
      this.#tail
        .then(() => {
          if (!this.#connection.ended.aborted) return act();
        }, failed)
        .catch(failed),
    );
  }

  #follow(doing: Promise<void>): void {
    const tail = doing.then(() => {
      if (this.#tail === tail) this.#tail = undefined;
    });
    this.#tail = tail;
  }

  async #fetchMissing(subscriptionId: number, from: number, count: number): Promise<void> {
    let sequence = from;
    for (let n = 0; n < count; n += 1) {
      const message = await this.#republished(subscriptionId, sequence);
      if (!message) {
        this.#to.missed(count - n);
        return;
      }
      this.#acknowledgements.push({ subscriptionId, sequenceNumber: sequence });
      await this.#to.notified(subscriptionId, message, timeOf(message.publishTime));
      sequence = following(sequence);
    }
  }

  async #republished(subscriptionId: number, sequence: number): Promise<NotificationMessage | undefined> {
    const { session } = this.#connection;
    const request = new this.#opcua.RepublishRequest({ subscriptionId, retransmitSequenceNumber: sequence });
    const repeat = (): Promise<NotificationMessage> =>
      new Promise((resolve, reject) => {
        session.republish(request, (error, response) =>
          error || !response ? reject(error ?? new Error('no response')) : resolve(response.notificationMessage),
        );
      });
    try {
      return await this.#connection.ask('repeat a notification', repeat);
    } catch (error) {
      if (refusalStatus(error) === Status.badMessageNotAvailable) return undefined;
      throw error;
    }
  }
}

const following = (sequence: number): number => (sequence === lastSequenceNumber ? 1 : sequence + 1);

/** How many sequence numbers lie before the one that came; 0 also when an earlier one came again. */
function between(expected: number, came: number): number {
  const ahead = came >= expected ? came - expected : came - expected + lastSequenceNumber;
  return ahead < 2 ** 31 ? ahead : 0;
}
