/** The browser that tests look at the page with: the system's, or one from npm that needs nothing installed. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, delimiter, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { installFolder } from '#adapters/repository.ts';
import { installOnce } from '#localstack/install/once.ts';
import { run } from '#localstack/install/run.ts';

export interface Chromium {
  readonly executablePath: string;
  /** What it needs in its environment besides what is there. */
  readonly env: Readonly<Record<string, string>>;
}

const NAMES = ['google-chrome-stable', 'google-chrome', 'chromium'];
const ON_MACOS = ['Google Chrome', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);

/** $CHROME_PATH if it is set, as Lighthouse and others have it; else the system's Chrome or Chromium; else npm's. */
export async function findChromium(): Promise<Chromium> {
  const named = process.env.CHROME_PATH;
  if (named !== undefined && !existsSync(named)) throw new Error(`CHROME_PATH names ${named}, where no file is.`);
  const executablePath = named ?? systemChromium(process.env.PATH ?? '');
  if (executablePath !== undefined) return { executablePath, env: {} };
  if (process.platform === 'linux' && process.arch === 'x64') return unpackedChromium();
  throw new Error(
    `The tests of the page need a Chrome or Chromium. There is no ${NAMES.join(', no ')} on the PATH and none in /Applications, and ` +
      `npm's is for Linux on x64, not for ${process.platform} on ${process.arch}: install one, or name one by CHROME_PATH.`,
  );
}

function systemChromium(path: string): string | undefined {
  const onPath = NAMES.flatMap((name) => path.split(delimiter).map((folder) => join(folder, name)));
  return [...onPath, ...ON_MACOS].find((file) => existsSync(file) && !isSnap(file));
}

/** A snap has a /tmp of its own, so playwright's profile folder is not there for it. */
const isSnap = (file: string): boolean => basename(realpathSync(file)) === 'snap';

/**
 * @sparticuz/chromium has it packed. Its own code unpacks into the system's temporary folder and takes whatever lies there under that
 * name: another user's program, or what another process has written half of.
 */
async function unpackedChromium(): Promise<Chromium> {
  const packed = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '..', '..');
  const manifest = readFileSync(join(packed, 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { readonly version: string };
  // The package and this file decide what is unpacked.
  const hash = createHash('sha256')
    .update(manifest)
    .update(readFileSync(import.meta.filename))
    .digest('hex');
  const report = (progress: string) => console.log(`Chromium: ${progress}`);
  const folder = await installOnce(
    join(installFolder, `chromium-${version}-${hash.slice(0, 8)}`),
    { report },
    async (target) => {
      report(`installing ${version} from npm`);
      const unpack = async (name: string, mode: number) => {
        const source = createReadStream(join(packed, 'bin', `${name}.br`));
        await pipeline(source, createBrotliDecompress(), createWriteStream(join(target, name), { mode }));
      };
      await unpack('chromium', 0o755);
      for (const archive of ['al2023.tar', 'fonts.tar']) {
        await unpack(archive, 0o644);
        await run('tar', ['-xf', join(target, archive), '--no-same-owner', '-C', target]);
      }
      writeFileSync(join(target, 'fonts.conf'), FONTS);
    },
  );
  const executablePath = join(folder, 'chromium');
  const libraries = lacksLibraries(executablePath) && { LD_LIBRARY_PATH: join(folder, 'lib') };
  return { executablePath, env: { FONTCONFIG_FILE: join(folder, 'fonts.conf'), ...libraries } };
}

/** Of NSS, NSPR and expat, which it is not linked with for good and which a small system may not have. */
const lacksLibraries = (program: string): boolean =>
  execFileSync('ldd', [program], { encoding: 'utf8' }).includes('not found');

/** The system's fonts, and the package's for a system without any. */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">fonts</dir>
</fontconfig>
`;
