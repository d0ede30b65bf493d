/**
 * `node run.mjs <entry.ts> [arguments]`: runs one of this project's programs, from a fresh clone too. It needs nothing but
 * Node: it names a wrong version, installs the packages if they are missing or the lock file has changed since, bundles
 * the entry and loads it in this very process, so that signals and IPC reach the program directly.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

/** From 20.12 on Node hashes a short text in one call (`crypto.hash`), which counting does for each event. */
const nodeMajorMin = 20;
const nodeMinorMin = 12;
/** How long a second run waits for the first one's `npm ci` before it takes its lock for a leftover. */
const installWaitMsMax = 10 * 60_000;
/** Bundles that nobody has used for this long are deleted. */
const bundleKeptMs = 24 * 3_600_000;

const root = path.dirname(fileURLToPath(import.meta.url));
const dataFolder = path.join(root, '.clickstream');

function stop(line) {
  console.error(line);
  process.exit(1);
}

/** True where what npm noted in node_modules is what the lock file asks for, whoever ran npm. */
function isInstalled() {
  const marker = path.join(root, 'node_modules', '.clickstream-lock');
  const wanted = fs.readFileSync(path.join(root, 'package-lock.json'));
  const digest = createHash('sha256').update(wanted).digest('hex');
  try {
    if (fs.existsSync(marker) && fs.readFileSync(marker, 'utf8') === digest) return true;
    const held = JSON.parse(
      fs.readFileSync(path.join(root, 'node_modules', '.package-lock.json'), 'utf8'),
    ).packages;
    for (const [name, entry] of Object.entries(JSON.parse(wanted.toString()).packages)) {
      if (name === '' || entry.optional || entry.devOptional || entry.peer) continue;
      if (held[name]?.version !== entry.version) return false;
    }
    fs.writeFileSync(marker, digest);
    return true;
  } catch {
    // No node_modules, or one that npm did not finish.
    return false;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Two runs on a fresh clone must not both run `npm ci`: the second waits for the first. */
function withInstallLock(work) {
  fs.mkdirSync(dataFolder, { recursive: true });
  const lock = path.join(dataFolder, 'install.lock');
  const deadline = Date.now() + installWaitMsMax;
  for (;;) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const owner = Number(fs.existsSync(lock) ? fs.readFileSync(lock, 'utf8') : 0);
      // An empty file is one that its owner is just writing.
      if ((owner > 0 && !isAlive(owner)) || Date.now() > deadline) fs.rmSync(lock, { force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  const unlock = () => fs.rmSync(lock, { force: true });
  // `stop` ends the process inside the work.
  process.once('exit', unlock);
  work();
  process.off('exit', unlock);
  unlock();
}

function install() {
  if (isInstalled()) return;
  withInstallLock(() => {
    if (isInstalled()) return;
    console.error('Installing packages (npm ci) ...');
    // npm itself where npm runs us: its own path saves guessing which one is meant.
    const npm = process.env.npm_execpath;
    const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
    const result = npm?.endsWith('.js')
      ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
      : spawnSync('npm', args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    if (result.error)
      stop(
        `npm cannot be started (${result.error.message}): install Node.js ${nodeMajorMin}.${nodeMinorMin} or newer with npm.`,
      );
    if (result.status !== 0) stop(`npm ci failed (exit code ${result.status}): see its lines above.`);
    if (!isInstalled()) stop('npm ci left node_modules incomplete: delete node_modules and try again.');
  });
}

/**
 * Packages stay outside the bundle: they are in node_modules above it. A bundle is named by its content, so that two runs
 * at a time never overwrite what the other one is about to load.
 */
async function bundle(entry) {
  const { buildSync } = await import('esbuild');
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: 'program.cjs',
    write: false,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'cjs',
    target: `node${nodeMajorMin}`,
    sourcemap: 'inline',
    sourcesContent: false,
    sourceRoot: `${root}/`,
    loader: { '.lua': 'text', '.html': 'text' },
    logLevel: 'error',
  });
  const text = outputFiles[0].text;
  const folder = path.join(dataFolder, 'build');
  const name = entry.replace(/\.ts$/, '').replaceAll(/[^A-Za-z0-9]+/g, '-');
  const file = path.join(
    folder,
    `${name}-${createHash('sha256').update(text).digest('hex').slice(0, 16)}.cjs`,
  );
  fs.mkdirSync(folder, { recursive: true });
  if (!fs.existsSync(file)) {
    fs.writeFileSync(`${file}.${process.pid}`, text);
    fs.renameSync(`${file}.${process.pid}`, file);
  }
  fs.utimesSync(file, new Date(), new Date());
  deleteOldBundles(folder);
  return file;
}

function deleteOldBundles(folder) {
  for (const name of fs.readdirSync(folder)) {
    const file = path.join(folder, name);
    const usedMs = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (usedMs < Date.now() - bundleKeptMs) fs.rmSync(file, { force: true });
  }
}

/**
 * A program whose supervisor has gone, killed perhaps, ends as if it had been told to. The supervisor sets the variable: it may
 * have gone before this line, and then there is no channel any more that could say so.
 */
function endWithSupervisor() {
  const isSupervised = process.env.CLICKSTREAM_SUPERVISED !== undefined;
  delete process.env.CLICKSTREAM_SUPERVISED;
  if (isSupervised && !process.connected) process.exit(1);
  if (!process.channel) return;
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}

const [nodeMajor, nodeMinor] = process.versions.node.split('.').map(Number);
if (nodeMajor < nodeMajorMin || (nodeMajor === nodeMajorMin && nodeMinor < nodeMinorMin))
  stop(
    `Node ${process.versions.node} is too old: install Node.js ${nodeMajorMin}.${nodeMinorMin} or newer (https://nodejs.org).`,
  );
const [entry, ...args] = process.argv.slice(2);
if (!entry?.endsWith('.ts') || !fs.existsSync(path.join(root, entry)))
  stop(`No such program: ${entry ?? '(none)'}. Usage: node run.mjs <entry.ts> [arguments]`);
endWithSupervisor();
install();
const file = await bundle(entry).catch((error) => stop(`${entry} cannot be built: ${error.message}`));
process.argv.splice(1, process.argv.length, file, ...args);
process.setSourceMapsEnabled(true);
try {
  createRequire(import.meta.url)(file);
} catch (error) {
  // Programs read their configuration as they load; a bad setting is one line that a person reads, without a stack.
  if (error.name !== 'ConfigurationError') throw error;
  stop(error.message);
}
