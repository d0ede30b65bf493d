import { ensureTools, MissingToolsError } from '../../local/services/install-tools';
import { javaMajor } from '../../local/services/tools';
import { type CommandStub, commandStub, ended, missing } from './command-stub';

const java17 = ended('', 0, 'openjdk version "17.0.15" 2025-04-15');

function machine(stub: CommandStub, mayUseApt = false) {
  const said: string[] = [];
  return { said, runner: stub.runner, mayUseApt, say: (line: string) => said.push(line) };
}

describe('the tools that services need', () => {
  it('finds what is there and installs nothing', async () => {
    const stub = commandStub({ 'java -version': java17, 'redis-server --version': ended('v=7') });
    const tools = await ensureTools(machine(stub, true), ['java', 'redis']);
    expect(Object.fromEntries(tools)).toEqual({ java: 'java', redis: 'redis-server' });
  });

  it('takes Valkey where there is no Redis', async () => {
    const stub = commandStub({ 'redis-server': missing, 'valkey-server --version': ended('v=9') });
    expect((await ensureTools(machine(stub), ['redis'])).get('redis')).toBe('valkey-server');
  });

  it('stops with one line for each missing thing, and says what to install where', async () => {
    // Prepare: Java is there but too old.
    const stub = commandStub({
      'java -version': ended('', 0, 'openjdk version "11.0.2"'),
      mvn: missing,
      'redis-server': missing,
      'valkey-server': missing,
    });

    // Act
    const error = await ensureTools(machine(stub), ['java', 'maven', 'redis']).catch((e: Error) => e);

    // Assess
    expect(error).toBeInstanceOf(MissingToolsError);
    const lines = (error as Error).message.split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^Java 17 .*apt install openjdk-17.*brew install openjdk@17.*docker compose up/);
    expect(lines[1]).toMatch(/^Maven .*apt install maven.*brew install maven.*docker compose up/);
    expect(lines[2]).toMatch(
      /^Redis or Valkey .*apt install redis-server.*brew install redis.*docker compose up/,
    );
  });

  it('installs with apt what is missing, the first package that this Debian has, and says so', async () => {
    // Prepare: Debian 13 has no Java 17 any more.
    const stub = commandStub({
      'java -version': [missing, java17],
      'redis-server --version': [missing, ended('v=8')],
      'valkey-server': missing,
      'apt-get update': ended(''),
      'apt-cache show --no-all-versions openjdk-17': ended('', 100),
      'apt-cache show --no-all-versions openjdk-21': ended('Package: openjdk-21-jre-headless'),
      'apt-cache show --no-all-versions redis-server': ended('Package: redis-server'),
      'apt-get -o DPkg::Lock::Timeout=600 install': ended(''),
      systemctl: missing,
    });
    const debian = machine(stub, true);

    // Act
    await ensureTools(debian, ['java', 'redis']);

    // Assess
    expect(debian.said).toEqual(['Installing with apt: openjdk-21-jre-headless redis-server ...']);
    expect(stub.asked).toContain(
      'apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends openjdk-21-jre-headless redis-server',
    );
    expect(stub.asked).toContain('systemctl disable --now redis-server');
  });

  it('says why apt could not, beside what is still missing', async () => {
    const stub = commandStub({
      mvn: missing,
      'apt-get update': ended(''),
      'apt-cache show': ended('Package: maven'),
      'apt-get -o': ended('', 100, 'W: old lists\nE: Unable to fetch some archives'),
    });
    const debian = machine(stub, true);

    await expect(ensureTools(debian, ['maven'])).rejects.toThrow(/^Maven .* is missing/);
    expect(debian.said.at(-1)).toBe('apt: E: Unable to fetch some archives');
  });

  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['java version "1.8.0_401"', 8],
    ['openjdk version "21" 2023-09-19', 21],
    ['The operation couldn’t be completed. Unable to locate a Java Runtime.', undefined],
  ])('reads the version of Java from %j', (text, major) => {
    expect(javaMajor(text)).toBe(major);
  });
});
