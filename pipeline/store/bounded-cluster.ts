/**
 * A cluster client whose commands end within `commandTimeout`. ioredis holds only commands of a single connection to it: those
 * that wait for a cluster that is away would wait for ever, pile up, and run when nobody waits for them any more
 * (https://github.com/redis/ioredis/blob/v5.11.1/lib/cluster/index.ts, sendCommand).
 */
import { Cluster, type ClusterNode, type ClusterOptions } from 'ioredis';

type SendCommand = Cluster['sendCommand'];

export class BoundedCluster extends Cluster {
  constructor(nodes: ClusterNode[], options: ClusterOptions) {
    super(nodes, options);
    // Commands may wait for the first connection. Later, while the cluster is away, they fail at once and pile up nowhere.
    const failAtOnce = (): void => {
      this.options.enableOfflineQueue = false;
    };
    this.once('ready', failAtOnce);
    this.once('close', failAtOnce);
  }

  override sendCommand(...[command, ...rest]: Parameters<SendCommand>): ReturnType<SendCommand> {
    if (command.isResolved) return command.promise;
    command.setTimeout(this.options.redisOptions?.commandTimeout ?? 0);
    return super.sendCommand(command, ...rest);
  }
}
