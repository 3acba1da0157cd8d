import type { HostLogin } from '../../protocol/reader.js'
import type { RemoteTarget } from './remote-target.js'

/**
 * What ssh(1) is called with to reach a host of a drawing. Its name comes after `--`, and what the file says behind an
 * option each, so that nothing in a file is taken for another option. The lab's own configuration knows all its hosts.
 */
export function sshArguments(
  { host, ssh }: HostLogin,
  { kind, sshConfig }: Pick<RemoteTarget, 'kind' | 'sshConfig'>,
): readonly string[] {
  const said = (option: string, value: string | number | undefined): readonly string[] =>
    value === undefined ? [] : ['-o', `${option}=${value}`]
  return [
    ...(sshConfig === undefined ? [] : ['-F', sshConfig]),
    ...(kind === 'lab'
      ? []
      : [
          ...said('HostName', ssh?.address),
          ...said('Port', ssh?.port),
          ...said('User', ssh?.user),
          ...said('ProxyJump', ssh?.jump),
        ]),
    '--',
    host,
  ]
}
