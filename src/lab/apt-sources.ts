import { tryRun, type RunOptions } from './run.js'

/** The image is always this release, so that the kernel's behaviour is the one the tests know. */
export const SUITE = 'bookworm'

/** Fields of `apt-get indextargets`, which knows every spelling of a source and saves us parsing them. */
const FORMAT = '$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)'
const SUITE_KINDS = ['', '-updates', '-security']

/**
 * Source lines for the image from the mirrors this machine uses itself, where it is a Debian; empty
 * leaves the choice to mmdebstrap.
 */
export async function debianSources(options: RunOptions): Promise<string[]> {
  const { status, stdout } = await tryRun(
    'apt-get',
    ['indextargets', '--format', FORMAT, 'Created-By: Packages'],
    options,
  )
  return status === 0 ? sourceLines(stdout) : []
}

/** Turns the sources of whichever Debian release into those of the image's release, each once. */
export function sourceLines(indexTargets: string): string[] {
  const mirrors = new Map<string, string>()
  for (const line of indexTargets.split('\n')) {
    const [uri = '', release = '', component, origin] = line.trim().split('|')
    if (component !== 'main' || origin !== 'Debian') continue
    const kind = /^[a-z]+(-updates|-security)?$/.exec(release)?.[1] ?? ''
    // A backports or similar suite says nothing about where the release itself is.
    if (!/^[a-z]+(?:-updates|-security)?$/.test(release) || !/^[a-z]+:\/\/[^\s[\]]+$/.test(uri)) continue
    if (!mirrors.has(kind)) mirrors.set(kind, uri)
  }
  if (!mirrors.has('')) return []
  return SUITE_KINDS.flatMap((kind) => {
    const uri = mirrors.get(kind)
    return uri === undefined ? [] : [`deb ${uri} ${SUITE}${kind} main`]
  })
}

/** What this machine's apt is told about proxies, certificates and old indexes, which holds for its mirrors. */
export async function aptOptions(options: RunOptions): Promise<string[]> {
  const { status, stdout } = await tryRun('apt-config', ['dump'], options)
  if (status !== 0) return []
  return stdout
    .split('\n')
    .filter((line) => /^Acquire::(?:https?::|Check-Valid-Until |Check-Date |Retries )/i.test(line))
}
