import { createHash, randomBytes } from 'node:crypto'
import { access, chmod, copyFile, mkdir, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { say } from '../core/speech/say.js'
import { aptOptions, debianSources, SUITE } from './apt-sources.js'
import finishImage from './guest/finish-image.sh'
import { LabError } from './lab-error.js'
import { folderOwner, takeFolder } from './owned-folder.js'
import { isAlive } from './processes.js'
import { tryRun } from './run.js'
import { BUILD_TOOLS, requireTools, searchPath } from './tools.js'

export interface LabImage {
  /** Names what is in the image; changes with the recipe, not with the drawing. */
  readonly key: string
  readonly kernel: string
  readonly initramfs: string
  readonly disk: string
}

/** Small on purpose: what an LVS host has, and what an operator looks with. */
const PACKAGES = [
  ...['base-files', 'base-passwd', 'bash', 'busybox-static', 'coreutils', 'dash', 'debianutils', 'diffutils'],
  ...[
    'findutils',
    'grep',
    'gzip',
    'hostname',
    'libc-bin',
    'login',
    'mawk',
    'mount',
    'netbase',
    'passwd',
    'perl-base',
  ],
  ...['sed', 'tar', 'util-linux', 'kmod', 'procps', 'sudo', 'openssh-server', 'e2fsprogs'],
  ...['ipvsadm', 'keepalived', 'iproute2', 'nftables', 'iptables', 'ethtool'],
  // What Ansible runs its modules with.
  'python3',
  ...['curl', 'iputils-arping', 'iputils-ping', 'netcat-openbsd', 'tcpdump'],
]
const WITHOUT = ['man', 'doc', 'locale', 'info', 'lintian'].map((folder) => `/usr/share/${folder}/*`)
/** Room for the file system while it is filled; it is shrunk afterwards. Bytes. */
const DISK_SIZE = 2 * 1024 ** 3
const BUILDING_STEP_MS = 500

export interface ImageOptions {
  readonly cache: string
  readonly onProgress: (message: string) => void
  readonly signal?: AbortSignal | undefined
}

/** The image from the cache, built first where it is not there: by whoever comes first, the others wait. */
export async function ensureImage(options: ImageOptions): Promise<LabImage> {
  const key = imageKey()
  const images = join(options.cache, 'images')
  const image = imageIn(join(images, key), key)
  const building = join(images, `.building-${key}`)
  if (!(await isOursToBuild(image, building, options))) return image
  try {
    await buildInto(images, image, options)
    return image
  } finally {
    await rm(building, { recursive: true, force: true })
  }
}

/** Waits while another process builds the image. @returns whether it is to be built by this one */
export async function isOursToBuild(
  image: LabImage,
  building: string,
  { onProgress, signal }: Pick<ImageOptions, 'onProgress' | 'signal'>,
): Promise<boolean> {
  let told = false
  while (!(await exists(image.disk))) {
    signal?.throwIfAborted()
    if (await takeFolder(building)) {
      if (!(await exists(image.disk))) return true
      // It was finished just now.
      await rm(building, { recursive: true, force: true })
      return false
    }
    const owner = await folderOwner(building)
    if (owner !== undefined && !(await isAlive(owner))) {
      // Left by one that was killed.
      await rm(building, { recursive: true, force: true })
      continue
    }
    if (owner !== undefined && !told) {
      onProgress(say`waiting for the lab image, which process ${owner.pid} is building`)
      told = true
    }
    await sleep(BUILDING_STEP_MS)
  }
  return false
}

async function buildInto(images: string, image: LabImage, options: ImageOptions): Promise<void> {
  const { key } = image
  await requireTools(BUILD_TOOLS)
  if (process.getuid?.() !== 0) await requireTools(['newuidmap'])
  // World-readable with an unguessable name inside: without root, the user namespace in which mmdebstrap
  // builds maps to other user ids than ours, and yet writes its results here.
  const place = await mkdtemp(join(tmpdir(), 'lvs-lab-image-'))
  try {
    await chmod(place, 0o711)
    const inner = join(place, randomBytes(16).toString('hex'))
    await mkdir(inner)
    await chmod(inner, 0o755)
    await build(inner, key, options)
    const finished = join(images, `.${key}-${randomBytes(6).toString('hex')}`)
    try {
      await mkdir(finished, { recursive: true, mode: 0o700 })
      const to = imageIn(finished, key)
      const from = imageIn(inner, key)
      for (const part of ['kernel', 'initramfs', 'disk'] as const) await move(from[part], to[part])
      await rename(finished, join(images, key)).catch(async (error: unknown) => {
        // Somebody else finished the same image in the meantime.
        if (!(await exists(image.disk))) throw error
      })
    } finally {
      await rm(finished, { recursive: true, force: true })
    }
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

export function imageKey(): string {
  return createHash('sha256')
    .update(JSON.stringify([SUITE, PACKAGES, WITHOUT, DISK_SIZE, finishImage]))
    .digest('hex')
    .slice(0, 16)
}

function imageIn(folder: string, key: string): LabImage {
  const [kernel, initramfs, disk] = ['vmlinuz', 'initramfs.gz', 'root.ext4'].map((name) => join(folder, name))
  return { key, kernel: kernel ?? '', initramfs: initramfs ?? '', disk: disk ?? '' }
}

async function build(place: string, key: string, { onProgress, signal }: ImageOptions): Promise<void> {
  const tell = (what: string): void => {
    onProgress(say`building the lab image (once, about a minute): ${what}`)
  }
  tell(say`looking for packages`)
  const hook = join(place, 'finish-image')
  await writeFile(hook, finishImage)
  await chmod(hook, 0o755)
  const image = imageIn(place, key)
  for (const path of [image.kernel, image.initramfs, image.disk]) {
    await writeFile(path, '')
    await chmod(path, 0o666)
  }
  await truncate(image.disk, DISK_SIZE)

  const env = { ...process.env, PATH: searchPath(process.env), LC_ALL: 'C' }
  const sources = await debianSources({ env, signal })
  const apt = await aptOptions({ env, signal })
  const args = [
    '--mode=auto',
    '--variant=custom',
    '--format=null',
    '--architectures=amd64',
    `--include=${PACKAGES.join(',')}`,
    '--aptopt=Apt::Install-Recommends "false"',
    ...apt.map((option) => `--aptopt=${option}`),
    ...WITHOUT.map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
    `--customize-hook=${hook}`,
    SUITE,
    '/dev/null',
    ...sources,
  ]
  const { status, tail } = await tryRun('mmdebstrap', args, {
    env,
    signal,
    onLine: (line) => {
      const stage = stageOf(line)
      if (stage !== undefined) tell(stage)
    },
  })
  if (status === 0) return
  throw new LabError(
    'image-failed',
    say`The lab image could not be built (mmdebstrap ended with status ${status ?? 'unknown'}). Is the Debian mirror of this machine reachable (apt-get update)? ` +
      (process.getuid?.() === 0
        ? ''
        : say`Without root, user namespaces and an entry for you in /etc/subuid are needed too; building once as root with the same XDG_CACHE_HOME is the way around. `) +
      say`The last lines were:\n${tail}`,
  )
}

/** mmdebstrap's own lines, in words for somebody who waits. */
function stageOf(line: string): string | undefined {
  if (line.startsWith('I: running apt-get update')) return say`reading the package lists`
  if (line.startsWith('I: downloading packages')) return say`downloading packages`
  if (line.startsWith('I: extracting')) return say`unpacking packages`
  if (line.startsWith('I: installing')) return say`installing packages`
  if (line.startsWith('I: running --customize-hook')) return say`adding the kernel, writing the disk`
  return undefined
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    // The temporary folder is on another file system.
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    await copyFile(from, to)
  }
  await chmod(to, 0o600)
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
