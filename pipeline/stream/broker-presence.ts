/**
 * Says once that Kafka is away and once that it is back. It is judged by the sockets: Kafka is away when a connection
 * fails while none is open, and back when one opens. kafkajs itself would log a stack for each of its many attempts.
 */
import net from 'node:net';
import tls from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

const keepAliveDelayMs = 60_000;

export interface BrokerPresence {
  readonly socketFactory: ISocketFactory;
  isAway(): boolean;
}

export type SayLine = (line: string) => void;

export function watchBrokers(brokers: readonly string[], say: SayLine): BrokerPresence {
  let openSockets = 0;
  let awaySinceMs: number | undefined;

  const opened = (): void => {
    openSockets += 1;
    if (awaySinceMs === undefined) return;
    const seconds = Math.round((Date.now() - awaySinceMs) / 1000);
    awaySinceMs = undefined;
    say(`Kafka is back after ${seconds} s`);
  };
  const failed = (reason: string): void => {
    if (openSockets > 0 || awaySinceMs !== undefined) return;
    awaySinceMs = Date.now();
    say(`Kafka is away (${brokers.join(',')}: ${reason}); trying again until it is back`);
  };

  const socketFactory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
    let isOpen = false;
    const onOpen = (): void => {
      isOpen = true;
      opened();
      onConnect();
    };
    const socket = openSocket(host, port, ssl, onOpen);
    socket.setKeepAlive(true, keepAliveDelayMs);
    socket.once('close', () => {
      if (isOpen) openSockets -= 1;
      isOpen = false;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (!isOpen) failed(error.code ?? error.message);
    });
    return socket;
  };
  return { socketFactory, isAway: () => awaySinceMs !== undefined };
}

function openSocket(host: string, port: number, ssl: object | undefined, onOpen: () => void): net.Socket {
  if (ssl === undefined || ssl === null) return net.connect({ host, port }, onOpen);
  // An address has no name that a certificate could be asked for by SNI.
  const serverName = net.isIP(host) === 0 ? { servername: host } : {};
  return tls.connect({ host, port, ...serverName, ...ssl }, onOpen);
}
