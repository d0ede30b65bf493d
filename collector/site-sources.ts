/** Where the list of sites is kept: a file on one machine, a secret on AWS. docs/decisions/0013-collector.md says why. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConfigurationError, SETTING } from '../pipeline/settings';

export interface SiteListSource {
  /** For a person. */
  readonly name: string;
  /** How often it is looked at, ms. */
  readonly everyMs: number;
  /** undefined: there is none. Rejects where it cannot be asked. */
  read(): Promise<string | undefined>;
  /** Rejects where it cannot be written. Nobody ever reads half of it. */
  write(text: string): Promise<void>;
}

const fileEveryMs = 1_000;
/** A secret costs $0.05 for 10,000 calls: so it is $0.88 a month for each task. */
const secretEveryMs = 15_000;
const secretArn = /^arn:[^:]+:secretsmanager:([a-z0-9-]+):\d{12}:secret:[^\s]+$/;

function siteFile(path: string): SiteListSource {
  return {
    name: path,
    everyMs: fileEveryMs,
    read: async () => {
      try {
        return await readFile(path, 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    write: async (text) => {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(`${path}.new`, text, { mode: 0o600 });
      await rename(`${path}.new`, path);
    },
  };
}

function siteSecret(arn: string, region: string): SiteListSource {
  // Loaded where it is used: nobody else pays for it.
  const load = async () => {
    const sdk = await import('@aws-sdk/client-secrets-manager');
    return { sdk, client: new sdk.SecretsManagerClient({ region }) };
  };
  let loaded: ReturnType<typeof load> | undefined;
  const secretsManager = (): ReturnType<typeof load> => {
    loaded ??= load();
    return loaded;
  };
  return {
    name: arn,
    everyMs: secretEveryMs,
    read: async () => {
      const { sdk, client } = await secretsManager();
      return (await client.send(new sdk.GetSecretValueCommand({ SecretId: arn }))).SecretString;
    },
    write: async (text) => {
      const { sdk, client } = await secretsManager();
      await client.send(new sdk.PutSecretValueCommand({ SecretId: arn, SecretString: text }));
    },
  };
}

/** `file:PATH`, or the ARN of a secret. Throws ConfigurationError. */
export function siteListSource(address: string): SiteListSource {
  const region = secretArn.exec(address)?.[1];
  if (region !== undefined) return siteSecret(address, region);
  const [, path] = /^file:(.+)$/.exec(address) ?? [];
  if (path !== undefined) return siteFile(path);
  throw new ConfigurationError(
    SETTING.COLLECTOR_SITES,
    address,
    'file:PATH, or the ARN of a secret of Secrets Manager',
  );
}
